"""Why a request came to no answer: the reason to count by, and what to say of it."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawlers.middlewares.robots import RobotsUnreachableError
from crawlers.scrapy_internals import TimeOverError

_REASONS: dict[type[Exception], str] = {
    DownloadTimeoutError: "timeout",
    DownloadConnectionRefusedError: "refused",
    CannotResolveHostError: "dns",
    DNSLookupError: "dns",  # from the address guard
    DownloadCancelledError: "too_large",
    TimeOverError: "time",
}
FOR_GOOD = {"robots", "address", "too_large", "redirects"}
"""Reasons that another try would meet again."""


def reason(failure: Failure) -> str:
    """The reason of a failure, in one word."""
    error = failure.value
    if isinstance(error, RobotsUnreachableError):
        return "robots_unreachable"
    if isinstance(error, IgnoreRequest):
        by_words = {"robots": "robots", "redirections": "redirects", "DOWNLOAD_MAXSIZE": "too_large"}
        return next((name for word, name in by_words.items() if word in str(error)), "address")
    return next((name for kind, name in _REASONS.items() if isinstance(error, kind)), "connection")


def in_words(failure: Failure) -> str:
    """The cause of a failure, in a few words; Twisted wraps what it met in exceptions without any."""
    error = failure.value
    if isinstance(error, DownloadCancelledError):
        return "larger than may be fetched"
    inner = [in_words(each) for each in getattr(error, "reasons", ()) if isinstance(each, Failure)]
    return failure.getErrorMessage() if f"{error}" and not inner else "; ".join(inner) or type(error).__name__
