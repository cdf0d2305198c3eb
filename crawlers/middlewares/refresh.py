"""Pages that send the reader on by ``<meta http-equiv="refresh">``, followed as browsers do."""

from html import escape

from scrapy import Request
from scrapy.http import Response
from w3lib.html import get_meta_refresh

from crawlers.headers import header
from crawlers.scrapy_internals import Redirects
from rasid.decoding import decode
from rasid.errors import UndecodableError
from rasid.unpacking import unpack
from rasid.urls import web_address

MAX_DELAY = 5.0
"""Seconds. A page that is to be read, such as a front page that loads itself again, gives more time."""


class MetaRefreshMiddleware(Redirects):
    """Follows them within the bounds of other redirects; the capture is what the last address answers."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or a request for where it sends."""
        target = refresh_target(response)
        if not target:
            return response
        return self.redirected(request, response, target, "meta refresh")


def refresh_target(response: Response) -> str | None:
    """Where a page or its header ``Refresh`` sends the reader at once, if anywhere.

    To the page itself it is meant where it comes with a cookie: then the next answer is another one.
    """
    content_type, refresh = header(response, "Content-Type"), header(response, "Refresh")
    if response.status != 200 or "html" not in (content_type or "html").lower():
        return None
    try:
        body = unpack(response.body, header(response, "Content-Encoding"))
        text = decode(body, content_type)[0] if b"refresh" in body.lower() else ""
        stated = f'<meta http-equiv="refresh" content="{escape(refresh)}">' if refresh else ""
        delay, target = get_meta_refresh(stated + text, response.url)
        target = web_address(target, response.url) if target else None
    except (UndecodableError, ValueError):  # no address; the page is as it is; who reads it says what is wrong
        return None
    if not target or delay is None or delay > MAX_DELAY:
        return None
    return target if target != response.url or "Set-Cookie" in response.headers else None
