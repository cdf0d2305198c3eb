"""Channels of alerts: a real SMTP server, a real webhook receiver, an endpoint of Apprise's own JSON form."""

import email
import email.policy
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from upath import UPath

import alerts.send
from alerts.channels import Channel, DeliveryError, Message, deliver
from alerts.deliveries import history
from alerts.message import message, search_link
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from alerts.timing import Digest, is_due
from rasid.alert import Alert
from rasid.errors import RasidError
from rasid.one_line import one_line
from rasid.records import ARTICLES, Article
from rasid.reports import AlertReport
from rasid.settings import Settings, load_settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.indexing import index_day
from tests.compiled import shipped_copy
from tests.conftest import Rasid, free_ports
from tests.pages import FARM, SITES, configured_tagger, sample_article

NAME = {"ar": "عقوبات كاتسا", "en": "CAATSA sanctions"}
ORIGINAL = sample_article("sharqonline", SITES["sharqonline"].stories[0])
COPY = sample_article("alsaleh", FARM)
EVIL = replace(
    COPY,
    id="evil",
    url="https://evil.example.org/a?x=1&y=%22%3E",
    title='<script>alert(1)</script>\r\nBcc: all@example.org\r\n\u202eمقلوب"><b>' + "ط" * 5000,
    outlet_name="<i>منفذ</i>",
)


class Mailbox:
    """Takes mails, or refuses them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = False

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  the name that aiosmtpd calls
        if self.refuse:
            return "451 secret words of the server"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    (port,) = free_ports(1)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("RASID_SMTP_URL", f"smtp://127.0.0.1:{port}")
    yield box
    controller.stop()


class Receiver(ThreadingHTTPServer):
    """Takes what is posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200


class _Post(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    monkeypatch.setenv("TEST_HOOK", f"http://127.0.0.1:{server.server_port}/token-in-path")
    monkeypatch.setenv("TEST_KEY", "the key")
    monkeypatch.setenv("TEST_APPRISE", f"json://127.0.0.1:{server.server_port}/apprise")
    yield server
    server.shutdown()
    server.server_close()


def _channel(id_: str, **fields: object) -> Channel:
    return Channel.model_validate({"id": id_, **fields})


LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
MAIL = _channel("mail", email=["desk@example.org", "night@example.org"])
HOOK = _channel("hook", webhook="TEST_HOOK", secret="TEST_KEY")
APPRISE = _channel("apprise", apprise="TEST_APPRISE", language="en")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> None:
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles))
    index_day(client, storage, DAY, ["test"])


def _send(
    client: Elasticsearch, storage: Storage, *channels: Channel, now: datetime | None = None, **fields: object
) -> AlertReport:
    names = [each.id for each in channels]
    common = {"id": "caatsa", "name": NAME, "topics": ["caatsa"], "reprocessed": True}
    rule = Rule.model_validate({**common, "channels": names, **fields})
    alerting = Alerting((rule,), {each.id: each for each in channels})
    return send_alerts(client, storage, alerting, configured_tagger().names, Settings(), LONG_AGO, now)


def _parts(mail: EmailMessage) -> tuple[str, str]:
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and rich
    return plain.get_content(), rich.get_content()


def test_a_mail_has_the_story_its_proof_and_its_copies(
    client: Elasticsearch, storage: Storage, mailbox: Mailbox
) -> None:
    _index(client, storage, ORIGINAL, COPY)
    assert _send(client, storage, MAIL).failures == ()
    assert len(_send(client, storage, MAIL).alerts) == 0
    (mail,) = mailbox.mails
    assert mail["Subject"] == f"عقوبات كاتسا: {ORIGINAL.title}"
    assert mail["To"] == "desk@example.org, night@example.org"
    plain, rich = _parts(mail)
    for text in (plain, html.fromstring(rich).text_content()):
        assert ORIGINAL.title in text
        assert "قانون مكافحة أعداء أميركا" in text
        assert "نشره أيضا: الصالح نيوز" in " ".join(text.split())
        assert "شرق أونلاين" in text
    page = html.fromstring(rich)
    assert page.get("dir") == "rtl"
    assert page.xpath("//a/@href") == [ORIGINAL.url]
    assert not page.xpath("//img | //link | //script | //style")


def test_a_webhook_is_signed_and_apprise_gets_the_text(
    client: Elasticsearch, storage: Storage, receiver: Receiver
) -> None:
    _index(client, storage, ORIGINAL)
    assert _send(client, storage, HOOK, APPRISE).failures == ()
    by_path = {"X-Rasid-Signature" in headers: (headers, body) for headers, body in receiver.got}
    headers, body = by_path[True]
    signed = headers["X-Rasid-Timestamp"].encode() + b"." + body
    assert headers["X-Rasid-Signature"] == "sha256=" + hmac.new(b"the key", signed, hashlib.sha256).hexdigest()
    data = json.loads(body)
    assert (data["rule"], data["alerts"][0]["url"]) == ("caatsa", ORIGINAL.url)
    told = json.loads(by_path[False][1])
    assert told["title"].startswith("CAATSA sanctions: ")
    assert ORIGINAL.url in told["message"]


def test_a_dead_channel_holds_up_no_other_and_is_tried_again(
    client: Elasticsearch, storage: Storage, mailbox: Mailbox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.refuse = True
    _index(client, storage, ORIGINAL)
    report = _send(client, storage, MAIL, HOOK)
    assert [(each.channel, each.alerts, each.reason) for each in report.failures] == [
        ("mail", 1, "e-mail: SMTPDataError 451")
    ]
    assert len(receiver.got) == 1

    mailbox.refuse = False
    (failure,) = _send(client, storage, MAIL, HOOK).failures
    assert (failure.channel, mailbox.mails) == ("mail", [])  # not before its time
    _turn_back(client, timedelta(minutes=6))
    assert _send(client, storage, MAIL, HOOK) == AlertReport(())
    assert (len(mailbox.mails), len(receiver.got)) == (1, 1)


def test_what_waits_for_a_channel_that_is_gone_is_dropped(
    client: Elasticsearch, storage: Storage, mailbox: Mailbox
) -> None:
    mailbox.refuse = True
    _index(client, storage, ORIGINAL)
    _send(client, storage, MAIL)
    _turn_back(client, timedelta(minutes=6))
    mailbox.refuse = False
    assert _send(client, storage).failures == ()
    (dropped,) = [each for each in history(client, None, 10) if each.channel == "mail"]
    assert (dropped.state, dropped.error) == ("dropped", "the rule or its channel is no longer in alerts.yaml")
    assert _send(client, storage, MAIL) == AlertReport(())
    assert mailbox.mails == []


def _turn_back(client: Elasticsearch, time: timedelta) -> None:
    """As if so much time had gone by."""
    then = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    hits = client.search(index="alert-deliveries", query={"term": {"state": "pending"}})["hits"]["hits"]
    for hit in hits:
        due = datetime.fromisoformat(hit["_source"]["next_try_at"])
        assert due <= datetime.now(UTC) + time
        client.update(index=hit["_index"], id=hit["_id"], doc={"next_try_at": then}, refresh=True)


@pytest.mark.parametrize("step", ["record", "_write_feeds", "message", "deliver", "mark_sent"])
@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_dies_at_any_step_loses_no_alert(
    client: Elasticsearch,
    storage: Storage,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    after: bool,
) -> None:
    class Killed(BaseException):
        pass

    whole = getattr(alerts.send, step)

    def dies(*arguments: Any, **options: Any) -> Any:
        if after:
            whole(*arguments, **options)
        raise Killed

    _index(client, storage, ORIGINAL)
    with monkeypatch.context() as patched:
        patched.setattr(alerts.send, step, dies)
        with pytest.raises(Killed):
            _send(client, storage, MAIL)
    _send(client, storage, MAIL)
    assert ORIGINAL.title in storage.alert_feed("caatsa").read_text()
    sent_before_its_record = (step, after) in {("deliver", True), ("mark_sent", False)} and len(mailbox.mails) == 2
    assert len(mailbox.mails) == 1 or sent_before_its_record
    _send(client, storage, MAIL)
    assert len(mailbox.mails) == 1 + sent_before_its_record


def test_a_digest_goes_out_once_at_its_hour(client: Elasticsearch, storage: Storage, mailbox: Mailbox) -> None:
    digest = {"at": "07:00", "timezone": "Africa/Algiers"}  # 06:00 UTC
    today = datetime.now(UTC).replace(hour=5, minute=0)
    _index(client, storage, ORIGINAL)
    assert len(_send(client, storage, MAIL, now=today, digest=digest).alerts) == 1  # the feed does not wait
    _index(client, storage, ORIGINAL, sample_article("sharqonline", SITES["sharqonline"].stories[1]))
    _send(client, storage, MAIL, now=today + timedelta(minutes=59), digest=digest)
    assert mailbox.mails == []
    for hours in (1, 2, 25):
        _send(client, storage, MAIL, now=today + timedelta(hours=hours), digest=digest)
        assert len(mailbox.mails) == 1
    assert "(+1)" in mailbox.mails[0]["Subject"]


def test_quiet_hours_and_a_daily_limit(client: Elasticsearch, storage: Storage, mailbox: Mailbox) -> None:
    quiet = {"from": "22:00", "to": "06:00", "timezone": "UTC"}
    night = datetime.now(UTC).replace(hour=23, minute=0)
    _index(client, storage, *(sample_article("sharqonline", story) for story in SITES["sharqonline"].stories))
    stories = len(_send(client, storage, MAIL, now=night, quiet=quiet, at_most=1).alerts)
    assert (stories, mailbox.mails) == (3, [])
    for day in (0, 0, 1, 2, 3):
        _send(client, storage, MAIL, now=night + timedelta(days=day, hours=8), quiet=quiet, at_most=1)
    assert [len(html.fromstring(_parts(mail)[1]).xpath("//a")) for mail in mailbox.mails] == [1, 1, 1]


@pytest.mark.parametrize("first", ["2025-03-28", "2025-10-24"])  # one of the days has no 02:30, one has two
def test_there_is_one_digest_a_day_when_clocks_change(first: str) -> None:
    digest, zone = Digest(at="02:30", timezone="Europe/Berlin"), ZoneInfo("Europe/Berlin")
    now = datetime.fromisoformat(first).replace(tzinfo=zone).astimezone(UTC)
    waiting: list[datetime] = []
    sent: list[date] = []
    for _ in range(4 * 24 * 6):
        now += timedelta(minutes=10)
        waiting.append(now - timedelta(seconds=1))
        due = [created for created in waiting if is_due(digest, None, created, now)]
        if due:
            sent.append(now.astimezone(zone).date())
        waiting = [created for created in waiting if created not in due]
    assert sent == [date.fromisoformat(first) + timedelta(days=days) for days in range(4)]


@given(st.integers(0, 525_600), st.integers(0, 23), st.integers(0, 3000))
def test_every_delivery_is_in_a_digest_within_a_day(minute: int, hour: int, later: int) -> None:
    digest = Digest(at=f"{hour:02}:30", timezone="Africa/Casablanca")
    created = LONG_AGO + timedelta(minutes=minute)
    now = created + timedelta(minutes=later)
    if is_due(digest, None, created, now):
        assert is_due(digest, None, created, now + timedelta(days=1))
    assert is_due(digest, None, created, created + timedelta(hours=26))


def test_text_from_the_web_is_harmless(
    client: Elasticsearch, storage: Storage, mailbox: Mailbox, receiver: Receiver
) -> None:
    _index(client, storage, EVIL)
    assert _send(client, storage, MAIL, HOOK, APPRISE).failures == ()
    (mail,) = mailbox.mails
    assert "Bcc" not in mail
    assert len(mail["Subject"]) < 250
    plain, rich = _parts(mail)
    page = html.fromstring(rich)
    assert not page.xpath("//script | //i")
    assert "<script>alert(1)</script>" in page.text_content()
    assert page.xpath("//a/@href") == [EVIL.url]
    for text in (mail["Subject"], plain, rich):
        assert "\u202e" not in text
    assert "\n\nBcc" not in plain
    assert len(receiver.got) == 2


@pytest.mark.parametrize(
    ("named", "hour"),
    [({}, "10:00 Asia/Dubai"), ({"digest": {"at": "07:00", "timezone": "Africa/Algiers"}}, "07:00 Africa/Algiers")],
)
def test_a_mail_leads_to_the_desk_and_has_its_readers_time(named: dict[str, object], hour: str) -> None:
    at = datetime(2025, 3, 10, 6, tzinfo=UTC)
    found = Alert("r", "s", "a1", "https://e.org/", "عنوان", "منفذ", at, (), (), (), (), (), ("a",))
    rule = Rule.model_validate({"id": "r", "name": NAME, "query": "x", **named})
    settings = Settings(timezone="Asia/Dubai", desk_url="https://desk.example.org/")
    told = message(rule, [found], MAIL, {}, settings)
    links = ["https://desk.example.org/" + path for path in ("articles/a1", "alerts/r", "today")]
    for text in (told.text, told.html):
        assert f"2025-03-10 {hour}" in text
        assert all(link in text for link in links)


def test_the_link_to_the_same_search() -> None:
    fields = {"query": "it's +الجزائر", "topics": ["arms_deals", "caatsa"], "countries": ["DZ"]}
    link = search_link("http://kibana/s/news/", Rule.model_validate({"id": "r", "name": NAME, **fields}))
    address, _, state = link.partition("#/?_a=")
    assert address == "http://kibana/s/news/app/discover"
    assert unquote(state) == (
        "(dataSource:(dataViewId:rasid-articles,type:dataView),query:(language:lucene,query:"
        '\'(it!\'s +الجزائر) AND topics:("arms_deals" OR "caatsa") AND countries:("DZ")\'))'
    )


def test_a_variable_stands_where_settings_may(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"TEST_HOOK": os.environ["TEST_HOOK"], "TEST_KEY": "the key"}
    for name in given:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    message = Message("subject", "text", "<p>text", {})
    with pytest.raises(DeliveryError, match="the variable TEST_HOOK is not set"):
        deliver(HOOK, message, load_settings())
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "TEST_HOOK").write_text(given["TEST_HOOK"] + "\n")
    (tmp_path / ".env").write_text("TEST_KEY='the key'\nTEST_HOOK=\n")
    monkeypatch.setenv("RASID_SECRETS", str(secrets))
    deliver(HOOK, message, load_settings())
    assert len(receiver.got) == 1
    assert not given.keys() & os.environ.keys()  # what is started later gets none


def test_one_line() -> None:
    assert one_line("  أ\r\nب\u202e ج\u2066 ") == "أ ب ج"
    assert one_line("ط" * 5000) == "ط" * 199 + "…"


@pytest.mark.parametrize(
    ("yaml", "line", "expected"),
    [
        ("mail: {email: [nowhere]}", 2, "expected an e-mail address"),
        ("both: {email: [a@b.c], webhook: HOOK}", 2, "expected exactly one of email:, webhook: and apprise:"),
        ("mail: {email: [a@b.c], secret: KEY}", 2, "secret: is of a webhook only"),
        ("hook: {webhook: 'https://example.org/secret'}", 2, "webhook"),
        ("feed: {email: [a@b.c]}", 2, "feed is the name of the Atom file's channel"),
    ],
)
def test_mistakes_in_channels(tmp_path: Path, yaml: str, line: int, expected: str) -> None:
    from alerts.rules import load_alerting

    file = tmp_path / "alerts.yaml"
    file.write_text(f"channels:\n  {yaml}\nalerts:\n  r:\n    name: {{ar: ق, en: R}}\n    query: x\n")
    with pytest.raises(RasidError, match=expected) as raised:
        load_alerting(file, {})
    assert f"alerts.yaml:{line}" in str(raised.value) or f"alerts.yaml:{line - 1}" in str(raised.value)


def test_a_rule_with_an_unknown_channel(tmp_path: Path) -> None:
    from alerts.rules import load_alerting

    file = tmp_path / "alerts.yaml"
    file.write_text("alerts:\n  r:\n    name: {ar: ق, en: R}\n    query: x\n    channels: [mail]\n")
    with pytest.raises(RasidError, match="there is no channel mail"):
        load_alerting(file, {})


def test_from_the_command_line(
    rasid: Rasid, client: Elasticsearch, cluster: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    original = replace(ORIGINAL, first_seen_at=now, published_at=now - timedelta(hours=1))
    _index(client, Storage(UPath(rasid.data)), original, replace(COPY, first_seen_at=now, published_at=now))
    config = shipped_copy(tmp_path / "config")
    (config / "alerts.yaml").write_text(
        "channels:\n  desk: {email: [desk@example.org]}\n  gone: {apprise: NO_SUCH_VARIABLE}\n"
        "alerts:\n  caatsa:\n    name: {ar: كاتسا, en: CAATSA}\n    topics: [caatsa]\n    channels: [desk, gone]\n"
    )
    variables = {
        "ELASTICSEARCH_URL": cluster,
        "RASID_CONFIG": str(config),
        "RASID_SMTP_URL": os.environ["RASID_SMTP_URL"],
    }
    done = Rasid(rasid.data, rasid.environment | variables)(
        "alerts", "send", "--since", "1h", "--date", DAY.isoformat()
    )
    assert done.returncode == 1, done.stderr
    assert f"[caatsa] {ORIGINAL.title} — شرق أونلاين (+ الصالح نيوز)" in done.stdout
    assert "undelivered  gone: 1 of rule caatsa" in done.stdout
    assert "the variable NO_SUCH_VARIABLE is not set" in done.stdout
    assert len(mailbox.mails) == 1

    command = Rasid(rasid.data, rasid.environment | variables)
    history = json.loads(command("alerts", "history", "--json").stdout)
    assert {each["channel"]: each["state"] for each in history} == {"feed": "sent", "desk": "sent", "gone": "pending"}
    assert "tried 1 times" in " ".join(command("alerts", "history").stdout.split())
    again = command("alerts", "retry", "--date", DAY.isoformat())
    assert "1 failed deliveries are due" in again.stdout
    assert again.returncode == 1

    preview = command("alerts", "test", "caatsa", "--since", "2d")
    assert preview.stdout.startswith(f"كاتسا: {ORIGINAL.title}")
    page = tmp_path / "mail.html"
    assert str(page) in command("alerts", "test", "caatsa", "--html", str(page)).stdout
    assert ORIGINAL.title in html.fromstring(page.read_text()).text_content()
    assert len(mailbox.mails) == 1
    sent = command("alerts", "test", "caatsa", "--send-to", "me@example.org")
    assert (sent.returncode, sent.stdout) == (0, "sent to me@example.org\n"), sent.stderr
    assert len(mailbox.mails) == 2
    assert mailbox.mails[-1]["To"] == "me@example.org"
    assert len(json.loads(command("alerts", "history", "--json").stdout)) == len(history)  # nothing is recorded
    wrong = command("alerts", "test", "caatsa", "--send-to", "nobody")
    assert (wrong.returncode, "expected an e-mail address" in wrong.stderr) == (1, True)
    assert "there is no alert rule x; expected of: caatsa" in command("alerts", "test", "x").stderr
