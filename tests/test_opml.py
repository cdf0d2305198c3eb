"""Lists of feeds (OPML), in and out."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from upath import UPath

from pipeline import opml
from pipeline.config import mistakes_in
from pipeline.opml import Imported, import_opml
from rasid.errors import RasidError
from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
from tests.compiled import warm
from tests.conftest import Rasid


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config").mkdir()
    return Settings(data=UPath(warm(tmp_path / "data")), config=tmp_path / "config")


def _import(settings: Settings, outlines: str, country: str | None = None) -> Imported:
    file = settings.config.parent / "my feeds.opml"
    file.write_text(f"<?xml version='1.0'?><opml version='2.0'><body>{outlines}</body></opml>", encoding="utf-8")
    return import_opml(file, settings, country)


def _outline(url: str, title: str = "الوطن", home: str = "") -> str:
    return f"<outline type='rss' text='{title}' xmlUrl='{url}' htmlUrl='{home}'/>"


def _outlet(id_: str, **fields: object) -> Outlet:
    usual = {"name": {"ar": "الوطن", "en": "El Watan"}, "country": "DZ", "timezone": "Africa/Algiers"}
    return Outlet.model_validate({"id": id_, **usual, **fields})


def test_feeds_become_outlets_one_a_host(settings: Settings) -> None:
    imported = _import(
        settings,
        "<outline text='صحف'>"
        + _outline("https://www.example.dz/rss", "الوطن - الأولى")
        + _outline("https://example.dz/sport?a=1&b=2", "الوطن - رياضة")
        + "</outline>"
        + _outline("https://feeds.example.net/7", "النهار", "https://nahar.example.ma/")
        + _outline("https://feeds.example.net/8", "الشرق", "https://sharq.example.eg/"),
    )
    assert not imported.refused
    assert imported.file == settings.config / "outlets.d" / "my feeds.yaml"
    assert load_outlets(imported.file) == {outlet.id: outlet for outlet in imported.outlets}
    told = [(each.name.ar, each.country, [source.feed for source in each.sources]) for each in imported.outlets]
    assert told == [
        ("صحف", "DZ", ["https://www.example.dz/rss", "https://example.dz/sport?a=1&b=2"]),
        ("النهار", "MA", ["https://feeds.example.net/7"]),
        ("الشرق", "EG", ["https://feeds.example.net/8"]),
    ]
    assert not mistakes_in(settings)


def test_bad_entries_are_told_and_the_others_taken(settings: Settings) -> None:
    imported = _import(
        settings,
        _outline("javascript:alert(1)")
        + "<outline type='rss' text='بلا عنوان'/>"
        + _outline("https://example.com/rss", "بلا بلد")
        + _outline("https://example.dz/rss")
        + _outline("http://www.example.dz/rss/")
        + _outline("https://www.aljazeera.net/other", "الجزيرة")
        + _outline("http://[broken", "x"),
    )
    assert [outlet.id for outlet in imported.outlets] == ["example"]
    told = "\n".join(imported.refused)
    assert len(imported.refused) == 6
    for part in (
        "javascript:alert(1): javascript: is not fetched",
        "بلا عنوان: it has no address of a feed",
        "does not show its country",
        "http://www.example.dz/rss/: it stands in the file twice",
        "it is there already: aljazeera has",
        "http://[broken: ",
    ):
        assert part in told


def test_a_country_for_those_that_show_none(settings: Settings) -> None:
    imported = _import(settings, _outline("https://example.com/rss") + _outline("https://example.ma/rss"), "dz")
    assert [(outlet.country, outlet.timezone) for outlet in imported.outlets] == [
        ("DZ", "Africa/Algiers"),
        ("MA", "Africa/Casablanca"),
    ]


def test_a_second_import_takes_what_is_new(settings: Settings) -> None:
    first = _import(settings, _outline("https://example.dz/rss"))
    assert first.file
    before = first.file.read_bytes()
    again = _import(settings, _outline("https://example.dz/rss"))
    assert (again.outlets, again.file) == ((), None)
    assert "it is there already: example has https://example.dz/rss" in again.refused[0]
    more = _import(settings, _outline("https://example.dz/rss") + _outline("https://example.ma/rss"))
    assert [outlet.id for outlet in more.outlets] == ["example-ma"]
    assert more.file == first.file.with_name("my feeds-2.yaml")
    assert first.file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><opml><body/></opml>", "it declares entities"),
        ("<opml><body/></opml>", "it lists no feed"),
        ("<opml><body>" + "\0" * 100 + "</body></opml>", "it lists no feed"),
        ("<rss version='2.0'/>", "it is <rss>"),
        ("not xml", "expected a list of feeds"),
        ("", "expected a list of feeds"),
    ],
)
def test_files_that_are_none(settings: Settings, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.opml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RasidError, match=told):
        import_opml(file, settings)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("<outline text='&#27;[31m' xmlUrl='https://example.ma/'/>", "xmlParseCharRef: invalid"),
        ("<outline text=", "line 1: "),
        ("<outline>" * 5000, "line 1: Excessive depth"),
        ("\x1b", "line 1: "),
        (f"<outline {' '.join(f'a{n}={n!r}' for n in map(str, range(100_000)))}/>", "more than 50 attributes"),
    ],
)
def test_what_is_no_xml_costs_itself_alone(settings: Settings, tmp_path: Path, bad: str, told: str) -> None:
    file = tmp_path / "bad.opml"
    good = "<outline text='صحيفة' xmlUrl='https://example.dz/rss'/>"
    file.write_text(f"<opml><body>{good}{bad}</body></opml>", encoding="utf-8")
    imported = import_opml(file, settings)
    assert "example" in [outlet.id for outlet in imported.outlets]
    assert any(told in each for each in imported.refused), imported.refused
    assert all(each.isprintable() for each in imported.refused)


def test_ampersands_and_charsets_as_other_programs_write_them(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    text = "<?xml version='1.0' encoding='windows-1256'?><OPML><body><outline text='صحيفة الوطن الجزائرية' "
    file.write_bytes(f"{text}XMLURL='https://example.dz/?a=1&b=2'/></body></OPML>".encode("cp1256"))
    (outlet,) = import_opml(file, settings).outlets
    assert outlet.name.ar == "صحيفة الوطن الجزائرية"
    assert outlet.sources[0].feed == "https://example.dz/?a=1&b=2"


def test_what_is_exported_can_be_imported(settings: Settings, tmp_path: Path) -> None:
    feeds = [{"feed": "https://example.dz/rss?a=1&b=2"}, {"feed": "https://example.dz/<x>"}]
    outlets = [
        _outlet("watan", sources=[*feeds, {"sitemap": "https://example.dz/sitemap.xml"}]),
        _outlet("other", name={"ar": 'من "\x01<b>', "en": "x"}, sources=[{"feed": "https://example.ma/rss"}]),
        _outlet("none", sources=[{"section": "https://example.org/"}]),
    ]
    written = opml.opml(outlets)
    assert etree.fromstring(written).get("version") == "2.0"
    file = tmp_path / "out.opml"
    file.write_bytes(written)
    imported = import_opml(file, settings)
    assert [(each.name.ar, [s.feed for s in each.sources]) for each in imported.outlets] == [
        ("الوطن", ["https://example.dz/rss?a=1&b=2", "https://example.dz/<x>"]),
        ('من "<b>', ["https://example.ma/rss"]),
    ]


def test_the_commands(rasid: Rasid, tmp_path: Path) -> None:
    config = tmp_path / "mine"
    config.mkdir()
    command = replace(rasid, environment={**rasid.environment, "RASID_CONFIG": str(config)})
    exported = command("outlets", "export", "--opml", str(tmp_path / "all.opml"))
    assert exported.returncode == 0, exported.stderr
    assert "all.opml: the feeds of " in exported.stdout
    imported = command("outlets", "import", str(tmp_path / "all.opml"))
    assert imported.returncode == 1
    assert "not taken: " in imported.stderr
    assert "it is there already: aljazeera has" in imported.stderr
