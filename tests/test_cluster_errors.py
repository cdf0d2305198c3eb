"""What goes wrong in Elasticsearch ends in one sentence, and what waiting mends is waited for."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from alerts.trends import trends
from rasid.errors import RasidError
from rasid.records import ARTICLES
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.candidates import candidates
from search.client import Cluster, every, refresh, try_to_write, write_all
from search.cluster import connect
from search.errors import ClusterError, answered
from search.hits import search
from search.indexed import story_ids
from search.indexing import index_day
from search.node.local_node import LocalNode
from search.templates import set_up
from tests.compiled import CONFIG
from tests.conftest import Rasid, free_ports, synonyms, wipe
from tests.pages import FARM, sample_article

MANY_FUZZY = " OR ".join(f"كلم{number}ات~2" for number in range(500))


@pytest.fixture
def one(client: Elasticsearch, tmp_path: Path) -> Iterator[Elasticsearch]:
    """A cluster with one article."""
    storage = Storage(UPath(tmp_path))
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps([sample_article("alsaleh", FARM)]))
    index_day(client, storage, DAY, ["test"])
    yield client
    client.indices.delete(index="articles-2025.03", ignore_unavailable=True)


@pytest.mark.parametrize("query", ["\udcff", "(الجزائر", "/(a{1,50}){1,50}/", " OR ".join(["a*"] * 9000), "(" * 20_000])
def test_a_bad_query_is_told_from_all_else(one: Elasticsearch, query: str) -> None:
    with pytest.raises(RasidError, match="is not valid") as raised:
        search(one, query, [])
    assert len(str(raised.value)) < 1000
    str(raised.value).encode()


HEAVY = [
    "*جزائر", "*", "/.*.*.*.*/", "?*?*?*", "NOT " * 10_000 + "الجزائر", " OR ".join(["كلمة"] * 5_000), "ط" * 60_000,
    "الجزائر^1e30", "الجزائر^-1", '"الجزائر نص"~2147483647', "[* TO *]", "title:[ا TO ي]", "_exists_:body", "{!func}1",
    "body:*" * 2_000, '"' + "كلمة " * 5_000 + '"',
]  # fmt: skip


@pytest.mark.parametrize("query", HEAVY, ids=range(len(HEAVY)))
def test_a_heavy_query_is_answered_or_refused_and_the_node_lives(one: Elasticsearch, query: str) -> None:
    try:
        search(one, query, [])
    except RasidError as told:
        assert len(str(told)) < 1000
        assert "\n" not in str(told)
    assert search(one, "الجزائر", []).total == 1


@pytest.mark.parametrize(
    "read",
    [
        lambda client: search(client, "الجزائر", []),
        lambda client: list(every(client, "articles", {"match_all": {}})),
        lambda client: trends(client, datetime(2025, 3, 11, tzinfo=UTC)),
        lambda client: candidates(client, {"other": {"bands": [10], "published_at": f"{DAY}T09:00:00+00:00"}}),
    ],
    ids=["search", "every", "trends", "candidates"],
)
def test_a_closed_index_is_not_taken_for_one_that_is_not_there(
    one: Elasticsearch, read: Callable[[Elasticsearch], object]
) -> None:
    one.indices.close(index="articles-2025.03")
    with pytest.raises(ClusterError, match=r"articles-2025\.03 is closed: open it"):
        read(one)


def test_an_index_that_is_not_there_yet_has_nothing(client: Elasticsearch) -> None:
    wipe(client)
    assert list(every(client, "articles", {"match_all": {}})) == []
    assert story_ids(client, ["one"]) == set()
    refresh(client, "articles")
    with pytest.raises(RasidError, match="nothing has been indexed yet"):
        search(client, "الجزائر", [])


def test_a_query_for_too_much(one: Elasticsearch, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="too little memory"):
        search(one, MANY_FUZZY, [])
    names = {"ar": "ق", "en": "R"}
    greedy, plain = (
        Rule.model_validate({"id": id_, "name": names, "query": query, "reprocessed": True})
        for id_, query in (("greedy", MANY_FUZZY), ("plain", "الجزائر"))
    )
    since = datetime.now(UTC) - timedelta(hours=1)
    report = send_alerts(one, Storage(UPath(tmp_path)), Alerting((greedy, plain), {}), {}, Settings(), since)
    assert [alert.rule for alert in report.alerts] == ["plain"]
    assert set(report.refused) == {"greedy"}


def test_a_closed_index_is_no_bad_query(one: Elasticsearch, rasid: Rasid, cluster: str) -> None:
    one.indices.close(index="articles-2025.03")
    with pytest.raises(ClusterError, match=r"the index articles-2025\.03 is closed: open it"):
        search(one, "الجزائر", [])
    rasid.environment["ELASTICSEARCH_URL"] = cluster
    for command in (["search", "الجزائر"], ["search", b"\xff\xfe"]):
        run = rasid.program(*command)  # type: ignore[arg-type]
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
        assert len(run.stderr.strip().splitlines()) == 1
    assert r"'\udcff\udcfe' is not utf-8" in run.stderr


def test_documents_that_fail(one: Elasticsearch) -> None:
    actions = [
        {"_index": "articles-2025.03", "_id": "good", "_source": {"title": "-"}},
        {"_index": "articles-2025.03", "_id": "bad", "_source": {"country": "x" * 40_000}},
        {"_op_type": "delete", "_index": "articles-2025.03", "_id": "absent"},
        {"_op_type": "update", "_index": "articles-2025.03", "_id": "absent", "doc": {"title": "-"}},
    ]
    refused = try_to_write(one, actions)
    assert {id_: error.status for id_, error in refused.items()} == {"bad": 400, "absent": 404}
    with pytest.raises(ClusterError, match="immense term"):
        write_all(one, actions[:2])
    # A field that the template lacks is no fault of the document.
    with pytest.raises(ClusterError, match="run `rasid setup`"):
        try_to_write(one, [{"_index": "articles-2025.03", "_id": "new", "_source": {"invented": 1}}])
    one.indices.add_block(index="articles-2025.03", block="write")
    with pytest.raises(ClusterError, match="takes no writes"):
        try_to_write(one, actions[:1])


def test_a_cluster_that_is_away() -> None:
    (port,) = free_ports(1)
    with Cluster(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(ClusterError, match="cannot be reached"):
            search(client, "x", [])
        assert not client.ping()  # the client's own methods know the error


NO_ROOM = {"type": "i_o_exception", "reason": "No space left on device"}


@pytest.mark.parametrize(
    ("status", "error", "says", "is_of_request"),
    [
        (503, {"type": "search_phase_execution_exception", "reason": "all failed", "root_cause": []}, "shards", False),
        (503, {"type": "no_shard_available_action_exception", "index": "articles-2025.03"}, "articles-2025.03", False),
        (401, {"type": "security_exception", "reason": "unable to authenticate"}, "API key", False),
        (403, {"type": "cluster_block_exception", "reason": "index [x] blocked"}, "blocked", False),
        (400, {"type": "parsing_exception", "reason": "no\x1b[2J"}, "no[2J", True),
        (500, "a text", "a text", False),
        (500, None, "None", False),
        (500, {"type": "translog_exception", "reason": "x", "caused_by": NO_ROOM}, "disk is full: make room", False),
        (503, {"type": "master_not_discovered_exception", "caused_by": {"caused_by": NO_ROOM}}, "disk is full", False),
    ],
)  # fmt: skip
def test_answers(status: int, error: object, says: str, is_of_request: bool) -> None:
    told = answered(status, error)
    assert says in str(told)
    assert told.is_of_request == is_of_request


class _Full(BaseHTTPRequestHandler):
    """As a node answers a refresh whose disk is full."""

    def do_POST(self) -> None:
        reason = {"type": "refresh_failed_engine_exception", "reason": "Refresh failed", "caused_by": NO_ROOM}
        shards = {"total": 1, "successful": 0, "failed": 1, "failures": [{"shard": 0, "reason": reason}]}
        body = json.dumps({"_shards": shards}).encode()
        self.send_response(500)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_full_disk_is_told_in_a_sentence() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Full) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        with Cluster(f"http://127.0.0.1:{server.server_port}") as client, pytest.raises(ClusterError) as raised:
            refresh(client, "articles-2025.03")
        server.shutdown()
    assert str(raised.value) == "Elasticsearch's disk is full: make room on it, and run this again"


class _Starting(BaseHTTPRequestHandler):
    """As a node answers whose shards are not ready yet: all, and then one of two."""

    asked: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
        self.asked.append(len(lines) // 2)
        error = {"type": "search_phase_execution_exception", "reason": "all shards failed", "root_cause": []}
        failed, good = (
            {"error": error, "status": 503},
            {"_shards": {"total": 1}, "hits": {"total": {"value": 0}, "hits": []}},
        )
        is_up = len(self.asked) > 8  # the client's transport asks four times in a row
        answers = {9: [good, failed], 10: [failed], 11: [good]}
        body = json.dumps({"responses": answers[len(self.asked)]} if is_up else failed)
        self.send_response(200 if is_up else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_search_waits_for_the_shards() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Starting)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    with Cluster(f"http://127.0.0.1:{server.server_port}") as client:
        assert search(client, "x", []).total == 0
    server.shutdown()
    server.server_close()
    assert _Starting.asked == [2] * 9 + [1, 1]


class _Old(BaseHTTPRequestHandler):
    """A cluster of an older version."""

    def do_GET(self) -> None:
        body = json.dumps({"version": {"number": "8.19.1"}}).encode()
        self.send_response(200)
        for name, value in (("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


def test_a_cluster_of_an_older_version_is_named() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Old) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        with pytest.raises(RasidError, match=r"is 8\.19\.1; Rasid needs 9 or newer"):
            connect(Settings(ELASTICSEARCH_URL=f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()


def test_an_index_that_someone_made_is_named(client: Elasticsearch) -> None:
    client.indices.create(index="articles-2025.03", mappings={"properties": {"title": {"type": "long"}}})
    client.indices.delete_index_template(name="rasid-articles")
    with pytest.raises(RasidError, match=r"articles-2025\.03 was not made by Rasid's template \(.*delete it"):
        set_up(client, synonyms(CONFIG))
    client.indices.delete(index="articles-2025.03")
    set_up(client, synonyms(CONFIG))


@pytest.mark.long
def test_a_search_over_a_node_that_starts(rasid: Rasid) -> None:
    """Killed with documents in it, it answers before its shards do."""
    node = LocalNode(rasid.data / "elasticsearch")
    running = node.start()
    try:
        with Elasticsearch(running.url, basic_auth=node.login) as client:
            set_up(client, synonyms(CONFIG))
            for month in range(1, 7):
                client.index(index=f"articles-2025.{month:02}", document={"title": "-"}, refresh=True)
        os.kill(running.pid, signal.SIGKILL)
        found = rasid("search", "nothing")
        assert "Traceback" not in found.stderr
        assert found.returncode == 0, found.stderr
    finally:
        node.stop()
