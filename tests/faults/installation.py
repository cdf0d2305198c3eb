"""What a case of the matrix begins with and must end with: an outlet of a few pages that is served, and an installation
that crawls it, makes articles, indexes them, tells of them by a webhook and by mail, and reports.
"""

import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan
from upath import UPath

from pipeline.config import load_config
from pipeline.stages import Stages
from rasid.captures import read_captures
from rasid.records import ARTICLES, REJECTED
from rasid.reports import Event
from rasid.storage import Storage
from samples.site import DAY
from search.node.local_node import LocalNode
from tests.conftest import Rasid, _rasid, address, free_ports, wipe
from tests.pages import FARM
from tests.serving import Reply, Web, web

OUTLET = "one"
PAGES = 8
SECRETS = ("7f3a-address", "7f3a-key", "7f3a-password")
"""Parts of the webhook's address and of its key, and the password of the mail server."""
STAGES = ("crawl", "process", "index", "alert", "report")
CONFIG = {
    "outlets.yaml": """
outlets:
  one:
    name: {{ar: صحيفة الاختبار, en: One}}
    country: DZ
    timezone: UTC
    sources: [{{feed: '{base}/feed'}}]
    allow_hosts: ['{host}']
    delay: 0
    concurrency: 1
""",
    "topics.yaml": """
topics:
  arms: {{label: {{ar: سلاح, en: Arms}}, description: of arms, proof: [صفقة السلاح]}}
""",
    "entities.yaml": "countries: {{DZ: {{words: [الجزائر]}}}}\n",
    "synonyms.yaml": "synonyms: [[سلاح, أسلحة]]\n",
    "alerts.yaml": """
channels:
  hook: {{webhook: TEST_HOOK, secret: TEST_KEY}}
  mail: {{email: [desk@example.org]}}
alerts:
  all: {{name: {{ar: الكل, en: All}}, outlets: [one], channels: [hook, mail]}}
""",
}


@dataclass
class Outside:
    """The outlet, a webhook and a mailbox. What they do to a request is for a fault to say.

    Attributes:
        site: serves the feed and its pages.
        hook: address of the webhook.
        mail: address of the mail server.
        before_answer: called with the path of a request of the webhook before it is answered.
        told: id of an article → how often the webhook took it.
        mailed: title of an article → how often the mail server took it.
    """

    site: Web
    hook: str = ""
    mail: str = ""
    before_answer: Callable[[], object] = lambda: None
    mail_breaks_off: bool = False
    told: Counter[str] = field(default_factory=Counter)
    mailed: Counter[str] = field(default_factory=Counter)

    @property
    def pages(self) -> list[str]:
        """Addresses of the pages that the feed lists at first."""
        return [self.address(number) for number in range(PAGES)]

    def address(self, number: int) -> str:
        """Of a page."""
        return f"{self.site.base}/2025/03/10/{number}"


def title(number: int) -> str:
    """Of a page."""
    return f"وزارة الدفاع تعلن عن صفقة السلاح رقم {number + 1001}"


@contextmanager
def outside() -> Iterator[Outside]:
    """Serves while the context lasts."""
    with web() as site:
        given = Outside(site)
        for number in range(PAGES + 1):
            words = " ".join(FARM.paragraphs).split()
            random.Random(number).shuffle(words)  # each an article of its own, no copy of another
            text = "".join(f"<p>{' '.join(words[at : at + 40])}</p>" for at in range(0, len(words), 40))
            head = '<meta property="article:published_time" content="2025-03-10T09:00:00Z">'
            page = f"<html lang=ar><head>{head}</head><body><article><h1>{title(number)}</h1>{text}</article>"
            site.replies[given.address(number).removeprefix(site.base)] = Reply(page.encode())
        with _hook(given), _mailbox(given):
            yield given


@contextmanager
def _hook(given: Outside) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given.told.update(alert["article_id"] for alert in body["alerts"])
            given.before_answer()
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    given.hook = f"http://127.0.0.1:{server.server_port}/{SECRETS[0]}"
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


@contextmanager
def _mailbox(given: Outside) -> Iterator[None]:
    class Mailbox:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  as aiosmtpd calls it
            if given.mail_breaks_off:
                server.transport.abort()
                return "250 OK"
            mail = message_from_bytes(envelope.content, policy=policy.default)
            part = mail.get_body(("plain",))
            assert part
            given.mailed.update(set(re.findall(r"رقم \d+", part.get_content())))
            return "250 OK"

    (port,) = free_ports(1)
    controller = Controller(
        Mailbox(),
        hostname="127.0.0.1",
        port=port,
        authenticator=lambda *asked: AuthResult(success=asked[-1].password == SECRETS[2].encode()),
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    given.mail = f"smtp://desk:{SECRETS[2]}@127.0.0.1:{port}?tls=none"
    yield
    controller.stop()


@dataclass
class Installation:
    """A folder of data and a configuration over a cluster.

    Attributes:
        outside: that it watches and tells.
        rasid: its command line.
        node: its Elasticsearch.
    """

    outside: Outside
    rasid: Rasid
    node: LocalNode

    @property
    def url(self) -> str:
        """Of the node, with user and password."""
        return address(self.node)

    @property
    def node_pid(self) -> int:
        """Process of the node."""
        running = self.node.status()
        assert running
        return running.pid

    @cached_property
    def client(self) -> Elasticsearch:
        """Of the node, while that is not started anew."""
        return Elasticsearch(self.url)

    @property
    def storage(self) -> Storage:
        return Storage(UPath(self.rasid.data))

    def file(self, name: str) -> Path:
        """A file of the day, such as ``captures`` or ``runs/index``."""
        kind, _, rest = name.partition("/")
        storage = self.storage
        if kind == "runs":
            return Path(str(storage.run(DAY) / f"{rest}.json"))
        if kind == "airflow":
            return self.rasid.data / "airflow" / "airflow.db"
        if kind == "feed":
            return Path(str(storage.alert_feed("all")))
        if kind == "report":
            return Path(str(storage.report(DAY)))
        places = {"captures": storage.captures, "articles": storage.articles, "rejected": storage.rejected}
        return Path(str(places[kind](DAY, OUTLET) if kind in places else storage.state(OUTLET)))

    def stages(self, day: date, events: list[Event]) -> Stages:
        """A day's stages, in this process as Airflow's tasks have them; what they tell goes to a list."""
        settings = self.rasid.settings.model_copy(
            update={"config": Path(self.rasid.environment["RASID_CONFIG"]), "smtp_url": self.outside.mail}
        )
        return Stages(settings, load_config(settings), day, events.append)

    def run(self, *names: str, day: date = DAY) -> None:
        """Runs stages, each of which must go well."""
        events: list[Event] = []
        stages = self.stages(day, events)
        calls: dict[str, Callable[[], object]] = {
            "crawl": lambda: stages.crawl([OUTLET]),
            "process": lambda: stages.process([OUTLET]),
            "index": lambda: stages.index([OUTLET]),
            "alert": stages.alert,
            "report": lambda: stages.report([OUTLET]),
            "run": lambda: self.commanded("run", "--date", str(day)),
        }
        for name in names:
            calls[name]()
        assert [event for event in events if event.state == "failed" and event.stage != "reports"] == []

    def commanded(self, *arguments: str) -> str:
        """Runs a command, which must go well; gives what it says."""
        done = self.rasid.program(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def indexed(self) -> list[dict[str, Any]]:
        """All articles of the index."""
        with Elasticsearch(self.url) as client:
            client.indices.refresh(index="articles")
            return [hit["_source"] for hit in scan(client, index="articles")]

    def check(self, most: int = 1) -> None:
        """Nothing is lost and nothing doubled, in each room.

        Args:
            most: times that a story may have been told to a channel.
        """
        pages = Counter(self.outside.pages)
        captures = list(read_captures(self.storage, self.storage.captures(DAY, OUTLET), OUTLET))
        assert Counter(capture.url for capture in captures if not capture.revisit) == pages
        kept = self.rasid.kept(DAY, f"process-{OUTLET}")
        assert kept["captures"] == len(captures) == kept["articles"] + kept["unchanged"]
        articles = ARTICLES.read(self.storage.articles(DAY, OUTLET))
        assert articles.damage == ""
        assert Counter(article.url for article in articles.records) == pages
        assert REJECTED.loads(self.storage.rejected(DAY, OUTLET).read_bytes()) == []
        found = self.indexed()
        assert Counter(article["url"] for article in found) == pages
        assert all("is_repost" in article for article in found)
        ids = {article["id"] for article in found}
        assert set(self.outside.told) == ids
        assert max(self.outside.told.values()) <= most
        assert set(self.outside.mailed) == {f"رقم {number + 1001}" for number in range(PAGES)}
        assert max(self.outside.mailed.values()) <= most
        ours = (file for file in self.rasid.data.rglob("*") if file.is_file() and "cache" not in file.parts)
        assert [file for file in ours if any(secret.encode() in file.read_bytes() for secret in SECRETS)] == []
        for shown in ("feed", "report"):
            text = self.file(shown).read_text(encoding="utf-8")
            assert [number for number in range(PAGES) if title(number) not in text] == []


def install(folder: Path, outside: Outside, node: LocalNode) -> Installation:
    """A new installation that has yet to run, and an outside that was told of nothing yet."""
    config = folder / "الإعدادات ١"
    config.mkdir()
    for name, text in CONFIG.items():
        (config / name).write_text(text.format(base=outside.site.base, host=outside.site.host), encoding="utf-8")
    outside.site.feed(*outside.pages)
    outside.told.clear()
    outside.mailed.clear()
    variables = {
        "RASID_CONFIG": str(config),
        "TEST_HOOK": outside.hook,
        "TEST_KEY": SECRETS[1],
        "RASID_SMTP_URL": outside.mail,
    }
    rasid = _rasid(folder / "بيانات راصد", **variables)
    (rasid.data / "elasticsearch").symlink_to(node.folder)  # that it is started by hand or not is all the same
    with Elasticsearch(address(node)) as client:
        wipe(client)
    return Installation(outside, rasid, node)
