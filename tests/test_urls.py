"""One article, one identity."""

import pytest

from rasid.urls import article_id, canonical_url

BASE = "https://example.org/2025/سفير"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.org/2025/سفير/",
        "https://m.example.org/2025/%D8%B3%D9%81%D9%8A%D8%B1",
        "https://example.org/2025/%d8%b3%d9%81%d9%8a%d8%b1?utm_source=rss&fbclid=1",
        "https://example.org/2025/سفير/amp/",
        "https://amp.example.org/2025/سفير#top",
        "https://EXAMPLE.org:443/2025/سفير",
    ],
)
def test_addresses_of_one_article(url: str) -> None:
    assert article_id(url) == article_id(BASE)


@pytest.mark.parametrize(
    "url", ["https://example.org/2025/سفراء", "https://example.org/2025/سفير?id=7", "https://other.org/2025/سفير"]
)
def test_addresses_of_other_articles(url: str) -> None:
    assert article_id(url) != article_id(BASE)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_url("https://example.org/?b=2&a=1") == canonical_url("https://example.org/?a=1&b=2")


def test_canonical_is_stable() -> None:
    assert canonical_url(canonical_url(BASE)) == canonical_url(BASE)
