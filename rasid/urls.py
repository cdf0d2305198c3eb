"""Canonical URLs: two addresses of one article give one identity."""

import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from courlan import clean_url

HOST_PREFIX = re.compile(r"^(?:www|m|mobile|amp)\.")
AMP_PATH = re.compile(r"/amp/?$|^/amp(?=/)")
TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|at_\w+|amp|outputType)$")


def canonical_url(url: str) -> str:
    """The address without what does not tell articles apart.

    That is the scheme's `s`, ``www.``, mobile and AMP forms, tracking parameters, the fragment, a slash at the end,
    the order of parameters, and the way in which letters are percent-encoded. It identifies, and need not be fetched.

    Returns:
        such as ``https://example.org/2025/سفير?id=7``.
    """
    parts = urlsplit(clean_url(url) or url)
    host = HOST_PREFIX.sub("", (parts.hostname or "").lower())
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    path = AMP_PATH.sub("", unquote(parts.path)).rstrip("/")
    kept = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k))
    query = f"?{urlencode(kept, safe='/:', quote_via=quote)}" if kept else ""
    return f"https://{host}{port}{path}{query}"


def article_id(url: str) -> str:
    """The identity of the article at an address: 32 hexadecimal digits of the canonical URL's SHA-256."""
    return hashlib.sha256(canonical_url(url).encode()).hexdigest()[:32]
