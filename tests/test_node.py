"""The local node: one a folder, found again, stopped cleanly, and nothing acknowledged is lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.node.local_node import LocalNode
from tests.conftest import Rasid


@pytest.fixture
def node(tmp_path: Path) -> Iterator[LocalNode]:
    node = LocalNode(tmp_path / "node")
    yield node
    node.stop()


def test_life_of_a_node(node: LocalNode) -> None:
    assert node.status() is None
    assert node.stop() is False
    first = node.start()
    assert first.url.startswith("http://127.0.0.1:")
    assert node.start() == LocalNode(node.folder).start() == first
    with Elasticsearch(first.url) as client:
        assert client.info()["version"]["number"] == first.version == "9.5.3"
        assert client.cluster.health()["status"] in {"green", "yellow"}
        for number in range(50):
            client.index(index="articles-2025.03", id=str(number), document={"number": number})
    os.kill(first.pid, signal.SIGKILL)  # no refresh, no flush: only the translog has them

    second = node.start()
    assert second.pid != first.pid
    with Elasticsearch(second.url) as client:
        client.cluster.health(wait_for_status="yellow")
        client.indices.refresh(index="articles-2025.03")
        assert client.count(index="articles-2025.03")["count"] == 50
    assert node.stop() is True
    assert node.status() is None


def test_a_node_that_cannot_start_says_why(tmp_path: Path) -> None:
    from rasid.errors import RasidError

    with pytest.raises(RasidError, match="did not start"):
        LocalNode(tmp_path, heap="1k").start()


def test_commands(rasid: Rasid) -> None:
    assert rasid("es", "status").returncode == 1
    try:
        start = rasid("es", "start")
        assert start.stdout.startswith("Elasticsearch 9.5.3 at http://127.0.0.1:")
        assert rasid("es", "start").stdout == rasid("es", "status").stdout == start.stdout
        assert (rasid.data / "elasticsearch" / "logs" / "elasticsearch.log").exists()
    finally:
        assert rasid("es", "stop").stdout == "stopped\n"
    assert rasid("es", "stop").stdout == "was not running\n"


def test_with_an_address_nothing_is_started(rasid: Rasid, cluster: str) -> None:
    rasid.environment["ELASTICSEARCH_URL"] = cluster
    assert rasid("es", "start").stdout == f"nothing started: ELASTICSEARCH_URL is {cluster}\n"
    assert rasid("setup").returncode == 0
    assert not (rasid.data / "elasticsearch").exists()


def test_a_cluster_that_does_not_answer(rasid: Rasid) -> None:
    rasid.environment["ELASTICSEARCH_URL"] = "http://127.0.0.1:9"
    result = rasid("search", "سلاح")
    assert result.returncode == 1
    assert "Elasticsearch at http://127.0.0.1:9 cannot be used" in result.stderr
    assert "Traceback" not in result.stderr
