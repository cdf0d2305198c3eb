"""Keeps the body as it came over the wire, before Scrapy decompresses it: that is what a capture must hold."""

from dataclasses import dataclass

from scrapy import Request
from scrapy.http import Response


@dataclass(frozen=True)
class Wire:
    """What the server sent: headers in their order, and the body, perhaps compressed."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


class WireBodyMiddleware:
    """Puts a `Wire` into ``request.meta["wire"]``. Its place is between redirects and decompression."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Passes the response on unchanged. A retry replaces what the failed try left."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values or ()
        )
        request.meta["wire"] = Wire(headers, response.body)
        return response
