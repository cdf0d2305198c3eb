"""Whole HTTP answers: each line of ``cases/http.tsv`` is crawled and processed as an outlet of its own."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from socket import create_connection
from tempfile import TemporaryDirectory

from upath import UPath

from benchmarks.cases.verdict import Verdict
from crawlers.crawl import crawl_outlet
from processing.process import process_outlet
from processing.topics.loading import load_tagger
from processing.topics.tagger import Tagger
from rasid.captures import read_captures
from rasid.errors import RasidError
from rasid.outlets import Outlet
from rasid.records import ARTICLES, Article, Link
from rasid.reports import CrawlReport
from rasid.settings import ROOT, Settings
from rasid.storage import Storage

ADDRESS = ("127.0.3.1", 18500)
BASE = "http://{}:{}".format(*ADDRESS)
DAY = date(2026, 11, 26)
SECONDS = 1_200
"""After which the server of the answers ends by itself."""


@dataclass(frozen=True)
class Crawled:
    """What came of one source: the links whose pages were fetched, the report, the articles."""

    report: CrawlReport
    links: list[Link]
    articles: list[Article]

    def lists(self, *paths: str) -> bool:
        """Whether these pages alone were asked for."""
        found = {link.url for link in self.links} | set(self.report.failures)
        return found == {f"{BASE}{path}" for path in paths} and not self.report.source_failures

    def dated(self, at: str) -> bool:
        """Whether there are articles and all are of that moment in UTC."""
        times = {f"{article.published_at:%Y-%m-%dT%H:%M}" for article in self.articles}
        return times == {at}

    def told(self) -> str:
        """In short."""
        articles = [
            f"{a.url.removeprefix(BASE)} {a.published_at:%Y-%m-%dT%H:%M} {a.published_precision}" for a in self.articles
        ]
        links = [link.url.removeprefix(BASE) for link in self.links]
        return f"{links} {articles} outside {self.report.outside} {self.report.source_failures} {self.report.failures}"


def _by_crawl(crawled: Crawled) -> bool:
    return {article.published_precision for article in crawled.articles} == {"crawl"}


def _one_outside(count: int) -> Callable[[Crawled], bool]:
    return lambda c: len(c.links) + len(c.report.failures) == 1 and c.report.outside == count


def _whole(count: int) -> Callable[[Crawled], bool]:
    return lambda c: len(c.articles) == count and all(a.word_count > 20 for a in c.articles)


def _three(path: str) -> Callable[[Crawled], bool]:
    return lambda c: len(c.links) == 3 and all(link.url.startswith(f"{BASE}{path}") for link in c.links)


def _x(crawled: Crawled) -> bool:
    """A hostile field costs nothing but itself."""
    hit = [article for article in crawled.articles if "/x/" in article.url]
    return bool(hit) and all(not a.image and len(a.section or "") < 200 for a in hit)


RIGHT: dict[str, Callable[[Crawled], bool]] = {
    "s_image.xml": lambda c: c.lists("/a/1", "/a/2", "/a/3"),
    "s_video.xml": lambda c: (
        c.lists("/a/1", "/a/2", "/a/3")
        and {link.published_at for link in c.links} == {datetime(2026, 11, 25, 7, tzinfo=UTC)}
        and all("قديم" not in (link.title or "") for link in c.links)
    ),
    "f_year1.xml": lambda c: len(c.links) == 3 and all(link.published_at is None for link in c.links),
    "s_unbound.xml": lambda c: c.lists("/a/1", "/a/2", "/a/3"),
    "fd_year1.xml": _by_crawl,
    "fd_epoch.xml": _by_crawl,
    "f_epoch.xml": lambda c: any(
        a.url.endswith("/y/epoch") and f"{a.published_at.astimezone():%Y-%m-%d}" == "2026-11-25" for a in c.articles
    ),
    "f_x-image.xml": _x,
    "f_x-section.xml": _x,
    "f_canonical-query.xml": _whole(3),
    "f_canonical-undef.xml": _whole(3),
    **{
        name: _whole(1)
        for name in ("p_ce-utf8", "p_ce-awschunked", "p_ce-gzip-identity", "p_ce-gzip-plain", "p_ce-gzip-notrailer",
                     "p_ce-br", "p_ct-twice", "p_len-larger", "p_meta-refresh")
    },
    "f_len-larger.xml": lambda c: len(c.links) == 3,
    "f_gz-noheader.xml": lambda c: len(c.links) == 3,
    "fd_ast.xml": lambda c: c.dated("2026-11-25T07:00"),
    "fd_eet.xml": lambda c: c.dated("2026-11-25T08:00"),
    "fd_naive.xml": lambda c: c.dated("2026-11-24T22:00"),
    "fd_gmt3.xml": lambda c: c.dated("2026-11-25T07:00"),
    "fd_ampm.xml": lambda c: c.dated("2026-11-25T12:30"),
    "fd_ar.xml": lambda c: c.dated("2026-11-25T07:00"),
    "fd_slash.xml": lambda c: any(f"{a.published_at:%Y-%m-%d}" in {"2026-11-25", "2026-11-24"} for a in c.articles),
    "s_nested-urlset.xml": lambda c: c.lists("/a/1") and c.report.outside == 1,
    "s_lastmod-ampm.xml": _one_outside(30),
    "s_lastmod-rfc.xml": _one_outside(30),
    "s_lastmod-month.xml": _one_outside(30),
    "s_amp-raw.xml": lambda c: c.lists("/a/1?id=1&cat=2", "/a/2") or c.lists("/a/2"),
    "s_text.txt": lambda c: c.lists("/a/1", "/a/2"),
}  # fmt: skip
"""Answer → whether it came out as its line says."""


def answers(folder: Path) -> Iterator[Verdict]:
    """Each line of ``cases/http.tsv``."""
    lines = (folder / "cases" / "http.tsv").read_text(encoding="utf-8").splitlines()
    cases = [line.split("\t")[:3] for line in lines if not line.startswith("#")]
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    with TemporaryDirectory(prefix="rasid-cases-") as temporary:
        served = Path(temporary) / "answers"
        shutil.copytree(folder / "cases" / "http", served)
        for name, kind, _ in cases:
            if kind == "page":
                (served / f"feed_{name}.xml.http").write_bytes(_feed(f"{BASE}/{name.replace('_', '/', 1)}"))
        command = [sys.executable, str(folder / "cases" / "serve.py"), str(served), str(SECONDS)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
            try:
                _wait(server)
                for number, (name, kind, expected) in enumerate(cases):
                    path = f"feed_{name}.xml" if kind == "page" else name.replace("_", "/", 1)
                    source = {"sitemap" if kind == "sitemap" else "feed": f"{BASE}/{path}"}
                    crawled = _crawled(f"case{number}", source, tagger, Path(temporary))
                    check = RIGHT.get(name)
                    yield Verdict(name, bool(check and check(crawled)), expected, crawled.told())
            finally:
                server.terminate()


def _crawled(name: str, source: dict[str, str], tagger: Tagger, folder: Path) -> Crawled:
    outlet = Outlet.model_validate(
        {
            "id": name,
            "name": {"ar": "صحيفة", "en": "Paper"},
            "country": "SA",
            "timezone": "Asia/Riyadh",
            "sources": [source],
            "allow_hosts": [ADDRESS[0]],
            "delay": 0,
        }
    )
    settings = Settings(data=UPath(folder / "data"), timeout=5)
    storage = Storage(settings.data)
    report = crawl_outlet(outlet, DAY, settings, folder / "logs" / f"{name}.log", lambda _: None)
    captures = list(read_captures(storage, storage.captures(DAY, name), name))
    process_outlet(outlet, DAY, storage, tagger)
    articles = ARTICLES.loads(storage.articles(DAY, name).read_bytes())
    return Crawled(report, [capture.link for capture in captures], articles)


def _feed(url: str) -> bytes:
    """The answer with a feed of one entry."""
    item = f"<item><title>خبر</title><link>{url}</link><pubDate>Wed, 25 Nov 2026 10:00:00 +0300</pubDate></item>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{item}</channel></rss>'.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _wait(server: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        if server.poll() is not None:
            raise RasidError("the answers cannot be served at {}:{}: is that taken?".format(*ADDRESS))
        try:
            create_connection(ADDRESS).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
