"""A reading desk that is served, over a real node with a few articles of all kinds, and a browser to look at it."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn
from elasticsearch import Elasticsearch
from playwright.sync_api import Browser, sync_playwright
from upath import UPath

from alerts.channels import DeliveryError
from alerts.deliveries import due, mark_failed, mark_sent, record
from desk.serving import config_of
from desk.work import Desk, desk_token
from processing.reposts.signature import bands
from processing.topics.loading import configured_tagger
from processing.topics.tagger import Tagger
from rasid.alert import Alert
from rasid.captures import CaptureWriter, read_captures
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, CaptureRef, Link, Rejected, RejectReason
from rasid.reports import Health, Problem
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from rasid.urls import article_id
from search.health import index_health
from search.indexing import index_day
from search.rejected import index_rejected
from tests.conftest import emptied
from tests.pages import OUTLETS, SITES
from tests.small import FILES, small_configuration

NOW = datetime.now(UTC).replace(microsecond=0)
"""The pages speak of today and of the last week, so the articles are of these days."""
TODAY = NOW.date()
REJECTED_PAGE = f"{SITES['annasr'].base}/قصير"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = "channels:\n  press: {email: [press@example.org], language: ar}\n"
TEXT = (
    "وقعت الجزائر مع روسيا صفقة لشراء منظومة إس-400 (S-400 Triumf) بقيمة 2.5 مليار دولار، بحسب وكالة Reuters.\n"
    "وقال مصدر إن التسليم يبدأ في 15 مارس 2027، وإن العدد 12 منظومة، بينما يتحدث قانون كاتسا (CAATSA) عن عقوبات.\n"
    "ولم تعلق وزارة الدفاع على الصفقة حتى الآن، فيما رأى محللون أن بيع الأسلحة في المنطقة يزداد منذ سنوات.\n"
    "وأضاف المصدر أن الوفد زار المصنع مرتين هذا العام وأن طواقم التشغيل بدأت تدريبها في معهد قرب العاصمة."
)
OTHERS = (
    ("سعر القمح في الأسواق", "ارتفع سعر القمح في الأسواق العالمية بعد موجة جفاف أصابت الحقول في أكثر من بلد."),
    ("قمة عن سلاح المسيرات في باماكو", "بحث وزراء من باماكو شراء سلاح جديد من المسيرات ومقاتلة من طراز F-16 في قمة."),
    ("افتتاح معرض الكتاب", "افتتح معرض الكتاب أبوابه أمام الزوار وفيه دور نشر من عشرين بلدا وندوات كل مساء."),
    ("الجزائر تشيد جسرا", "بدأت الجزائر تشييد جسر يربط بين ضفتي الوادي ويخدم ثلاث بلديات كانت معزولة في الشتاء."),
)


@dataclass(frozen=True)
class Reading:
    """A desk that is served, with ids of an article that was copied and changed, and of a copy."""

    desk: Desk
    base: str
    original: str
    copy: str


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address of a desk that is served while the context lasts."""
    config = config_of(desk)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        desk.jobs.end()


def settings_of(folder: Path, cluster: str) -> Settings:
    """The settings of an installation of a few lines in a folder."""
    config = small_configuration(folder)
    (config / "alerts.yaml").write_text(CHANNELS + FILES["alerts.yaml"], "utf-8")
    mail = "smtp://127.0.0.1:1"  # nobody listens there: it is only offered
    return Settings(data=UPath(folder / "data"), config=config, ELASTICSEARCH_URL=cluster, smtp_url=mail)


def desk_of(settings: Settings, client: Elasticsearch, read_only: bool = False) -> Desk:
    """A desk of an installation."""
    return Desk(settings, client, desk_token(Storage(settings.data)), read_only)


def fill(settings: Settings, client: Elasticsearch) -> tuple[str, str]:
    """Brings articles of all kinds into storage and index.

    Returns:
        ids of an article that was copied and changed, and of a copy.
    """
    storage, tagger = Storage(settings.data), configured_tagger(settings)
    pages = [
        ("alsaleh", "/s-400", "الجزائر تشتري منظومة S-400 الروسية بقيمة 2.5 مليار دولار", TEXT, timedelta(hours=5)),
        ("annasr", "/copy", "الجزائر تشتري S-400", TEXT, timedelta(hours=3)),
        ("sahafa", "/part", "صفقة إس-400", TEXT.rsplit("\n", 1)[0], timedelta(hours=2)),
        *(
            ("annasr", f"/{number}", title, body, timedelta(days=2 * number + 1))
            for number, (title, body) in enumerate(OTHERS)
        ),
    ]
    made = [
        make(storage, tagger, outlet, f"https://{outlet}.example.org{path}", title, body, NOW - ago)
        for outlet, path, title, body, ago in pages
    ]
    first = made[0]
    later = first.body.replace("12 منظومة", "8 منظومات") + "\nوجرى التوقيع في موسكو."
    changed = replace(first, title=first.title + " (محدث)", body=later, revision=2, changed_at=NOW, bands=bands(later))
    write_articles(storage, client, [*made, tagged(tagger, changed)])
    reject(storage, client, "annasr", [("short", REJECTED_PAGE, "12 words of 40")])
    tell(client, made[0], sent=True)
    tell(client, made[1], sent=False)
    for ago in range(5):
        day = TODAY - timedelta(days=ago)
        health(client, day, OUTLETS["annasr"], "" if ago else "https://annasr.example.org/feed: answered 503")
        health(client, day, OUTLETS["alsaleh"])
    client.indices.refresh(index="_all")
    return first.id, made[1].id


def make(
    storage: Storage, tagger: Tagger, outlet: str, url: str, title: str, body: str, at: datetime, page: str = ""
) -> Article:
    """An article with its tags and its page, which is captured."""
    paragraphs = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    html = page or f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}</body></html>"
    article = Article(
        id=article_id(url), url=url, outlet=outlet, outlet_name=f"صحيفة {outlet}", country="DZ", language="ar",
        title=title, body=body, published_at=at, published_precision="second", first_seen_at=at, revision=1,
        word_count=len(body.split()), capture=capture(storage, outlet, url, html), versions={"rasid": "0"},
        authors=("كاتب Writer",), hashtags=("إس_400", "S400"), section="دفاع", bands=bands(body),
    )  # fmt: skip
    return tagged(tagger, article)


def tagged(tagger: Tagger, article: Article) -> Article:
    """An article with the topics, names and deals that its text has."""
    tags = tagger.tag(article.title, article.body)
    assert tagger.deals
    return replace(
        article,
        topics=tags.topics,
        topic_evidence=tags.evidence,
        mentions=tags.mentions,
        countries=tags.entities("countries"),
        weapons=tags.entities("weapons"),
        deals=tagger.deals.read(article.title, article.body, tags.mentions, article.published_at.date()),
    )


def capture(storage: Storage, outlet: str, url: str, html: str) -> CaptureRef:
    """Where a page stands once it was kept."""
    file = storage.captures(TODAY, outlet)
    writer = CaptureWriter(file)
    writer.write(url, Link(url, "feed", url), 200, [("Content-Type", "text/html; charset=utf-8")], html.encode())
    writer.close()
    return list(read_captures(storage, file, outlet))[-1].ref


def write_articles(storage: Storage, client: Elasticsearch, articles: list[Article]) -> None:
    """Keeps articles as processing does, and brings them into the index."""
    outlets = list(dict.fromkeys(each.outlet for each in articles))
    for outlet in outlets:
        of_outlet = [each for each in articles if each.outlet == outlet]
        write_whole(storage.articles(TODAY, outlet), ARTICLES.dumps(of_outlet))
    index_day(client, storage, TODAY, outlets)


def reject(storage: Storage, client: Elasticsearch, outlet: str, pages: list[tuple[RejectReason, str, str]]) -> None:
    """Keeps rejected pages: reason, address and detail of each."""
    kept = [
        Rejected(outlet, url, reason, detail, NOW, capture(storage, outlet, REJECTED_PAGE, "<p>قصير"))
        for reason, url, detail in pages
    ]
    write_whole(storage.rejected(TODAY, outlet), REJECTED.dumps(kept))
    index_rejected(client, storage, TODAY, [outlet])


def tell(client: Elasticsearch, article: Article, sent: bool, why: str = "550 mailbox full") -> None:
    """Records that an alert of an article was sent, or could not be."""
    alert = Alert(
        rule="arms_deals", story_id=article.id, article_id=article.id, url=article.url, title=article.title,
        outlet_name=article.outlet_name, published_at=article.published_at, topics=article.topics,
        countries=article.countries, weapons=article.weapons, passages=(), copies=(), article_ids=(article.id,),
    )  # fmt: skip
    record(client, [(alert, ["press"])], NOW - timedelta(minutes=10))
    of_article = [
        each.delivery for some in due(client, NOW).values() for each in some if each.alert.article_id == article.id
    ]
    if sent:
        mark_sent(client, of_article, NOW)
    else:
        mark_failed(client, of_article, DeliveryError(why), NOW)
    client.indices.refresh(index="alert-deliveries")


def health(client: Elasticsearch, day: date, outlet: Outlet, why: str = "") -> None:
    """Writes how a day of an outlet was; it was unwell for a reason, if there is one."""
    problems = (Problem("source", why),) if why else ()
    index_health(client, day, [Health(outlet, 9, {"timeout": 1}, 8, 5, 2, {"short": 1}, 12.5, problems)])


def address(path: str, **parameters: str) -> str:
    """A path with its parameters."""
    return f"{path}?{urlencode(parameters)}"


def every_page(original: str, copy: str) -> dict[str, str]:
    """Name → path of each kind of page, in each of its states that one can be led to."""
    return {
        "search": "/",
        "found": address("/", q="S-400 OR سلاح", span="month"),
        "narrowed": address("/", topic="arms_deals", country="DZ", weapon="S-400", copies="1", sort="time"),
        "nothing": address("/", q="لايوجدشيءكهذا"),
        "mistake": address("/", q='"S-400'),
        "article": f"/articles/{original}",
        "captured": f"/articles/{original}?captured=1",
        "copy": f"/articles/{copy}",
        "topics' reasons": f"/articles/{original}/why",
        "revisions": f"/articles/{original}/revisions",
        "story": f"/stories/{original}",
        "two of a story": address(f"/stories/{original}", first=original, second=copy),
        "today": "/today",
        "deals": "/deals",
        "outlets": "/outlets",
        "outlet": "/outlets/annasr",
        "new outlet": "/outlets/new",
        "alerts": "/alerts",
        "alert": "/alerts/arms_deals",
        "new alert": address("/alerts/new", q="S-400", topic="arms_deals", country="DZ"),
        "topics": "/topics",
        "topic": "/topics/arms_deals",
        "teach": "/topics/arms_deals/teach",
        "fate": address("/why", url=original),
        "fate of a rejected page": address("/why", url=REJECTED_PAGE),
        "rejected": "/rejected",
        "enter": "/enter",
        "none": "/articles/none",
    }


@contextmanager
def reading_of(cluster: str, folder: Path) -> Iterator[Reading]:
    """A desk over articles of all kinds, while the context lasts."""
    settings = settings_of(folder, cluster)
    with emptied(cluster, settings.config) as client:
        original, copy = fill(settings, client)
        desk = desk_of(settings, client)
        with served(desk) as base:
            yield Reading(desk, base, original, copy)


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser of this machine, while the context lasts. Without one the test is skipped; as root it has no
    sandbox.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
