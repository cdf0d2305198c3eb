"""`rasid outlets add`: what a home page shows of an outlet, and the file that is made of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from upath import UPath

from crawlers.crawl import job_of
from crawlers.discovery import Discovery, Listed
from pipeline.config import mistakes_in
from pipeline.new_outlet import Choices, _nothing, discover, found_of, outlet_of, write
from pipeline.outlet_file import OutletRefusedError, yaml_text
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.outlets import Source, load_outlets
from rasid.printable import printable
from rasid.settings import Settings
from tests.compiled import warm
from tests.conftest import Rasid
from tests.crawling import look
from tests.serving import Reply, Web, web

NOW = datetime.now(UTC)
XML = {"Content-Type": "application/xml"}


def _settings(tmp_path: Path) -> Settings:
    config = tmp_path / "config"
    config.mkdir()
    return Settings(data=UPath(warm(tmp_path / "data")), config=config)


def _look(site: Web, tmp_path: Path, path: str = "/", allowed: bool = True, **options: object) -> Discovery:
    """A look that waits for nothing between two requests."""
    outlet = site.outlet(sources=[{"section": f"{site.base}{path}"}], **({} if allowed else {"allow_hosts": []}))
    settings = Settings(data=UPath(tmp_path / "data"), **options)  # type: ignore[arg-type]
    return look(job_of(outlet, NOW.date(), settings, tmp_path / "look.log"))


def _home(head: str = "", body: str = "", lang: str = "ar") -> Reply:
    return Reply(f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>".encode())


def _rss(*titles: str, at: datetime | None = NOW, path: str = "n") -> Reply:
    date = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if at else ""
    items = "".join(
        f"<item><title>{title}</title><link>/{path}/{number}</link>{date}</item>" for number, title in enumerate(titles)
    )
    return Reply(f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode(), headers=XML)


def _sitemap(*paths: str, root: str = "urlset", entry: str = "url") -> Reply:
    entries = "".join(f"<{entry}><loc>{path}</loc></{entry}>" for path in paths)
    return Reply(f"<{root}>{entries}</{root}>".encode(), headers=XML)


def _kinds(found: Discovery) -> list[tuple[str, str, int]]:
    return [(each.source.kind, each.source.url, each.links) for each in found.sources]


def test_declared_feeds_with_what_they_list(site: Web, tmp_path: Path) -> None:
    site.replies |= {
        "/": _home(
            "<meta property='og:site_name' content='الوطن'><title>الوطن | El Watan</title>"
            "<base href='/ar/'><link rel='alternate' type='application/rss+xml' href='rss.xml'>"
            "<link rel='alternate' type='application/rss+xml' href='/gone.xml'>"
            "<link rel='alternate' hreflang='en' href='/en'>"
        ),
        "/ar/rss.xml": _rss("صفقة", "مناورات", "زيارة", "قمة"),
    }
    found = _look(site, tmp_path)
    assert found.names == ("الوطن", "الوطن | El Watan")
    assert found.locale == "ar"
    (feed,) = found.sources
    assert feed.source == Source(feed=f"{site.base}/ar/rss.xml")
    assert (feed.links, feed.titles) == (4, ("صفقة", "مناورات", "زيارة"))
    assert feed.newest == NOW.replace(microsecond=0)
    assert found.failures == {f"{site.base}/gone.xml": "answered 404"}
    assert "/en" not in site.asked


def test_a_feed_that_is_only_linked(site: Web, tmp_path: Path) -> None:
    site.replies |= {"/": _home(body="<a href='/services/rss/all'>RSS</a>"), "/services/rss/all": _rss("خبر")}
    assert _kinds(_look(site, tmp_path)) == [("feed", f"{site.base}/services/rss/all", 1)]


def test_a_feed_at_a_usual_place(site: Web, tmp_path: Path) -> None:
    site.replies |= {"/": _home(), "/rss.xml": _rss("خبر"), "/feed": _home()}
    found = _look(site, tmp_path)
    assert _kinds(found) == [("feed", f"{site.base}/rss.xml", 1)]
    assert not found.failures  # that nothing is at other places is none


def test_sitemaps_of_robots_txt(site: Web, tmp_path: Path) -> None:
    site.replies |= {
        "/": _home(),
        "/robots.txt": Reply(f"Sitemap: {site.base}/index\nSitemap: /news.txt".encode()),
        "/index": _sitemap("/a", "/b", root="sitemapindex", entry="sitemap"),
        "/news.txt": Reply(f"{site.base}/n/1".encode(), headers={"Content-Type": "text/plain"}),
    }
    found = _look(site, tmp_path)
    assert [(each.source.kind, each.links, each.further) for each in found.sources] == [
        ("sitemap", 0, 2),
        ("sitemap", 1, 0),
    ]


def test_a_page_of_links_is_the_last_resort(site: Web, tmp_path: Path) -> None:
    site.replies["/"] = _home(body="<a href='/2026/12345-khabar'>خبر</a>")
    assert _kinds(_look(site, tmp_path)) == [("section", f"{site.base}/", 1)]


def test_an_address_that_is_a_feed_itself(site: Web, tmp_path: Path) -> None:
    site.replies |= {"/": _home("<title>الوطن</title>"), "/mine.xml": _rss("خبر")}
    found = _look(site, tmp_path, "/mine.xml")
    assert _kinds(found) == [("feed", f"{site.base}/mine.xml", 1)]
    assert (found.url, found.names) == (f"{site.base}/", ("الوطن",))


def test_behind_redirects(site: Web, tmp_path: Path) -> None:
    site.replies |= {
        "/": Reply(status=301, headers={"Location": "/ar"}),
        "/ar": _home("<link rel='alternate' type='application/rss+xml' href='/old.xml'><a href='/feed'>RSS</a>"),
        "/old.xml": Reply(status=302, headers={"Location": "/feed"}),
        "/feed": _rss("خبر"),
    }
    found = _look(site, tmp_path)
    assert found.url == f"{site.base}/ar"
    assert _kinds(found) == [("feed", f"{site.base}/feed", 1)]  # once, by the address that answers


def test_robots_txt_is_obeyed(site: Web, tmp_path: Path) -> None:
    site.replies |= {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /feed"),
        "/": _home("<link rel='alternate' type='application/rss+xml' href='/feed'>"),
        "/feed": _rss("خبر"),
    }
    found = _look(site, tmp_path)
    assert not found.sources
    assert found.failures[f"{site.base}/feed"].startswith("robots:")
    assert "/feed" not in site.asked


def test_who_wants_no_more_requests_gets_none(site: Web, tmp_path: Path) -> None:
    site.replies |= {"/": Reply(status=429, headers={"Retry-After": "3600"}), "/feed": _rss("خبر")}
    assert _look(site, tmp_path).error == "answered 429"
    assert site.asked == ["/robots.txt", "/"]


def test_a_page_that_is_not_for_crawlers_hides_no_feed(site: Web, tmp_path: Path) -> None:
    site.replies |= {"/": Reply(status=403), "/rss.xml": _rss("خبر")}
    found = _look(site, tmp_path)
    assert _kinds(found) == [("feed", f"{site.base}/rss.xml", 1)]
    assert found.failures == {f"{site.base}/": "answered 403"}


@pytest.mark.service
def test_a_private_address_is_refused_with_all_that_allows_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    settings = Settings(data=UPath(tmp_path), config=tmp_path / "config")
    with web({}) as site, pytest.raises(OutletRefusedError) as refused:
        discover(site.base, settings)
    assert f"add --allow-host {site.base.removeprefix('http://')} --country DZ" in str(refused.value)
    assert not site.asked


def test_private_addresses_are_not_asked(site: Web, tmp_path: Path) -> None:
    found = _look(site, tmp_path, allowed=False)
    assert found.error
    assert found.error.startswith("address: ")
    assert "not public" in found.error
    assert not site.asked
    with web({"/rss": _rss("خبر")}) as private:
        links = "".join(
            f"<link rel='alternate' type='application/rss+xml' href='{address}'>"
            for address in (
                f"{private.base}/rss",
                "/away",
                "javascript:alert(1)",
                "file:///etc/passwd",
                "http://[::1]/",
            )
        )
        site.replies |= {"/": _home(links), "/away": Reply(status=302, headers={"Location": f"{private.base}/rss"})}
        found = _look(site, tmp_path)
        assert not found.sources
        assert not private.asked
    assert all(why.startswith("address:") for why in found.failures.values())
    assert set(found.failures) == {f"{private.base}/rss", f"{site.base}/away", "http://[::1]/"}


@pytest.mark.parametrize(
    ("replies", "kind", "of"),
    [
        ({"/": Reply(status=503)}, "server", "HTTP 503"),
        ({"/": Reply(status=403)}, "forbidden", "HTTP 403"),
        ({"/": Reply(status=404)}, "gone", "HTTP 404"),
        ({"/robots.txt": Reply(b"User-agent: *\nDisallow: /")}, "robots", ""),
        ({"/": _home()}, "no_links", ""),
        ({"/": _home("<link rel='alternate' type='text/xml' href='/old.xml'>")}, "gone", "/old.xml"),
        ({"/robots.txt": Reply(b"User-agent: *\nDisallow: /feed"), "/": _home(
            "<link rel='alternate' type='text/xml' href='/feed'>")}, "robots", "/feed"),
    ],
)  # fmt: skip
def test_the_reason_why_there_is_nothing(
    site: Web, tmp_path: Path, replies: dict[str, Reply], kind: str, of: str
) -> None:
    site.replies |= replies
    refused = _nothing(site.base, _look(site, tmp_path))
    assert refused.kind == kind
    assert refused.of == (f"{site.base}{of}" if of.startswith("/") else of)


def test_a_front_page_that_is_too_large(site: Web, tmp_path: Path) -> None:
    site.replies["/"] = Reply(b"<html>" + b"x" * 300_000)
    found = _look(site, tmp_path, max_page_bytes=200_000)
    assert found.error == "too_large: larger than may be fetched"


def test_a_front_page_of_20_000_feeds(site: Web, tmp_path: Path) -> None:
    site.replies["/"] = _home("".join(f"<link rel='alternate' type='text/xml' href='/f/{n}'>" for n in range(20_000)))
    found = _look(site, tmp_path)
    assert not found.sources
    assert len(site.asked) < 30


@pytest.mark.parametrize(
    "feed",
    [
        Reply(
            b"<!DOCTYPE r [<!ENTITY a 'b'>]><rss version='2.0'><channel><title>&a;</title></channel></rss>", headers=XML
        ),
        Reply(b"", headers=XML),
        Reply(b"\x1f\x8b\x08broken", headers=XML | {"Content-Encoding": "gzip"}),
        Reply(b"<html><p>a page</p></html>"),
        Reply(b"\x00\x01\x02\xff" * 1000, headers=XML),
        Reply(b"<a>" * 100_000, headers=XML),
        Reply(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
            headers={"Content-Type": "application/json"},
        ),
    ],
)
def test_what_is_no_feed_costs_itself_alone(site: Web, tmp_path: Path, feed: Reply) -> None:
    link = "<link rel='alternate' type='application/rss+xml' href='{}'>"
    site.replies |= {"/": _home(link.format("/bad") + link.format("/good")), "/bad": feed, "/good": _rss("خبر")}
    found = _look(site, tmp_path)
    assert _kinds(found) == [("feed", f"{site.base}/good", 1)]
    assert set(found.failures) == {f"{site.base}/bad"}


def _listed(
    url: str, *titles: str, kind: str = "feed", newest: datetime | None = NOW, links: int | None = None
) -> Listed:
    pages = tuple(f"https://example.dz/{title}" for title in titles)
    return Listed(Source(**{kind: url}), len(titles) if links is None else links, 0, newest, titles, pages)


SEEN = Discovery("https://www.example.dz/", ("مثال",), "ar", (_listed("https://example.dz/rss", "خبر"),))


def test_which_sources_are_taken() -> None:
    seen = replace(
        SEEN,
        sources=(
            _listed("https://example.dz/all", "أول", "ثان"),
            _listed("https://example.dz/same", "ثان"),
            _listed("https://example.dz/en", "A deal"),
            _listed("https://example.dz/old", "قديم", newest=NOW - timedelta(days=90)),
            _listed("https://example.dz/none"),
            _listed("https://example.dz/sport", "رياضة"),
            _listed("https://example.dz/sitemap.xml", "خريطة", kind="sitemap"),
        ),
    )
    found = found_of(seen, {}, frozenset())
    assert {each.source.url.rpartition("/")[2]: each.why for each in found.sources} == {
        "all": "",
        "sport": "",
        "same": "https://example.dz/all has the same",
        "en": "its titles are not Arabic",
        "old": f"it has nothing newer than {NOW - timedelta(days=90):%Y-%m-%d}",
        "none": "it lists nothing",
        "sitemap.xml": "the feed is enough",
    }
    assert [each.chosen for each in found.sources] == [True, True, *[False] * 5]


@pytest.mark.parametrize(
    ("url", "locale", "country", "timezone"),
    [
        ("https://www.example.dz/", "", "DZ", "Africa/Algiers"),
        ("https://example.co.uk/", "", "GB", "Europe/London"),
        ("https://xn--mgbh0fb.xn--mgberp4a5d4ar/", "", "SA", "Asia/Riyadh"),
        ("https://example.ru/", "", "RU", "Europe/Moscow"),
        ("https://example.tv/", "ar_EG", "EG", "Africa/Cairo"),
        ("https://example.com/", "en_US", None, None),
        ("https://example.com/", "ar_AR", None, None),
        ("https://example.com:8443/", "ar", None, None),
        ("https://10.0.0.5/", "ar", None, None),
        ("https://example.us/", "", "US", None),
    ],
)
def test_country_and_time_zone(url: str, locale: str, country: str | None, timezone: str | None) -> None:
    found = found_of(replace(SEEN, url=url, locale=locale), {}, frozenset())
    assert (found.country, found.timezone) == (country, timezone)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (("الوطن", "الوطن | El Watan"), ("الوطن", "El Watan")),
        (("El Watan",), ("El Watan", "El Watan")),
        (("صحيفة الوطن: آخر الأخبار",), ("صحيفة الوطن", "example.dz")),
        ((), ("example.dz", "example.dz")),
        (("\x1b[31mالوطن\u202e\n" + "ا" * 500,), None),
    ],
)
def test_names(names: tuple[str, ...], name: tuple[str, str] | None) -> None:
    found = found_of(replace(SEEN, names=names), {}, frozenset()).name
    if name:
        assert (found.ar, found.en) == name
    else:
        assert len(found.ar) <= 80
        assert not {"\x1b", "\u202e", "\n"} & set(found.ar)


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        ("https://www.el-watan.com/", "el-watan"),
        ("https://news.example.co.uk/ar", "example"),
        ("https://xn--mgbh0fb.xn--mgberp4a5d4ar/", "xn--mgbh0fb"),
        ("http://10.0.0.5:8080/", "10-0-0-5"),
        ("http://[2001:db8::1]/", "2001-db8-1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_ids(url: str, id_: str) -> None:
    first = found_of(replace(SEEN, url=url), {}, frozenset())
    assert first.id == id_
    taken = {first.id: outlet_of(first, Choices(country="DZ"))}
    again = found_of(replace(SEEN, url=url), taken, frozenset()).id
    assert again not in taken
    assert again


def test_languages() -> None:
    def language(locale: str, *titles: str) -> str | None:
        seen = replace(SEEN, locale=locale, sources=(_listed("https://example.dz/rss", *titles),))
        return found_of(seen, {}, frozenset()).language

    assert language("en-US", "خبر") == "ar"
    assert language("fa", "خبر") == "fa"
    assert language("ar", "A deal") is None
    assert language("fr_FR", "Un contrat") == "fr"
    assert language("", "https://example.dz/1") is None


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written") / "outlets.yaml"


ODD = ["null", "true", "12", "1e3", "2026-11-27", "a: b", "#", "- x", "'", '"', "{", "~", "*a"]


@given(
    choices=st.builds(
        Choices,
        id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
        name_ar=st.text(min_size=1).filter(lambda text: printable(text).strip()),
        name_en=st.sampled_from(ODD),
    )
)
@example(Choices(name_ar="صحيفة\x85الميناء\u2028 اليوم\x1b", name_en="Port"))
def test_any_name_is_written_so_that_it_is_read_again(written: Path, choices: Choices) -> None:
    outlet = outlet_of(found_of(SEEN, {}, frozenset()), choices)
    written.write_text(yaml_text([outlet], "by \x1b[31m\nhand"), encoding="utf-8")
    assert load_outlets(written) == {outlet.id: outlet}


def test_a_file_is_written_once(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    found = found_of(SEEN, {}, frozenset())
    file = write(found, Choices(), settings)
    assert file == tmp_path / "config" / "outlets.d" / "example.yaml"
    assert load_outlets(config_files(settings.config, "outlets.yaml"))["example"].sources == (
        Source(feed="https://example.dz/rss"),
    )
    assert not mistakes_in(settings)
    before = file.read_bytes()
    other = found_of(replace(SEEN, sources=(_listed("https://example.dz/b", "خبر"),)), {}, frozenset())
    with pytest.raises(RasidError, match="there is an outlet example already"):
        write(found, Choices(), settings)
    with pytest.raises(RasidError, match=r"it is there already: example has https://example\.dz/rss"):
        write(found, Choices(id="other"), settings)
    file.with_name("other.yaml").symlink_to("nowhere")
    with pytest.raises(RasidError, match=r"other\.yaml"):
        write(other, Choices(id="other"), settings)
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    (tmp_path / "config" / "outlets.d").write_text("")  # a file in its place, which stops root too
    with pytest.raises(RasidError, match="RASID_CONFIG"):
        write(found_of(SEEN, {}, frozenset()), Choices(), settings)


@pytest.mark.parametrize(
    ("choices", "kind", "told"),
    [
        (Choices(), "country", "does not show its country"),
        (Choices(country="XX"), "country", "there is no country XX"),
        (Choices(country="US"), "timezone", "US has several time zones: say which"),
        (Choices(country="DZ", timezone="Algiers"), "timezone", "timezone: expected the name of a time zone"),
        (Choices(country="DZ", id="../x"), "id", "id: expected an id of small Latin letters"),
        (Choices(country="DZ", sources=("https://a.dz/other",)), "sources", "has no source https://a.dz/other"),
        (Choices(country="DZ", sources=()), "sources", "expected at least one source"),
        (Choices(country="DZ", name_ar=" "), "name", "name"),
    ],
)
def test_choices_that_cannot_be(choices: Choices, kind: str, told: str) -> None:
    with pytest.raises(OutletRefusedError, match=told) as refused:
        outlet_of(found_of(replace(SEEN, url="https://example.com/"), {}, frozenset()), choices)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("javascript:alert(1)", "expected the address of a website"),
        ("file:///etc/passwd", "expected the address of a website"),
        ("http://user:secret@example.org/", "expected the address of a website"),
        ("", "expected the address of a website"),
        ("\x1b[31m", "expected the address of a website"),
        ("https://aljazeera.net/ar", "it is there already: aljazeera has"),
        ("www.aljazeera.net", "it is there already: aljazeera has"),
    ],
)
def test_addresses_that_are_refused_at_once(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(RasidError, match=told) as refused:
        discover(url, _settings(tmp_path))
    assert "secret" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_the_command(rasid: Rasid, site: Web, tmp_path: Path) -> None:
    config = tmp_path / "mine"
    config.mkdir()
    command = replace(rasid, environment={**rasid.environment, "RASID_CONFIG": str(config)})
    site.replies |= {
        "/": _home("<title>\x1b]0;الوطن\x07</title><link rel='alternate' type='application/rss+xml' href='/rss'>"),
        "/rss": _rss("صفقة\u202e سلاح"),
    }
    arguments = ("outlets", "add", site.base, "--allow-host", site.host, "--id", "watan", "--name-en", "El Watan")
    dry = command(*arguments, "--country", "dz", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "timezone: Africa/Algiers" in dry.stdout
    assert not list(config.iterdir())
    added = command(*arguments, "--country", "dz")
    assert added.returncode == 0, added.stderr
    assert "صفقة" in added.stdout
    assert not {"\x1b", "\u202e"} & set(added.stdout + added.stderr)
    assert f"written to {config}/outlets.d/watan.yaml" in added.stdout
    assert command("check").returncode == 0
    again = command(*arguments, "--country", "dz")
    assert again.returncode == 1
    assert f"it is there already: watan has {site.base}/rss" in again.stderr
