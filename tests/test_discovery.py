"""What feeds, sitemaps and section pages say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawlers.feeds import MAX_ENTRIES, read_feed
from crawlers.listing import BrokenSourceError, Listing
from crawlers.sections import read_section
from crawlers.sitemaps import read_sitemap
from crawlers.source_reader import Answer, read_source
from rasid.outlets import Source
from tests.pages import SITES

URL = "https://example.org/feed"
ZONE = ZoneInfo("Asia/Baghdad")
NOW = datetime(2025, 3, 11, 12, tzinfo=UTC)
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def _feed(text: str) -> Listing:
    return read_feed(text, URL, ZONE, NOW)


def _rss(*items: str) -> Listing:
    entries = "".join(f"<item><title>خبر</title>{item}</item>" for item in items)
    return _feed(f"<rss version='2.0'><channel><title>t</title>{entries}</channel></rss>")


def _sitemap(text: str) -> Listing:
    return read_sitemap(text, URL, ZONE, NOW)


def _urlset(*entries: str, names: str = NAMESPACES) -> Listing:
    return _sitemap(f"<?xml version='1.0'?><urlset {names}>{''.join(f'<url>{e}</url>' for e in entries)}</urlset>")


def _urls(listing: Listing) -> list[str]:
    return [link.url.removeprefix("https://example.org") for link in listing.links]


@pytest.mark.parametrize("outlet", ["annasr", "sharqonline", "rafidain"])
def test_feeds_of_the_sample_outlets(outlet: str) -> None:
    site = SITES[outlet]  # RSS, Atom, RSS in windows-1256
    answer = site.answer(site.feed_path)
    source = site.outlet.sources[0]
    links = read_source(Answer(answer.body, source.url, answer.content_type, ""), source, site.outlet.zone, NOW).links
    assert [link.title for link in links] == [story.title for story in site.stories]
    assert [link.published_at for link in links] == [story.at for story in site.stories]
    assert all(link.url.startswith(site.base) for link in links)


def test_a_news_sitemap() -> None:
    site = next(site for site in SITES.values() if site.outlet.sources[0].sitemap)
    links = _sitemap(site.answer(site.feed_path).body.decode()).links
    assert [link.title for link in links] == [story.title for story in site.stories]
    assert [link.published_at for link in links] == [story.at for story in site.stories]


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    rss = "<rss version='2.0'><channel><title>t</title><item><title>a</title><link>/1</link></item>"
    for rest in (
        "<item><title>b</ti",
        "<item><link>https://example.org/12</link",
        "<item><link>https://example.org/12",
    ):
        assert _urls(_feed(rss + rest)) == ["/1"]


def test_an_empty_feed_is_a_feed() -> None:
    assert _feed("<rss version='2.0'><channel><title>t</title></channel></rss>") == Listing()


@pytest.mark.parametrize("text", ["", "<html><body>gone</body></html>", "<rss version='2.0'><channel><tit"])
def test_what_is_no_feed(text: str) -> None:
    with pytest.raises(BrokenSourceError):
        _feed(text)


@pytest.mark.parametrize("text", ["", "no xml", "<rss version='2.0'/>", "<html><body><url></url></body></html>"])
def test_what_is_no_sitemap(text: str) -> None:
    with pytest.raises(BrokenSourceError):
        _sitemap(text)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_refused(charset: str) -> None:
    body = f"""<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>
    <urlset {NAMESPACES}><url><loc>https://example.org/&file;</loc></url></urlset>""".encode(charset)
    with pytest.raises(BrokenSourceError, match="entities"):
        read_source(Answer(body, URL, "text/xml", ""), Source(sitemap=URL), ZONE, NOW)


BAD = [
    "http://host:99999/", "http://a:abc/", "http://h:1%40x/", "http://[broken", "javascript:alert(1)", "mailto:a@b.c",
    "http://user:word@example.org/1", "http://a b/", f"https://example.org/{'x' * 100_000}", "file:///etc/passwd",
    "https://example.org/\ufffd", "data:text/html,x", "http://..", "http://example.org:0/",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_address_costs_itself_alone(bad: str) -> None:
    feed = _rss("<link>/1</link>", f"<link>{bad}</link>", "<link>/2</link>")
    sitemap = _urlset("<loc>/1</loc>", f"<loc>{bad}</loc>", "<loc>/2</loc>")
    for listing in (feed, sitemap):
        assert _urls(listing) == ["/1", "/2"]
        assert len(listing.bad) == 1
        assert all(listing.bad.values())
    assert list(sitemap.bad) == [bad[:200]]
    section = read_section(f"<a href='/a/1001'>a</a><a href='{bad}'>b</a><a href='/a/1002'>c</a>", URL, None)
    assert _urls(section) == ["/a/1001", "/a/1002"]
    assert len(section.bad) == (
        not bad.startswith(("javascript:", "mailto:", "file:", "data:"))
    )  # these are no articles


def test_an_entry_without_an_address_is_counted() -> None:
    assert _rss("<link>/1</link>", "").bad == {f"entry 2 of {URL}": "no address"}
    assert _urlset("<loc>/1</loc>", "<lastmod>2025-03-10</lastmod>").bad == {f"entry 2 of {URL}": "no address"}


def test_an_impossible_date_costs_itself_alone() -> None:
    dates = [
        "0001-01-01T00:00:00+03:00",
        "9999-12-31",
        "1970-01-01",
        "-1",
        "99999999999999999999",
        "31 Feb 2025",
        "x" * 9999,
    ]
    feed = _rss(*(f"<link>/{n}</link><pubDate>{date}</pubDate>" for n, date in enumerate(dates)))
    sitemap = _urlset(*(f"<loc>/{n}</loc><lastmod>{date}</lastmod>" for n, date in enumerate(dates)))
    for listing in (feed, sitemap):
        assert _urls(listing) == [f"/{n}" for n in range(len(dates))]
        assert (listing.bad, listing.latest) == ({}, {})
        assert {link.published_at for link in listing.links} == {None}


def test_a_feeds_second_date_counts_where_the_first_is_none() -> None:
    both = "<link>/1</link><pubDate>soon</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2025-03-10T08:00Z</dc:date>"
    assert _rss(both).links[0].published_at == datetime(2025, 3, 10, 8, tzinfo=UTC)


NEWS = (
    "<news:news><news:title>عنوان &amp; آخر</news:title>"
    "<news:publication_date>2025-03-10T09:00:00+03:00</news:publication_date></news:news>"
)
IMAGE = "<image:image><image:loc>/i.jpg</image:loc><image:title>صورة</image:title></image:image>"
VIDEO = (
    "<video:video><video:title>فيديو</video:title>"
    "<video:publication_date>2019-01-01</video:publication_date></video:video>"
)


@pytest.mark.parametrize(
    "entry",
    [
        f"<loc>/1</loc>{NEWS}{IMAGE}{VIDEO}",
        f"{VIDEO}{IMAGE}<loc>/1</loc>{NEWS}",
        f"<image:loc>/i.jpg</image:loc><video:publication_date>2019-01-01</video:publication_date><loc>/1</loc>{NEWS}",
        f"<loc><![CDATA[ /1 ]]></loc>{NEWS}<lastmod>2025-03-11</lastmod>",
    ],
)
@pytest.mark.parametrize(
    "names", [NAMESPACES, "", 'xmlns="https://other.example/"', NAMESPACES.replace("http:", "https:")]
)
def test_an_element_of_a_sitemap_counts_by_its_name_and_place(entry: str, names: str) -> None:
    (link,) = _urlset(entry, names=names).links
    assert (link.url, link.title) == ("https://example.org/1", "عنوان & آخر")
    assert link.published_at == datetime(2025, 3, 10, 6, tzinfo=UTC)


def test_a_sitemap_in_which_all_has_a_prefix() -> None:
    assert _urls(_sitemap("<s:urlset xmlns:s='x'><s:url><s:loc>/1</s:loc></s:url></s:urlset>")) == ["/1"]
    assert _urls(_sitemap("<s:urlset><s:url><s:loc>/1</s:loc></s:url></s:urlset>")) == ["/1"]
    assert _urls(_sitemap("<URLSET><URL><LOC>/1</LOC></URL></URLSET>")) == ["/1"]


def test_sitemaps_in_each_other() -> None:
    listing = _sitemap(
        "<sitemapindex><sitemap><loc>/s.xml</loc></sitemap><urlset><url><loc>/1</loc></url>"
        "<urlset><url><loc>/2</loc></url><sitemap><loc>/t.xml</loc></sitemap></urlset></urlset></sitemapindex>"
    )
    assert _urls(listing) == ["/1", "/2"]
    assert listing.further == ["https://example.org/s.xml", "https://example.org/t.xml"]


def test_a_sitemap_of_plain_text() -> None:
    listing = _sitemap("\ufeffhttps://example.org/1\r\n\r\n  https://example.org/2\nhttp://[broken\n")
    assert _urls(listing) == ["/1", "/2"]
    assert list(listing.bad) == ["http://[broken"]


@pytest.mark.parametrize("address", ["/p?id=1&cat=2", "/p?a=1&copy=2&lt=3&#x=4", "/p?a=&&b"])
def test_an_address_with_a_raw_ampersand_is_what_it_says(address: str) -> None:
    for listing in (_urlset(f"<loc>{address}</loc>"), _rss(f"<link>{address}</link>")):
        assert _urls(listing) == [address]
    assert _urls(_urlset(f"<loc><![CDATA[{address}]]></loc>")) == [address]


def test_names_of_letters_that_xml_does_not_know() -> None:
    atom = "<feed><entry><title>&laquo;خبر&raquo;&nbsp;&amp; آخر</title><link href='/1?a=1&copy=2'/></entry></feed>"
    (link,) = _feed(atom).links
    assert (link.title, _urls(_feed(atom))) == ("«خبر» & آخر", ["/1?a=1&copy=2"])


def test_an_address_that_a_parser_would_have_to_make_up_is_not_asked_for() -> None:
    begun = "<urlset><url><loc>https://example.org/1</loc></url><url><loc>https://example.org/23"
    for text in (begun, begun + "</loc", begun + "</loc></ur"):
        assert _urls(_sitemap(text)) == ["/1"]
    assert _urls(_urlset("<loc>/2<b>3</b></loc>", "<loc>/1</loc>")) == ["/1"]


LASTMODS = {
    "2025-03-10T09:00:00+03:00": datetime(2025, 3, 10, 6, tzinfo=UTC),
    "2025-03-10": datetime(2025, 3, 10, tzinfo=UTC),
    "2024-02": datetime(2024, 2, 29, tzinfo=UTC),
    "2019": datetime(2019, 12, 31, tzinfo=UTC),
    "2025-03": None,  # it may be of today
    "2025": None,
    "0000": None,
    "2019-13": None,
    "2025-03-10 09:00:00 AM": datetime(2025, 3, 10, 6, tzinfo=UTC),
    "Mon, 10 Mar 2025 09:00:00 GMT": datetime(2025, 3, 10, 9, tzinfo=UTC),
}


@pytest.mark.parametrize("lastmod", LASTMODS)
def test_when_a_page_changed_at_the_latest(lastmod: str) -> None:
    assert (
        _urlset(f"<loc>/1</loc><lastmod>{lastmod}</lastmod>").latest.get("https://example.org/1") == LASTMODS[lastmod]
    )


@pytest.mark.parametrize("most", [1_000, pytest.param(MAX_ENTRIES, marks=pytest.mark.long)])
def test_only_so_many_entries_of_a_feed_are_read(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("crawlers.feeds.MAX_ENTRIES", most)
    listing = _rss(*(f"<link>/{n}</link>" for n in range(most + 5)))
    assert len(listing.links) == most
    assert listing.left_out
    assert f"{most + 5:,}" in listing.left_out


def test_a_section_page_is_decoded_as_pages_are() -> None:
    page = "<html><head><title>أخبار السياسة والاقتصاد من مصادرنا في العاصمة</title><meta charset=utf-8></head>"
    body = f"{page}<a href='/خبر-عن-بدء-الموسم'>خبر</a></html>".encode()
    listing = read_source(Answer(body, URL, "text/html", ""), Source(section=URL), ZONE, NOW)
    assert _urls(listing) == ["/خبر-عن-بدء-الموسم"]
    old = read_source(Answer(body.decode().encode("cp1256"), URL, "text/html", ""), Source(section=URL), ZONE, NOW)
    assert _urls(old) == ["/خبر-عن-بدء-الموسم"]


def test_links_of_a_section_page_start_from_its_base() -> None:
    listing = read_section(
        "<base href='/ar/'><a href='a/1001'> خبر <b>عاجل</b> اليوم</a><a href='b/1002' rel='next'>", URL, None
    )
    assert _urls(listing) == ["/ar/a/1001", "/ar/b/1002"]
    assert listing.links[0].title == "خبر عاجل اليوم"
    assert listing.further == ["https://example.org/ar/b/1002"]


def test_elements_nested_without_end() -> None:
    flat = read_section("".join(f"<a href='/a/{n}'>" for n in range(10_000, 30_000)) + "نص", URL, None)
    assert (len(flat.links), flat.left_out) == (20_000, None)
    deep = read_section("".join(f"<div><a href='/a/{n}'>خبر</a>" for n in range(10_000, 30_000)), URL, None)
    assert deep.links
    assert deep.left_out
    assert "nested too deeply" in deep.left_out
