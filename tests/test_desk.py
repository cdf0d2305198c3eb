"""The reading desk in a browser: each page in both languages and three widths, and each task, by keyboard alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from alerts.report_words import Language
from desk.rendering import LANGUAGE
from desk.words import WORDS
from pipeline.new_outlet import discover
from processing.topics.labels import kept_labels
from tests.reading_desk import Reading, every_page, launched, reading_of
from tests.serving import Reply, Web

WIDTHS = (390, 1100, 1600)
NAMES = tuple(every_page("", ""))
SERIOUS = {"serious", "critical"}
_ENGLISH = """() => {
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const {data, parentElement} = walk.currentNode;
    if (/([a-z]+[,:;]? ){3}/i.test(data) && !parentElement.closest("details:not([open]) > :not(summary)")) {
      found.push(data);
    }
  }
  return found;
}"""
"""The sentences of English that a page shows; what the machine said is folded."""


@dataclass
class Tab:
    """A tab of the browser, and what went wrong in it.

    Attributes:
        page: the page in it.
        base: address of the desk.
        wrong: errors, questions to the reader, and requests to others than the desk.
        status_is_told: the page is a mistake's, of which the browser tells that its status is one.
    """

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    status_is_told: bool = False

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self._said(said.type, said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not (self.status_is_told and "with a status of 40" in text):
            self.wrong.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.base}/", "about:")):
            self.wrong.append(f"asks {url}")

    def open(self, path: str) -> None:
        """Opens a page of the desk."""
        self.page.goto(f"{self.base}{path}")

    def to(self, selector: str, most: int = 300) -> None:
        """Goes on by the Tab key until what is wanted has the focus, which is seen."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
                style = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert style != "none", f"{selector} does not show that it has the focus"
                return
        pytest.fail(f"{selector} is not reached by Tab")

    def press(self, key: str = "Enter") -> None:
        """Presses a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def reading(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    with reading_of(cluster, tmp_path_factory.mktemp("desk")) as found:
        yield found


@contextmanager
def _entered(browser: Browser, reading: Reading) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    found = Tab(context.new_page(), reading.base)
    found.open(f"/enter?token={reading.desk.token}")
    yield found
    context.close()


@pytest.fixture
def tab(browser: Browser, reading: Reading) -> Iterator[Tab]:
    """A tab of somebody who has shown the token."""
    with _entered(browser, reading) as found:
        yield found
    assert found.wrong == []


@pytest.fixture(scope="module")
def same_tab(browser: Browser, reading: Reading) -> Iterator[Tab]:
    """One in which page after page is opened: a new one for each would cost more than the page."""
    with _entered(browser, reading) as found:
        yield found


@pytest.mark.parametrize(
    ("language", "checked", "scheme"),
    [
        ("ar", 390, "dark"),
        ("en", 1100, "light"),
        pytest.param("ar", 1100, "light", marks=pytest.mark.long),
        pytest.param("en", 390, "dark", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_each_page_fits_and_can_be_read_by_all(
    same_tab: Tab, reading: Reading, name: str, language: str, checked: int, scheme: Literal["dark", "light"]
) -> None:
    tab, page = same_tab, same_tab.page
    page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": tab.base}])
    tab.status_is_told = name in {"mistake", "none"}
    tab.wrong.clear()
    tab.open(every_page(reading.original, reading.copy)[name])
    assert page.locator("html").get_attribute("dir") == {"ar": "rtl", "en": "ltr"}[language]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"wider than {width} pixels"
    page.set_viewport_size({"width": checked, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert [each for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS] == []
    assert tab.wrong == []
    assert language != "ar" or page.evaluate(_ENGLISH) == []


def test_the_language_changes_where_one_is(tab: Tab, reading: Reading) -> None:
    tab.open("/?q=S-400&topic=arms_deals&sort=time")
    here = tab.page.url
    for language, other in (("ar", "en"), ("en", "ar")):
        assert tab.page.locator("html").get_attribute("lang") == language
        tab.page.locator(f"a[hreflang={other}]").click()
        assert tab.page.url == here


def test_a_time_is_chosen_by_dragging_over_the_bars(tab: Tab) -> None:
    tab.open("/?span=month")
    bars = tab.page.locator(".bars a")
    boxes = [bars.nth(place).bounding_box() for place in (1, 3)]
    assert all(boxes)
    (x1, y), (x2, _) = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box)
    first, last = bars.nth(1).get_attribute("data-first"), bars.nth(3).get_attribute("data-last")
    tab.page.mouse.move(x2, y)  # from the later to the earlier
    tab.page.mouse.down()
    tab.page.mouse.move((x1 + x2) / 2, y)
    tab.page.mouse.move(x1, y)
    with tab.page.expect_navigation():
        tab.page.mouse.up()
    assert parse_qs(urlsplit(tab.page.url).query) == {"since": [first], "until": [last]}
    assert tab.page.locator("input[name=since]").input_value() == first
    tab.page.locator("select[name=span]").select_option("week")
    assert (
        tab.page.locator("input[name=since]").input_value() == tab.page.locator("input[name=until]").input_value() == ""
    )
    tab.page.locator("input[name=until]").fill(last or "")
    assert tab.page.locator("select[name=span] option:checked").inner_text() == WORDS["ar"]["other_time"]


def test_deals_on_a_phone_are_cards_with_all_that_is_known(tab: Tab) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 900})
    tab.open("/deals")
    row = tab.page.locator(".as-cards tr:not(:first-child)").first
    for label in ("stage", "confidence", "last_reported"):
        assert WORDS["ar"][label] in row.locator(f"[data-label='{WORDS['ar'][label]}']").evaluate(
            "cell => getComputedStyle(cell, '::before').content"
        )
    for cell in row.locator("td").all():
        if box := cell.bounding_box():
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
    assert row.locator("a").bounding_box()


def test_searching_and_reading_by_keyboard(tab: Tab, reading: Reading) -> None:
    tab.open("/")
    tab.to("a.skip", 1)
    tab.to("#q")
    tab.to("form.search button", 1)
    tab.to("select[name=span]", 2)
    tab.page.keyboard.press("Control+Slash")
    tab.page.keyboard.type("S-400 OR سلاح")
    tab.press()
    tab.to("a.skip[href='#results']", 2)
    tab.page.keyboard.press("Enter")
    tab.to(".hits a[href^='/articles/']", 10)
    tab.page.keyboard.press("Control+Slash")
    assert parse_qs(urlsplit(tab.page.url).query)["q"] == ["S-400 OR سلاح"]
    tab.to(".bars a:last-child")
    tab.press()
    assert "since" in parse_qs(urlsplit(tab.page.url).query)
    tab.to(".facets a[href*='country=DZ']")
    tab.press()
    assert parse_qs(urlsplit(tab.page.url).query)["country"] == ["DZ"]
    tab.to(".hits a[href^='/stories/']")
    tab.press()
    tab.to("input[name=first]")
    tab.to("input[name=second]")
    tab.page.keyboard.press("Space")
    tab.page.keyboard.press("ArrowDown")
    tab.press()
    assert "second" in parse_qs(urlsplit(tab.page.url).query)
    assert tab.page.locator("#h-diff").count() == 1
    tab.to(f"td a[href='/articles/{reading.original}']")
    tab.press()
    assert tab.page.locator("h1").inner_text().startswith("الجزائر تشتري")
    tab.to("a[href$='#captured']")
    tab.press()
    assert "12 منظومة" in tab.page.frame_locator("iframe").locator("body").inner_text()


def test_signing_in_and_teaching_by_keyboard(browser: Browser, reading: Reading) -> None:
    context = browser.new_context()
    tab = Tab(context.new_page(), reading.base)
    tab.open(f"/articles/{reading.copy}")
    assert tab.page.locator("button[name=grade]").count() == 0
    tab.to("a[href='/enter']")
    tab.press()
    tab.to("#token")
    tab.page.keyboard.type(reading.desk.token)
    tab.press()
    tab.open(f"/articles/{reading.copy}")
    tab.to("button[name=grade][value='0']")
    tab.press()
    assert tab.page.locator(".answer[role=status] [aria-pressed=true]").get_attribute("value") == "0"
    tab.open("/topics/arms_deals/teach")
    tab.to("button[name=grade][value='2']")
    tab.press()
    labels = kept_labels(reading.desk.storage, "arms_deals").records
    assert [label.grade for label in labels if label.id == reading.copy][:1] == [0]
    assert len(labels) == 2
    assert {label.who for label in labels} == {reading.desk.user}
    tab.to("form[action='/leave'] button")
    tab.press()
    assert tab.page.locator("a[href='/enter']").count() == 1
    context.close()
    assert tab.wrong == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_choosing_topics_and_marking_as_read_by_keyboard(tab: Tab, reading: Reading, language: Language) -> None:
    tab.page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": tab.base}])
    words, new, topics = WORDS[language], tab.page.locator(".cards.new h2"), reading.desk.names(language)["topics"]
    tab.open("/today")
    assert new.count() > 1
    tab.to("details.followed > summary")
    assert words["all_topics"] in tab.page.locator("details.followed > summary").inner_text()
    tab.page.keyboard.press("Enter")
    for topic in topics:
        tab.to("input[name=topic]", 1)
        if topic != "caatsa":
            tab.page.keyboard.press("Space")
    tab.to("details.followed button", 1)
    tab.press()
    assert [topics["caatsa"] in each for each in new.all_inner_texts()] == [True]
    tab.to("details.followed > summary")
    tab.page.keyboard.press("Enter")
    chosen = tab.page.locator("input[name=topic]:checked")
    for words_of, number in (("no_topics", 0), ("all_topics", len(topics))):
        tab.page.locator("details.followed button", has_text=words[words_of]).click()
        assert chosen.count() == number
    assert f"1 {words['of']} {len(topics)}" in tab.page.locator("details.followed > summary").inner_text()
    tab.to("form[action='/today/seen'] button")
    tab.press()
    assert new.count() == 0
    tab.to(".done form[action='/today/seen'] button")
    tab.press()
    assert new.count() == 1


def test_an_alert_of_a_search_by_keyboard(tab: Tab, reading: Reading) -> None:
    tab.open("/?q=S-400&topic=arms_deals")
    tab.to("a[href^='/alerts/new']")
    tab.press()
    tab.to("input[name=name]")
    assert "S-400" in tab.page.locator("input[name=name]").input_value()
    tab.page.keyboard.press("Control+A")
    tab.page.keyboard.type("S-400")
    tab.to("input[name=channel]")
    tab.page.keyboard.press("Space")
    tab.to("form.search button")
    tab.press()
    assert tab.page.url.endswith("/alerts/s-400?saved=1")
    file = reading.desk.settings.config / "alerts.d" / "s-400.yaml"
    assert "S-400" in file.read_text("utf-8")
    assert "press" in file.read_text("utf-8")
    assert tab.page.locator("main li a").count() == 1  # of copies, one
    tab.to("#feed")
    assert tab.page.evaluate("document.activeElement.selectionEnd") == len(f"{tab.base}/alerts/s-400/feed")
    tab.to("form[action$='/pause'] button")
    tab.press()
    tab.to("details:last-of-type > summary")
    tab.page.keyboard.press("Enter")
    tab.to("form[action$='/delete'] button")
    tab.press()
    assert not file.exists()


_AS_IF_FOUND = """() => {
  const field = document.createElement("input");
  Object.assign(field, {type: "hidden", name: "write", value: "1"});
  document.querySelector("form.search").append(field);
}"""
"""Has the page that tells what is missing shown, with all that was found."""


def test_an_outlet_by_its_address_and_its_check_by_keyboard(tab: Tab, reading: Reading, site: Web) -> None:
    site.replies["/"] = Reply(
        "<html lang=ar><title>صحيفة الوطن</title><link rel=alternate type=application/rss+xml href=/feed>".encode()
    )
    site.feed(f"{site.base}/a")
    tab.open("/outlets")
    tab.to("a[href='/outlets/new']")
    tab.press()
    tab.to("#url")
    tab.page.keyboard.type(site.base)
    tab.status_is_told = True
    tab.press()
    told = tab.page.locator("[role=alert]").inner_text()  # this machine's own addresses are not looked at
    assert WORDS["ar"]["refused_private"] in told
    found = discover(site.base, reading.desk.settings, frozenset({site.host}))
    reading.desk.found = {site.base: found}
    tab.page.evaluate(_AS_IF_FOUND)
    tab.to("form.search button")
    tab.press()
    tab.to("input[name=source]")
    assert tab.page.locator("input[name=source]").is_checked()
    for name, value in (("name_ar", "الوطن"), ("name_en", "The Homeland")):
        tab.to(f"input[name={name}]")
        tab.page.keyboard.press("Control+A")
        tab.page.keyboard.type(value)
    tab.to("select[name=country]")
    tab.page.keyboard.press("ArrowDown")
    country = tab.page.locator("select[name=country]").input_value()
    tab.to("input[name=zone]")
    tab.page.keyboard.press("Control+A")
    tab.page.keyboard.type("Africa/Algiers")
    tab.to("button[name=write]")
    tab.press()
    assert tab.page.locator(".done").count() == 1, tab.page.locator("main").inner_text()
    assert reading.desk.outlets[found.id].country == country != ""
    tab.to(f"a[href='/outlets/{found.id}']")
    tab.press()
    tab.to(f"form[action='/outlets/{found.id}/check'] button")
    tab.press()
    tab.page.locator("[role=status] :is(.good, .bad)").wait_for(timeout=120_000)
    assert site.base in tab.page.locator("main li").first.inner_text()
    checked = urlsplit(tab.page.url).path
    tab.open(f"/outlets/{found.id}")
    assert tab.page.locator(f"main a[href='{checked}']").inner_text() == WORDS["ar"]["last_check"]
    tab.to("details:last-of-type > summary")
    tab.page.keyboard.press("Enter")
    assert WORDS["ar"]["remove_note"] in tab.page.locator("main").inner_text()
    tab.to("form[action$='/remove'] button")
    tab.press()
    assert WORDS["ar"]["outlet_removed"] in tab.page.locator(".done").inner_text()
    assert found.id not in reading.desk.outlets
