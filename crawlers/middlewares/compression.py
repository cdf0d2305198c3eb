"""Leaves pages compressed as they came: that is what a capture must hold, and processing unpacks them within limits."""

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

AS_SENT = "as_sent"
"""Key of ``Request.meta`` for answers that are kept as they came."""


class SourceCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, for everything that the crawler itself reads: sources and robots.txt."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Unpacks the body unless it is to be kept."""
        return response if request.meta.get(AS_SENT) else super().process_response(request, response)
