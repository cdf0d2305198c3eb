"""Kibana's objects: their fields and queries hold on the index, and they are sent as Kibana's API asks."""

import email
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from search.cluster import set_up
from search.kibana import FILES, provision, saved_search
from tests.conftest import Rasid

VIEW = json.loads((FILES / "data-view.json").read_text())
SESSIONS = json.loads((FILES / "discover-sessions.json").read_text())
# The attributes of a saved search of model version 5, by Kibana's source: required ones, and others that may stand.
ATTRIBUTES = {"title": str, "description": str, "columns": list, "sort": list, "timeRestore": bool, "timeRange": dict}


class StandIn(ThreadingHTTPServer):
    """A Kibana that checks what it is asked. It is not ready at first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.busy = 1
        self.views: dict[str, Any] = {}
        self.sessions: dict[str, Any] = {}
        self.keys: set[str | None] = set()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        assert self.path == "/s/news/api/status"
        self.server.busy -= 1
        self._answer(200 if self.server.busy < 0 else 503, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.add(self.headers["Authorization"])
        if not self.headers["kbn-xsrf"]:
            self._answer(400, {"message": "Request must contain a kbn-xsrf header."})
        elif self.path == "/s/news/api/data_views/data_view":
            asked = json.loads(body)
            assert asked.keys() == {"data_view", "override"}
            self.server.views[asked["data_view"]["id"]] = asked["data_view"]
            self._answer(200, {"data_view": asked["data_view"]})
        elif self.path == "/s/news/api/saved_objects/_import?overwrite=true":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            (part,) = email.message_from_bytes(head + body).get_payload()
            assert part.get_filename().endswith(".ndjson")
            for line in part.get_payload(decode=True).decode().splitlines():
                saved = json.loads(line)
                known = all(reference["id"] in self.server.views for reference in saved["references"])
                assert known, "missing reference"
                self.server.sessions[saved["id"]] = saved
            self._answer(200, {"success": True, "successCount": len(self.server.sessions)})
        else:
            self._answer(404, {"message": "Not Found"})

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _kibana() -> Iterator[tuple[StandIn, str]]:
    server = StandIn()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/s/news"
    finally:
        server.shutdown()
        server.server_close()


def test_what_is_sent() -> None:
    with _kibana() as (server, url):
        links = provision(f"{url}/", "the key")
        assert provision(url, "the key") == links  # again, and nothing else comes of it
        assert server.views == {"rasid-articles": VIEW}
        assert server.sessions.keys() == {session["id"] for session in SESSIONS}
        assert server.keys == {"ApiKey the key"}
        assert links["راصد: المنقول · Rasid: reposts"] == f"{url}/app/discover#/view/rasid-reposts"


def test_a_kibana_that_is_not_there() -> None:
    with pytest.raises(RasidError, match=r"was not ready within 0\.1 seconds"):
        provision("http://127.0.0.1:9", None, wait=0.1)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session["id"])
def test_sessions_hold_on_the_index(client: Elasticsearch, session: dict[str, Any]) -> None:
    attributes = saved_search(session, VIEW["id"])["attributes"]
    assert all(isinstance(attributes[name], kind) for name, kind in ATTRIBUTES.items())
    set_up(client)
    client.indices.create(index="articles-2025.03")
    fields = client.field_caps(index=VIEW["title"], fields="*")["fields"]
    assert fields[VIEW["timeFieldName"]]["date"]["aggregatable"]
    assert set(session["columns"]) <= fields.keys()
    # These queries are of the part of KQL that is Lucene's as well, but for the blanks around the colon.
    query = session["query"].replace(" : ", ":").replace(" and ", " AND ").replace("not ", "NOT ")
    asked = {"query_string": {"query": query}}
    for named in query.replace("NOT ", "").split(" AND "):
        assert named.partition(":")[0] in fields
    time = {"range": {VIEW["timeFieldName"]: {"gte": session["from"], "lte": session["to"]}}}
    client.search(index=VIEW["title"], query={"bool": {"must": asked, "filter": time}}, sort="published_at:desc")


def test_setup(rasid: Rasid, cluster: str) -> None:
    with _kibana() as (server, url):
        variables = {"ELASTICSEARCH_URL": cluster, "KIBANA_URL": url}
        done = Rasid(rasid.data, rasid.environment | variables)("setup")
        assert done.returncode == 0, done.stderr
        assert f"{url}/app/discover#/view/rasid-arms-deals" in done.stdout
        assert len(server.sessions) == len(SESSIONS)
