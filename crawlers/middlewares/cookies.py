"""Cookies within one crawl of one outlet: some sites send every visitor back until they see theirs."""

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

MAX_COOKIES = 4_000
"""Characters of the header ``Cookie``; servers refuse longer ones."""


class CookiesMiddleware:
    """Keeps what servers set and sends it back to them. The jar is of this crawl, and is gone with it."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def process_request(self, request: Request) -> None:
        """Adds the header ``Cookie``."""
        request.headers.pop("Cookie", None)  # of the request that this one is a redirect or another try of
        self._jar.add_cookie_header(request)
        if len(request.headers.get("Cookie") or b"") > MAX_COOKIES:
            del request.headers["Cookie"]
            self._jar.clear()

    def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the cookies of an answer."""
        self._jar.extract_cookies(response, request)
        return response
