"""Hostile words in all that the reading desk shows stand there as text, and a captured page can do nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch
from playwright.sync_api import Browser, Page

from desk.work import Desk
from rasid.records import CaptureRef, DealMention, Evidence, Mention, Quote, Stated
from rasid.storage import Storage
from search.indices import HEALTH
from tests.conftest import emptied
from tests.reading_desk import (
    NOW,
    TODAY,
    address,
    capture,
    configured_tagger,
    desk_of,
    every_page,
    launched,
    make,
    reject,
    served,
    settings_of,
    tell,
    write_articles,
)  # fmt: skip
from tests.serving import Web, web

MARKUP = '<img src=x onerror="alert(1)">\'"></title></textarea></p><script>alert(2)</script>{{7*7}}'
TURNS = "\u202eمقلوب\u2066\u202d"
ANSI = "\x1b[31mأحمر\x07\x00"
EVIL = f"{MARKUP}{TURNS}{ANSI}"
ADDRESSES = (
    "javascript:alert(document.domain)//",
    "https://user:secret@evil.example/<b>",
    "data:text/html,<script>alert(3)</script>",
    'https://evil.example/"onmouseover="alert(4)',
)
UNISOLATED = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  for (let node; node = walker.nextNode();) {
    const turns = /[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data);
    const around = node.parentElement.closest("bdi, [dir], pre, option, textarea");
    if (turns && around === document.documentElement) { found.push(node.parentElement.outerHTML.slice(0, 200)); }
  }
  return found;
}"""
"""Texts that can turn what follows them, as nothing keeps them apart."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def same_page(browser: Browser) -> Iterator[Page]:
    """For one address after the other: a new page for each would cost more than the address."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Web]:
    """What a captured page would like to reach."""
    with web() as served_there:
        yield served_there


@pytest.fixture(scope="module")
def evil(
    cluster: str, tmp_path_factory: pytest.TempPathFactory, elsewhere: Web
) -> Iterator[tuple[Desk, str, list[str]]]:
    """A desk, its address, and the ids of articles of which each field is hostile."""
    settings = settings_of(tmp_path_factory.mktemp("desk"), cluster)
    with emptied(cluster, settings.config) as client:
        ids = _fill(Storage(settings.data), client, desk := desk_of(settings, client), elsewhere)
        with served(desk) as base:
            yield desk, base, ids


def _fill(storage: Storage, client: Elasticsearch, desk: Desk, elsewhere: Web) -> list[str]:
    tagger = configured_tagger(desk.settings)
    stated, quote = Stated(EVIL, "body", 0, 5, EVIL), Quote(EVIL, "body", 0, len(EVIL))
    deal = DealMention((stated,), (stated,), (stated,), ("arms",), (stated,), replace(stated, value="1 USD"),
                       replace(stated, value="signed"), None, 0.5, EVIL, quote)  # fmt: skip
    made = []
    for number, url in enumerate(ADDRESSES):
        title = f"صفقة {EVIL}" if number else f"صفقة {MARKUP} " + "طويل" * 500
        body = f"وقعت صفقة سلاح {number}.\n{EVIL}\nونص آخر {EVIL} عن الجزائر."
        article = make(
            storage, tagger, "annasr", f"https://annasr.example.org/{number}", title, body,
            NOW - timedelta(hours=number), _page(elsewhere.base),
        )  # fmt: skip
        made.append(
            replace(
                article,
                url=url,
                outlet_name=EVIL,
                authors=(EVIL,),
                section=EVIL,
                hashtags=(EVIL,),
                credited_to=(EVIL,),
                summary=EVIL,
                image=url,
                topics=(*article.topics, EVIL[:60]),
                topic_evidence=(*article.topic_evidence, Evidence(EVIL[:60], 1.0, "سلاح", "body", 3, 9),
                                Evidence("arms_deals", 1.0, "x", "body", 10**6, 10**7)),
                people=(EVIL[:60],),
                mentions=(*article.mentions, Mention("people", EVIL[:60], EVIL, "title", 0, 10**6)),
                deals=(deal,),
            )
        )  # fmt: skip
    later = replace(made[0], body=f"{made[0].body}\n{EVIL}", title=EVIL, revision=2)
    write_articles(storage, client, [*made, later])
    reject(storage, client, "annasr", [("short", url, EVIL) for url in ADDRESSES])
    for article in made:
        tell(client, article, sent=False, why=EVIL)
    day = {"day": TODAY.isoformat(), "outlet": EVIL[:60], "outlet_name": EVIL, "country": "DZ", "healthy": False,
           "problems": ["source"], "details": [EVIL], "rejected": 3}  # fmt: skip
    client.index(index=f"{HEALTH}-{TODAY:%Y.%m}", document=day)
    client.indices.refresh(index="_all")
    return [article.id for article in made]


def _page(other: str) -> str:
    """A page that tries all that a page can."""
    return f"""<html><head><base href="{other}/"><meta http-equiv="refresh" content="0;url={other}/refresh">
<link rel="stylesheet" href="{other}/css"><link rel="prefetch" href="{other}/prefetch">
<link rel="dns-prefetch" href="{other}">
<link rel="preload" as="image" href="{other}/preload"><script src="{other}/js"></script>
<script>top.hit = 1; alert(5); fetch("{other}/fetch"); top.location = "{other}/top";</script>
<style>@import url({other}/import); @font-face {{ font-family: x; src: url({other}/font) }}
body {{ background: url({other}/background); font-family: x }} li {{ list-style: url({other}/list) }}</style>
</head><body onload="alert(6)" background="{other}/body"><h1>عنوان {MARKUP}</h1>
<p style="background: url({other}/style)">نص {EVIL}
<img src="{other}/img" srcset="{other}/srcset 2x" onerror="alert(7)"><picture><source srcset="{other}/source">
</picture>
<iframe src="{other}/iframe" srcdoc="<script>alert(8)</script>"></iframe><object data="{other}/object"></object>
<embed src="{other}/embed"><video src="{other}/video" poster="{other}/poster" autoplay></video>
<audio src="{other}/audio" autoplay></audio>
<svg onload="alert(9)"><image href="{other}/svg" xlink:href="{other}/xlink"/><use href="{other}/use#x"/>
<a xlink:href="{other}/a"><text>x</text></a>
<animate attributeName="href" values="javascript:alert(10)"/><script>alert(11)</script></svg>
<form id="f" action="{other}/form"><input autofocus onfocus="alert(13)">
<button formaction="{other}/formaction">إرسال</button></form>
<input type="image" src="{other}/input"><a id="out" href="{other}/link" target="_top" ping="{other}/ping">رابط</a>
<a href="javascript:top.hit=2">رابط</a><noscript><img src="{other}/noscript"></noscript><template>
<img src="{other}/template"></template>
<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(12)&gt;"></math>
</body></html>"""


def _watched(page: Page, base: str) -> list[str]:
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(f"{base}/") else wrong.append(f"asks {asked.url}"))
    return wrong


def test_hostile_words_are_text_on_every_page(browser: Browser, evil: tuple[Desk, str, list[str]]) -> None:
    desk, base, ids = evil
    page = browser.new_page()
    wrong = _watched(page, base)
    page.goto(f"{base}/enter?token={desk.token}")
    paths = [path for name, path in every_page(ids[0], ids[1]).items() if name not in {"none", "captured"}]
    paths += [f"/{room}/{id_}" for id_ in ids for room in ("articles", "stories")]
    paths += [address("/why", url=url) for url in ADDRESSES] + [address("/", q=EVIL), address("/why", url=EVIL)]
    paths += [address("/", topic=EVIL[:60]), address("/rejected", q="", outlet=EVIL), address("/alerts/new", q=EVIL)]
    shown = []
    for path in paths:
        page.goto(f"{base}{path}")
        assert page.locator("main :is(script, style, img, object, embed, video, base, meta, link)").count() == 0, path
        assert page.locator("[onerror], [onload], [onmouseover], [onfocus]").count() == 0, path
        assert page.locator(":is(a, form, iframe):is([href^='javascript' i], [href^='data' i])").count() == 0, path
        assert page.evaluate(UNISOLATED) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
        text = page.locator("main").inner_text()
        assert "\x1b" not in text
        assert "49</" not in text
        shown += [path] if "<script>alert(2)</script>" in text else []
    assert len(shown) > 12
    assert wrong == []
    page.close()


def test_what_a_command_says_is_text(browser: Browser, evil: tuple[Desk, str, list[str]]) -> None:
    desk, base, _ = evil
    job = desk.jobs.start("outlets", "check", f"{MARKUP}{TURNS}")
    job._tied.process.wait()
    page = browser.new_page()
    wrong = _watched(page, base)
    page.goto(f"{base}/jobs/{job.id}")
    assert "<script>alert(2)</script>" in page.locator("pre").inner_text()
    assert page.locator("main :is(script, img)").count() == 0
    assert page.evaluate(UNISOLATED) == []
    assert wrong == []
    page.close()


def test_a_captured_page_can_do_nothing(browser: Browser, evil: tuple[Desk, str, list[str]], elsewhere: Web) -> None:
    desk, base, ids = evil
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    context.on("page", lambda opened: wrong.append(opened.url))
    page.goto(f"{base}/enter?token={desk.token}")
    for path in (f"/articles/{ids[0]}?captured=1", f"/articles/{ids[0]}/captured"):
        page.goto(f"{base}{path}", wait_until="networkidle")
        frame = page.frames[-1]
        assert frame.locator("h1").first.inner_text().startswith("عنوان")
        frame.locator("#out").click()
        frame.locator("button").click()
        page.wait_for_load_state("networkidle")
        assert page.url == f"{base}{path}"
        assert page.evaluate("window.hit") is None
        assert frame.locator("[href], [src], script, link, meta[http-equiv], iframe").count() == 0
    assert frame.evaluate("window.origin") == "null"
    assert wrong == []
    assert elsewhere.asked == []
    context.close()


@pytest.mark.parametrize("html", ["", "<!-- -->", "\x00", "<", "<frameset><frame src=x></frameset>", "<?xml?>",
                                  "<div>" * 20_000, "\ud83d", "<plaintext><script>"])  # fmt: skip
def test_any_page_that_was_captured_is_shown_or_said_to_be_none(
    same_page: Page, evil: tuple[Desk, str, list[str]], html: str
) -> None:
    desk, base, ids = evil
    storage = Storage(desk.settings.data)
    ref = capture(storage, "annasr", "https://a.example/", html.encode("utf-8", "replace").decode())
    article = desk.client.search(index="articles", query={"ids": {"values": [ids[3]]}})["hits"]["hits"][0]
    place = CaptureRef(ref.file, ref.offset, ref.digest)
    desk.client.update(index=article["_index"], id=ids[3], doc={"capture": vars(place)}, refresh=True)
    answer = same_page.goto(f"{base}/articles/{ids[3]}/captured")
    assert answer
    assert answer.status in {200, 404}
