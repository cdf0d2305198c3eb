"""What a page sends and no reader sees is neither its text nor evidence; what readers may see stays."""

import pytest

from processing.extract.extraction import Page, extract
from rasid.outlets import Hints
from tests.pages import ANY_OUTLET, configured_tagger, make_capture
from tests.test_layouts import ARTICLES, OTHERS

TITLE, TEXT = next(iter(ARTICLES.items()))
MARKUP = "".join(f"<p>{line}</p>" for line in TEXT)
PLANTED = "أعلنت وزارة الدفاع توقيع صفقة السلاح مع الشركة وتسليم الطائرات المقاتلة في العام المقبل بحسب مصدر مطلع."

HIDING = [
    "display:none",
    "DISPLAY : None !important",
    "visibility:hidden",
    "opacity:0",
    "opacity: .01",
    "opacity: 0%",
    "font-size:0",
    "font-size:1px;color:#333",
    "font:0/0 a",
    "position:absolute;left:-9999px",
    "position:fixed; top: -200em",
    "text-indent:-9999px",
    "position:absolute;clip:rect(0, 0, 0, 0)",
    "position:absolute;clip:rect(1px 1px 1px 1px)",
    "position:absolute;clip-path:inset(50%)",
    "height:0;overflow:hidden",
    "transform:scale(0)",
    "transform:translateX(-9999px)",
    "color:#fff;background:#fff",
    "color:white;background-color:rgb(255, 255, 255)",
    "color:#fffffe;background:#FFF",
]
SHOWING = [
    "",
    "display:block",
    "opacity:1",
    "opacity:.8",
    "visibility:visible",
    "font-size:large",
    "font-size:16px",
    "font:bold 14px/1.5 serif",
    "color:#fff",  # on a ground that another sheet may give
    "color:#fff;background:#700",
    "color:#fff;background:url(dark.png) #fff",
    "color:#fff;background:#fff;text-shadow:0 0 2px #000",
    "position:absolute;left:-20px",
    "position:relative;left:-9999",
    "text-indent:20px",
    "height:0",
    "overflow:hidden",
    "opacity:0;transition:opacity 1s",
    "visibility:hidden;animation:fadeIn 1s forwards",
    "background:none",
]
PLACES = {
    "paragraph": ("<p {}>" + PLANTED + "</p>", "\n"),
    "element around": ("<div {}><p>" + PLANTED + "</p></div>", "\n"),
    "inline": ("<span {}> " + PLANTED + "</span>", " "),
}


def _extract(planted: str, place: str = "paragraph", head: str = "") -> Page:
    inline = place == "inline"
    lines = [f"<p>{line}{planted if inline and not number else ''}</p>" for number, line in enumerate(TEXT)]
    if not inline:
        lines.insert(1, planted)
    html = f"<html lang=ar><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>{''.join(lines)}"
    return extract(make_capture(f"{html}</article></body></html>".encode(), "https://example.org/news/7"), ANY_OUTLET)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("style", HIDING)
def test_hidden_by_its_own_style(style: str, place: str) -> None:
    page = _extract(PLACES[place][0].format(f'style="{style}"'), place)
    assert page.body.splitlines() == TEXT
    assert "arms_deals" not in configured_tagger().tag(page.title, page.body).topics


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("style", HIDING)
def test_hidden_by_a_rule(style: str, place: str) -> None:
    sheet = f"<style>/* .x{{display:block}} */ @import 'a.css'; .a b{{}} p{{margin:0}} .q, .x{{{style}}}</style>"
    assert _extract(PLACES[place][0].format("class='w x'"), place, sheet).body.splitlines() == TEXT
    sheet = sheet.replace(".x{", "#x{")
    assert _extract(PLACES[place][0].format("id=x"), place, sheet).body.splitlines() == TEXT


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("style", SHOWING)
def test_shown_by_its_style(style: str, place: str) -> None:
    page = _extract(PLACES[place][0].format(f'style="{style}"'), place)
    assert PLANTED in page.body
    assert page.sources["body"] == "trafilatura"
    page = _extract(PLACES[place][0].format("class=x"), place, f"<style>.x{{{style}}}</style>")
    assert PLANTED in page.body


@pytest.mark.parametrize(
    ("attributes", "sheet"),
    [
        ("aria-hidden=true", ""),
        ("class=x", ".x{display:none} @media screen{.x{display:block}}"),
        ("class=x", ".x{display:none} .open .x{display:block}"),
        ("class=x", ".x{display:none} p,div,span{color:red} .x{display:inline}"),
        ("class=x style='display:inline'", ".x{display:none}"),
        ("class=x", "@media print{.x{display:none}}"),
        ("class=x", ".x .y{display:none} .x:hover{opacity:0} [class=x]{display:none}"),
        ("class='x aos-init'", ".x{opacity:0}"),
        ("class=x data-animation=up", ".x{visibility:hidden}"),
        ("class=x", ".x{display:none"),
    ],
)
def test_not_hidden_for_certain(attributes: str, sheet: str) -> None:
    assert PLANTED in _extract(PLACES["paragraph"][0].format(attributes), head=f"<style>{sheet}</style>").body


def test_what_is_shown_within_the_hidden() -> None:
    shown = f'<div style="visibility:hidden">خفي<p style="visibility:visible">{PLANTED}</p>خفي</div>'
    assert _extract(shown).body.splitlines() == [TEXT[0], PLANTED, *TEXT[1:]]
    shown = f'<div style="font-size:0">خفي<p class=text>{PLANTED}</p>خفي</div>'
    assert _extract(shown).body.splitlines() == [TEXT[0], PLANTED, *TEXT[1:]]
    shown = f'<div style="color:#fff;background:#fff">خفي<p style="background:#00f">{PLANTED}</p>خفي</div>'
    assert _extract(shown).body.splitlines() == [TEXT[0], PLANTED, *TEXT[1:]]


@pytest.mark.parametrize("style", HIDING)
def test_a_page_that_shows_no_text_is_read_where_it_hides_it(style: str) -> None:
    hidden = f"<div style='{style}'>{MARKUP}</div>"
    page = extract(make_capture(f"<html lang=ar><title>{TITLE}</title><h1>{TITLE}</h1>{hidden}".encode()), ANY_OUTLET)
    assert page.body.splitlines() == TEXT
    assert page.sources["body"] == "unshown"


def test_a_hint_finds_what_is_hidden() -> None:
    shown = "".join(f"<p>{text}</p>" for text in OTHERS.values())
    hidden = f"<div id=t hidden>{MARKUP}</div>"
    html = f"<html lang=ar><title>{TITLE}</title><h1>{TITLE}</h1>{hidden}<div>{shown}</div>"
    assert extract(make_capture(html.encode()), ANY_OUTLET).body.splitlines() != TEXT
    outlet = ANY_OUTLET.model_copy(update={"hints": Hints(body="//div[@id='t']")})
    assert extract(make_capture(html.encode()), outlet).body.splitlines() == TEXT


@pytest.mark.parametrize(
    "head",
    [
        "<style>" + "{" * 200_000 + "</style>",
        "<style>" + "}" * 200_000 + "</style>",
        "<style>" + "@media x{" * 50_000 + ".x{display:none}" + "}" * 50_000 + "</style>",
        "<style>" + ".x," * 150_000 + ".x{display:none}</style>",
        "<style>" + "/*" * 200_000 + "</style>",
        "<style>" + ".x{color:red}" * 30_000 + "</style>",
        f"<style>.x{{{'opacity:0;' * 50_000}}}</style>",
        "<style>.x{font:" + "0" * 200_000 + "}</style>",
        f"<i style='{'color:#fff;' * 100_000}'></i>",
        f"<i class='{'x ' * 100_000}'></i>",
    ],
    ids=range(10),
)
def test_styles_without_end(head: str) -> None:
    page = _extract("<p style='display:none'>خفي</p>" * 2_000, head=head)
    assert page.body.splitlines() == TEXT
