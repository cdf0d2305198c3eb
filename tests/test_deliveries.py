"""Sent is what was delivered, what broke off is completed, and no text from the web stops an alert."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

import alerts.deliveries
from alerts.atom import atom
from alerts.channels import Channel, DeliveryError, Message, deliver
from alerts.deliveries import history, retry
from alerts.message import message
from alerts.notice import notify
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts, send_due
from pipeline.config import load_config
from pipeline.stages import Stages
from pipeline.summary import summarise
from rasid.alert import Alert, Passage
from rasid.errors import RasidError
from rasid.json_record import fields_of
from rasid.records import ARTICLES, Article
from rasid.reports import AlertReport, Event
from rasid.settings import Settings, load_settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.errors import ClusterError
from search.indexing import index_day
from tests.conftest import free_ports
from tests.pages import SITES, configured_tagger, sample_article
from tests.small import small_configuration

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
STORIES = [sample_article("sharqonline", story) for story in SITES["sharqonline"].stories[:2]]
NAMES = configured_tagger().names
NAME = {"ar": "قاعدة", "en": "Rule"}
TEXT = Message("subject", "text", "<p>text</p>", {"text": "text"})


class Mailbox:
    """Takes mails for all but some."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.got: list[tuple[str, ...]] = []
        self.farewell = "221 Bye"

    async def handle_RCPT(self, server: object, session: object, envelope: Any, address: str, options: object) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert set(mail["To"].split(", ")) >= set(envelope.rcpt_tos)
        self.got.append(tuple(envelope.rcpt_tos))
        return "250 OK"

    async def handle_QUIT(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        return self.farewell


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
    """Answers as it is told; notes each request that it answers with 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.status = 200
        self.got: list[tuple[str, bytes]] = []


class _Answers(BaseHTTPRequestHandler):
    server: Receiver

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        moved = self.path != "/elsewhere" and self.server.status != 200
        if not moved:
            self.server.got.append((self.command, body))
        self.send_response(self.server.status if moved else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET = _answer  # noqa: N815  the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    monkeypatch.setenv("TEST_HOOK", f"http://127.0.0.1:{server.server_port}/token")
    monkeypatch.setenv("TEST_APPRISE", f"json://127.0.0.1:{server.server_port}/token")
    yield server
    server.shutdown()
    server.server_close()


def _channel(id_: str, **fields: object) -> Channel:
    return Channel.model_validate({"id": id_, **fields})


DESK, NIGHT = "desk@example.org", "night@example.org"
MAIL = _channel("mail", email=[DESK, NIGHT])
HOOK = _channel("hook", webhook="TEST_HOOK")
APPRISE = _channel("apprise", apprise="TEST_APPRISE")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> None:
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles))
    index_day(client, storage, DAY, ["test"])


def _send(client: Elasticsearch, storage: Storage, *channels: Channel, **options: Any) -> AlertReport:
    fields = {"id": "all", "name": NAME, "outlets": ["sharqonline"], "reprocessed": True, **options.pop("rule", {})}
    rule = Rule.model_validate({**fields, "channels": [each.id for each in channels]})
    alerting = Alerting((rule,), {each.id: each for each in channels})
    given = {"since": LONG_AGO, **options}
    return send_alerts(client, storage, alerting, NAMES, Settings(), **given)


def _due_at_once(client: Elasticsearch) -> None:
    retry(client)


def test_what_is_due_goes_out_between_two_runs(client: Elasticsearch, storage: Storage, receiver: Receiver) -> None:
    """A digest at 07:00 of a run at 04:10 goes out soon after 07:00; nothing new is looked for."""
    rule = Rule.model_validate(
        {
            "id": "all",
            "name": NAME,
            "outlets": ["sharqonline"],
            "reprocessed": True,
            "channels": ["hook"],
            "digest": {"at": "07:00", "timezone": "Africa/Algiers"},
        }
    )
    alerting, day = Alerting((rule,), {"hook": HOOK}), datetime.now(UTC).date()

    def at(hour: int, minute: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    _index(client, storage, STORIES[0])
    assert len(send_alerts(client, storage, alerting, NAMES, Settings(), LONG_AGO, at(4, 10)).alerts) == 1
    _index(client, storage, *STORIES)
    assert send_due(client, storage, alerting, NAMES, Settings(), at(5, 45)) == ()
    assert receiver.got == []
    receiver.status = 500
    (failure,) = send_due(client, storage, alerting, NAMES, Settings(), at(6, 0))
    assert failure.alerts == 1
    receiver.status = 200
    assert send_due(client, storage, alerting, NAMES, Settings(), at(6, 15)) == ()
    assert send_due(client, storage, alerting, NAMES, Settings(), at(6, 30)) == ()
    ((_, body),) = receiver.got
    assert len(json.loads(body)["alerts"]) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308, 404, 500])
@pytest.mark.parametrize("channel", [HOOK, APPRISE])
def test_sent_is_what_was_taken(receiver: Receiver, channel: Channel, status: int) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError) as raised:
        deliver(channel, TEXT, Settings())
    assert receiver.got == []
    assert "token" not in str(raised.value)
    receiver.status = 200
    deliver(channel, TEXT, Settings())
    assert [command for command, _ in receiver.got] == ["POST"]


def test_a_webhook_that_moved_is_told(client: Elasticsearch, storage: Storage, receiver: Receiver) -> None:
    receiver.status = 308
    _index(client, storage, STORIES[0])
    (failure,) = _send(client, storage, HOOK).failures
    assert failure.reason == "webhook: status 308: it has moved, so give TEST_HOOK its new address"
    receiver.status = 200
    _due_at_once(client)
    assert _send(client, storage, HOOK).failures == ()
    assert len(receiver.got) == 1


def test_each_recipient_of_a_mail_counts(client: Elasticsearch, storage: Storage, mailbox: Mailbox) -> None:
    mailbox.refused = {NIGHT: "451 later"}
    _index(client, storage, STORIES[0])
    (failure,) = _send(client, storage, MAIL).failures
    assert failure.reason == f"e-mail: {NIGHT} refused (451)"
    assert mailbox.got == [(DESK,)]
    # A new story goes to both, the earlier one to whom it is owed.
    _index(client, storage, *STORIES)
    mailbox.refused = {}
    _due_at_once(client)
    assert _send(client, storage, MAIL).failures == ()
    assert sorted(mailbox.got) == [(DESK,), (DESK, NIGHT), (NIGHT,)]
    assert _send(client, storage, MAIL) == AlertReport(())
    assert len(mailbox.got) == 3


def test_all_recipients_refused(client: Elasticsearch, storage: Storage, mailbox: Mailbox) -> None:
    mailbox.refused = {DESK: "550 unknown", NIGHT: "550 unknown"}
    _index(client, storage, STORIES[0])
    (failure,) = _send(client, storage, MAIL).failures
    assert failure.reason == f"e-mail: {DESK} refused (550), {NIGHT} refused (550)"
    mailbox.refused = {}
    _due_at_once(client)
    _send(client, storage, MAIL)
    assert mailbox.got == [(DESK, NIGHT)]


def test_a_recipient_who_is_taken_out_of_the_file_is_owed_nothing(
    client: Elasticsearch, storage: Storage, mailbox: Mailbox
) -> None:
    mailbox.refused = {NIGHT: "550 unknown"}
    _index(client, storage, STORIES[0])
    _send(client, storage, MAIL)
    _due_at_once(client)
    assert _send(client, storage, _channel("mail", email=[DESK])).failures == ()
    assert mailbox.got == [(DESK,)]
    (dropped,) = [each for each in history(client, None, 10) if each.channel == "mail"]
    assert (dropped.state, dropped.error) == ("dropped", "its recipient is no longer in alerts.yaml")


def test_a_rude_farewell_does_not_send_it_twice(mailbox: Mailbox) -> None:
    mailbox.farewell = "421 go away"
    deliver(MAIL, TEXT, load_settings())
    assert mailbox.got == [(DESK, NIGHT)]


@pytest.mark.parametrize("whole", range(4))
def test_what_broke_off_while_it_was_recorded_is_completed(
    client: Elasticsearch, storage: Storage, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """The connection breaks after so many documents. Then an earlier copy of the story comes, with another id."""
    hooks = [_channel(f"hook{number}", webhook="TEST_HOOK") for number in range(3)]
    _index(client, storage, STORIES[0])
    written = alerts.deliveries.write_all

    def breaks(client: Elasticsearch, actions: Any) -> None:
        given = list(actions)
        if given and given[0]["_index"] == "alert-deliveries" and "_source" in given[0]:
            written(client, given[:whole] if len(given) > 1 else [])
            if len(given) == 1 or whole < 3:
                raise ClusterError("the connection broke")
            return
        written(client, given)

    with monkeypatch.context() as patched:
        patched.setattr(alerts.deliveries, "write_all", breaks)
        with pytest.raises(ClusterError):
            _send(client, storage, *hooks)
    assert receiver.got == []
    earlier = replace(
        STORIES[0],
        id="earlier",
        url="https://example.org/earlier",
        published_at=STORIES[0].published_at - timedelta(days=1),
    )
    _index(client, storage, STORIES[0], earlier)
    assert len(_send(client, storage, *hooks).alerts) == 1
    assert len(receiver.got) == 3
    assert _send(client, storage, *hooks) == AlertReport(())
    assert len(receiver.got) == 3


def test_a_rule_that_is_paused_tells_when_it_goes_on(
    client: Elasticsearch, storage: Storage, receiver: Receiver
) -> None:
    receiver.status = 503
    _index(client, storage, STORIES[0])
    assert len(_send(client, storage, HOOK).alerts) == 1
    receiver.status = 200
    _index(client, storage, *STORIES)
    _due_at_once(client)
    assert _send(client, storage, HOOK, rule={"paused": True}).alerts == ()
    assert receiver.got == []
    assert len(_send(client, storage, HOOK).alerts) == 1
    sent = history(client, "all", 10)
    assert [each.state for each in sent] == ["sent"] * 4  # of two stories, to the hook and the feed
    assert receiver.got


def test_a_channel_that_is_new_does_not_get_what_was_told(
    client: Elasticsearch, storage: Storage, receiver: Receiver
) -> None:
    _index(client, storage, STORIES[0])
    assert len(_send(client, storage).alerts) == 1
    assert _send(client, storage, HOOK) == AlertReport(())
    assert receiver.got == []


def test_without_the_record_of_what_was_told_rules_begin_anew(
    client: Elasticsearch, storage: Storage, receiver: Receiver
) -> None:
    _index(client, storage, STORIES[0])
    assert len(_send(client, storage, HOOK).alerts) == 1
    client.indices.delete(index="alert-deliveries")
    begin = datetime.now(UTC)
    assert _send(client, storage, HOOK, since=begin) == AlertReport(())
    _index(client, storage, *STORIES)
    assert len(_send(client, storage, HOOK, since=datetime.now(UTC)).alerts) == len(STORIES) - 1
    assert len(receiver.got) == 2


def test_a_clock_that_was_a_year_ahead_for_one_run(client: Elasticsearch, storage: Storage, receiver: Receiver) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    receiver.status = 500
    rule = {"at_most": 1, "digest": {"at": "00:00", "timezone": "UTC"}}
    _index(client, storage, STORIES[0])
    assert len(_send(client, storage, HOOK).failures) == 1
    client.update(index="alert-rules", id="all", doc={"since": ahead.isoformat()}, refresh=True)
    ((owed, _),) = _deliveries(client)
    _write(client, owed, created_at=ahead, next_try_at=ahead)
    receiver.status = 200
    # What was to be tried again in a year is tried now; a rule that began in a year begins now.
    assert _send(client, storage, HOOK, rule=rule).failures == ()
    assert len(receiver.got) == 1
    _write(client, owed, delivered_at=ahead)
    # What was sent in a year does not count for today.
    _index(client, storage, *STORIES)
    assert len(_send(client, storage, HOOK, rule={"at_most": 1}).alerts) == 1
    assert len(receiver.got) == 2


def _deliveries(client: Elasticsearch) -> list[tuple[str, dict[str, Any]]]:
    """Those of the webhook."""
    hits = client.search(index="alert-deliveries", query={"term": {"channel": "hook"}})["hits"]["hits"]
    return [(hit["_id"], hit["_source"]) for hit in hits]


def _write(client: Elasticsearch, id_: str, **times: datetime) -> None:
    fields = {name: at.isoformat() for name, at in times.items()}
    client.update(index="alert-deliveries", id=id_, doc=fields, refresh=True)


DIRT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x07\x1b\x0b\x7f\x85\x9b\u202e\u2028\ud83d\udfff\ue000\ue001\ufdd0\ufffe\uffff\U0010ffff<>&\"'\r\n"
        ),
    ),
    max_size=60,
) | st.sampled_from(["ط" * 150_000, "=1+1", "]]>", "&#27;"])


@given(st.builds(lambda *texts: texts, *[DIRT] * 7))
def test_every_writer_takes_any_text(texts: tuple[str, ...]) -> None:
    title, url, outlet, before, quote, after, name = texts
    passages = (Passage(before, quote, after),)
    alert = Alert(
        "r", "s", "a", url, title, outlet, datetime(2025, 3, 10, 9, tzinfo=UTC), (), (), (), passages, (outlet,), ("a",)
    )  # fmt: skip
    rule = Rule.model_construct(id="r", name=Rule.model_validate({"id": "r", "name": NAME, "query": "x"}).name)
    rule = rule.model_copy(update={"name": rule.name.model_copy(update={"ar": name, "en": name})})
    document = atom(rule, [alert], datetime.now(UTC))
    feed = feedparser.parse(document)
    assert not feed.bozo
    assert len(feed.entries) == 1
    told = message(rule, [alert], MAIL, NAMES, Settings())
    data = json.dumps(fields_of(alert), ensure_ascii=False)
    for text in (told.subject, told.text, told.html, data, document.decode()):
        text.encode()
        assert len(text) < 20_000
        assert not set(text) & set("\x00\x07\x1b\x7f\x85\x9b\u202e\u2028\ue000\ue001\ufffe\uffff")
    assert "\n" not in told.subject


def test_a_record_that_is_damaged_stops_no_other(client: Elasticsearch, storage: Storage, receiver: Receiver) -> None:
    _index(client, storage, STORIES[0])
    now = datetime.now(UTC).isoformat()
    common = {"rule": "all", "channel": "hook", "article_ids": ["x"], "state": "pending", "attempts": 0}
    alert = Alert("all", "s", "y", "https://e.org/", "-", "-", datetime.now(UTC), (), (), (), (), (), ("y",))
    old = fields_of(alert) | {"title": "\x1b]0;t\x07عنوان\u009b" + "ط" * 150_000}
    for id_, fields in {"old": old, "empty": {}, "when": old | {"published_at": "soon"}}.items():
        document = {**common, "alert": fields, "created_at": now, "next_try_at": now}
        client.index(index="alert-deliveries", id=id_, document=document, refresh=True)
    assert len(_send(client, storage, HOOK).alerts) == 1
    states = {hit["_id"]: hit["_source"]["state"] for hit in client.search(index="alert-deliveries")["hits"]["hits"]}
    assert {states[id_] for id_ in ("empty", "when")} == {"dropped"}
    ((_, body),) = receiver.got
    assert len(body) < 10_000
    assert {each["article_id"] for each in json.loads(body)["alerts"]} == {"y", STORIES[0].id}


def _breaks(text: str) -> Callable[[Path], None]:
    def change(config: Path) -> None:
        for name in text.split():
            (config / f"{name}.yaml").write_text("{", encoding="utf-8")

    return change


@pytest.mark.parametrize("broken", ["topics", "outlets entities", "rules"])
def test_operators_are_told_whatever_is_broken(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    config = small_configuration(tmp_path)
    rules = "alerts:\n  r: {name: wrong, query: '('}\n" if broken == "rules" else ""
    (config / "alerts.yaml").write_text(f"channels:\n  hook: {{webhook: TEST_HOOK}}\noperators: [hook]\n{rules}")
    if broken != "rules":
        _breaks(broken)(config)
    monkeypatch.setenv("RASID_CONFIG", str(config))
    from dags.notices import tell_failure

    run = type("Run", (), {"dag_id": "news_monitoring", "run_id": "one"})
    tell_failure({"dag_run": run, "reason": "\x1b[2J\ud83dtopics.yaml:1"})
    ((_, body),) = receiver.got
    assert json.loads(body) == {
        "notice": "Rasid: news_monitoring one failed",
        "text": "news_monitoring, one: [2Jtopics.yaml:1",
    }


def test_an_operator_who_refuses_is_named(mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alerts.yaml").write_text(f"channels:\n  mail: {{email: [{DESK}, {NIGHT}]}}\noperators: [mail]\n")
    monkeypatch.setenv("RASID_CONFIG", str(tmp_path))
    mailbox.refused = {NIGHT: "550 unknown"}
    with pytest.raises(RasidError, match=f"mail: e-mail: {NIGHT} refused"):
        notify(load_settings(), "subject", "text")
    assert mailbox.got == [(DESK,)]
    assert "RASID_CONFIG" in os.environ


def test_operators_who_could_not_be_told_are_named_where_the_run_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_configuration(tmp_path)
    (config / "alerts.yaml").write_text("channels: {ops: {webhook: OPS_HOOK}}\noperators: [ops]\nalerts: {}\n")
    monkeypatch.setenv("RASID_CONFIG", str(config))
    from dags.notices import tell_summary

    told: list[Event] = []
    settings = load_settings()
    tell_summary(Stages(settings, load_config(settings), DAY, told.append), summarise((), (), None, 1))
    (event,) = told
    assert event.message == "not all operators could be told: ops: the variable OPS_HOOK is not set"


def test_the_notice_of_a_failed_run_says_why(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_configuration(tmp_path)
    (config / "alerts.yaml").write_text("channels: {hook: {webhook: TEST_HOOK}}\noperators: [hook]\nalerts: {}\n")
    monkeypatch.setenv("RASID_CONFIG", str(config))
    from dags import notices

    kept: dict[str, str] = {}
    task = type("Task", (), {"xcom_push": staticmethod(lambda key, value: kept.update({key: value}))})
    monkeypatch.setattr(notices, "get_current_context", lambda: {"run_id": "two", "ti": task})
    why = "3 of 3 outlets could not be crawled: alpha, beta, gamma"
    with pytest.raises(RasidError), notices.failure_kept():
        raise RasidError(why)
    assert kept == {notices.FAILURE: why}
    run = type("Run", (), {"dag_id": "news_monitoring", "run_id": "two"})
    notices.tell_failure({"dag_run": run, "reason": "task_failure"})
    ((_, body),) = receiver.got
    assert json.loads(body)["text"] == f"news_monitoring, two: {why}"
