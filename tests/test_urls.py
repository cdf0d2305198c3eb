"""Addresses: one article has one identity, and what is no address is told from one."""

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasid.urls import BadAddressError, article_id, canonical_url, readable_url, shown_url, web_address

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


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("https://example.org/a?utm_source=atom", "https://example.org/a"),
        ("https://example.org/a?id=7&utm_source=atom&b=2", "https://example.org/a?id=7&b=2"),
        ("https://example.org/a?b=2&a=%20x#part", "https://example.org/a?b=2&a=%20x#part"),
        ("https://example.org/a?fbclid=1&utm%5Fmedium=2#utm_campaign=3", "https://example.org/a"),
        (
            "https://www.example.org/سفير/?q=http://x?utm_source=1",
            "https://www.example.org/سفير/?q=http://x?utm_source=1",
        ),
        ("https://example.org/a?", "https://example.org/a"),
    ],
)
def test_an_address_is_shown_without_tracking_parameters(published: str, shown: str) -> None:
    assert shown_url(published) == shown
    assert article_id(shown) == article_id(published)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (" /a/1\n", "https://example.org/a/1"),
        ("//other.org/خبر عاجل", "https://other.org/خبر عاجل"),
        ("https://example.org/a\n/1", "https://example.org/a/1"),
        ("http://مثال.مصر/", "http://مثال.مصر/"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_the_address_that_a_link_means(link: str, address: str) -> None:
    assert web_address(link, "https://example.org/feed") == address


ANY_TEXT = st.text(st.sampled_from("htps:/@[]%.#?&=0123456789abسفير \t\x00\x1b\ud800\ufffd"))


@given(st.sampled_from(["", "http://", "https://www.", "http://[", "http://example.org:"]), ANY_TEXT)
def test_no_text_breaks_what_reads_addresses(start: str, rest: str) -> None:
    url = start + rest
    assert article_id(url) == article_id(url)
    shown_url(url)
    try:
        address = web_address(url)
    except BadAddressError as error:
        assert str(error)  # a reason is never empty
    else:
        assert address.lower().startswith(("http://", "https://"))
        assert "@" not in urlsplit(address).netloc


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/%D8%B3%D9%81%D9%8A%D8%B1?q=%D8%A3", "https://example.org/سفير?q=أ"),
        (f"https://{'وطن.مصر'.encode('idna').decode()}:81/a", "https://وطن.مصر:81/a"),
        ("https://example.org/a%20b%2Fc%3F%25", "https://example.org/a%20b%2Fc%3F%25"),
        ("https://example.org/%C7%E1%D3", "https://example.org/%C7%E1%D3"),  # of windows-1256
        ("https://example.org/%E2%80%AE%D8%A3", "https://example.org/%E2%80%AEأ"),  # it would turn what follows
        ("https://Example.org/%D8%A3", "https://Example.org/أ"),
        ("https://example.org@example.org/a", "https://example.org@example.org/a"),
        *(
            (odd, odd)
            for odd in ("http://[broken", "//", "http://", "a\tb", "http://a\tb/c", "javascript:alert(1)", "9")
        ),
    ],
)
def test_a_readable_address(url: str, shown: str) -> None:
    assert readable_url(url) == shown


@given(st.text(alphabet="aسفé %/?&=\u202e\u0640", max_size=30))
def test_a_readable_address_leads_to_the_same_page(path: str) -> None:
    address = f"https://example.org/{quote(path, safe='/?&=')}"
    readable = readable_url(address)
    assert canonical_url(readable) == canonical_url(address)
    assert "\u202e" not in readable
    assert readable_url(readable) == readable
