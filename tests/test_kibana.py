"""Kibana's objects: they are of the form that Kibana's API asks, and hold on the index with data.

Kibana itself cannot run here. So each body is checked against what is written down of its OpenAPI document, each field
against the mappings, and each panel and session is turned into the request that Kibana makes of it, and run.
"""

import email
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from jsonschema import Draft202012Validator
from upath import UPath

from rasid.errors import RasidError
from rasid.records import ARTICLES, REJECTED, CaptureRef, Rejected
from rasid.reports import Health, Problem, Step
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.health import index_health
from search.indexing import index_day
from search.kibana import FILES, RENEWED, provision, saved_search
from search.rejected import index_rejected
from search.runs import index_run
from tests.conftest import Rasid, emptied
from tests.pages import FARM, OUTLETS, SITES, sample_article

SCHEMA = json.loads(Path(__file__).with_name("kibana.schema.json").read_text())
VIEWS = {view["id"]: view for view in json.loads((FILES / "data-views.json").read_text())}
SESSIONS = json.loads((FILES / "discover-sessions.json").read_text())
DASHBOARDS = {file.stem: json.loads(file.read_text()) for file in sorted((FILES / "dashboards").glob("*.json"))}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['config']['title'].partition(' · ')[2]}")
    for name, dashboard in DASHBOARDS.items()
    for panel in dashboard["panels"]
]


def _check(body: Any, kind: str) -> None:
    schema = {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}
    mistakes = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]
    assert not mistakes


class StandIn(ThreadingHTTPServer):
    """A Kibana that checks what it is asked. It is not ready at first, and has no space but the default one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.busy = 1
        self.spaces: set[str] = set()
        self.got: dict[str, dict[str, Any]] = {"view": {}, "search": {}, "dashboard": {}}
        self.keys: set[str | None] = set()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        if self.path == "/api/status":
            self.server.busy -= 1
            self._answer(200 if self.server.busy < 0 else 503, {})
        else:
            assert self.path == "/api/spaces/space/news"
            self._answer(200 if "news" in self.server.spaces else 404, {})

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/api/spaces/space":
            _check(json.loads(body), "create_space")
            self.server.spaces.add(json.loads(body)["id"])
            self._answer(200, {})
        elif self.path == "/s/news/api/data_views/data_view":
            asked = json.loads(body)
            _check(asked, "create_data_view")
            self.server.got["view"][asked["data_view"]["id"]] = asked["data_view"]
            self._answer(200, {"data_view": asked["data_view"]})
        elif self.path == "/s/news/api/saved_objects/_import?overwrite=true":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            (part,) = email.message_from_bytes(head + body).get_payload()
            assert part.get_filename().endswith(".ndjson")
            for line in part.get_payload(decode=True).decode().splitlines():
                saved = json.loads(line)
                _check(saved, "saved_search")
                assert all(reference["id"] in self.server.got["view"] for reference in saved["references"])
                self.server.got["search"][saved["id"]] = saved
            self._answer(200, {"success": True})
        else:
            self._answer(404, {"message": "Not Found"})

    def do_PUT(self) -> None:
        body = json.loads(self._body())
        before, _, id_ = self.path.rpartition("/")
        assert before == "/s/news/api/dashboards"
        _check(body, "dashboard")
        self.server.got["dashboard"][id_] = body
        self._answer(200, {"id": id_, "data": body, "meta": {}})

    def _body(self) -> bytes:
        assert self.headers["kbn-xsrf"]
        self.server.keys.add(self.headers["Authorization"])
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _kibana() -> Iterator[tuple[StandIn, str]]:
    server = StandIn()
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def news(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elasticsearch]:
    """An index with what the panels show."""
    storage = Storage(UPath(tmp_path_factory.mktemp("news")))
    original = sample_article("sharqonline", SITES["sharqonline"].stories[0])
    write_whole(storage.articles(DAY, "sharqonline"), ARTICLES.dumps([original, sample_article("alsaleh", FARM)]))
    page = Rejected(
        "alsaleh", "https://alsaleh.example.org/a", "empty", "3 words", datetime(2025, 3, 10, tzinfo=UTC),
        CaptureRef("captures/2025-03-10/alsaleh.warc.gz", 7, "sha1:A"),
    )  # fmt: skip
    write_whole(storage.rejected(DAY, "alsaleh"), REJECTED.dumps([page]))
    problems = (Problem("rejected", "1 of 2"),)
    with emptied(cluster) as client:
        index_day(client, storage, DAY, ["sharqonline"])
        index_rejected(client, storage, DAY, ["alsaleh"])
        index_health(client, DAY, [Health(OUTLETS["alsaleh"], 2, {}, 2, 1, 0, {"empty": 1}, 3.0, problems)])
        crawl = Step("crawl", "alsaleh", "failed", datetime(2025, 3, 10, 4, tzinfo=UTC), 3.0, {"found": 2}, "no answer")
        index_run(client, DAY, "scheduled", [crawl, replace(crawl, stage="index", outlet=None, state="done")])
        yield client


def test_what_is_sent() -> None:
    with _kibana() as (server, url):
        links = provision(f"{url}/", "the key", "news")
        assert provision(url, "the key", "news") == links  # again, and nothing else comes of it
        assert server.got["view"] == VIEWS
        assert server.got["search"].keys() == {session["id"] for session in SESSIONS}
        assert server.got["dashboard"] == DASHBOARDS
        assert server.keys == {"ApiKey the key"}
        assert links["راصد: المنقول · Rasid: reposts"] == f"{url}/s/news/app/discover#/view/rasid-reposts"
        assert links["راصد الأخبار العربية · Arabic news monitor"] == f"{url}/s/news/app/dashboards#/view/rasid-news"


def test_the_links_in_messages_are_to_the_space() -> None:
    assert Settings(KIBANA_URL="http://k/", KIBANA_SPACE="news").kibana_page == "http://k/s/news"
    assert Settings(KIBANA_URL="http://k/").kibana_page == "http://k"
    assert Settings().kibana_page is None


def test_a_kibana_that_is_not_there() -> None:
    with pytest.raises(RasidError, match=r"was not ready within 0\.1 seconds"):
        provision("http://127.0.0.1:9", None, wait=0.1)


def test_all_of_it_says_that_it_is_renewed() -> None:
    shown = [dashboard["description"] for dashboard in DASHBOARDS.values()]
    shown += [saved_search(session)["attributes"]["description"] for session in SESSIONS]
    assert len(shown) == len(DASHBOARDS) + len(SESSIONS)
    assert all(text.endswith(RENEWED) for text in shown)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session["id"])
def test_sessions_hold_on_the_index(news: Elasticsearch, session: dict[str, Any]) -> None:
    _check(saved_search(session), "saved_search")
    view = VIEWS[session["view"]]
    fields = _fields(news, view)
    assert set(session["columns"]) <= fields.keys()
    assert _is_aggregatable(fields, session["sort"])
    everything = {"query": {"bool": {"filter": _lucene(fields, session["query"])}}, "sort": {session["sort"]: "desc"}}
    assert news.search(index=view["title"], body=everything)["hits"]["hits"]  # whenever: the samples are of one day


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view["id"])
def test_data_views_are_of_fields_that_exist(news: Elasticsearch, view: dict[str, Any]) -> None:
    fields = _fields(news, view)
    assert "date" in fields[view["timeFieldName"]]
    assert {*view["fieldAttrs"], *view.get("fieldFormats", {})} <= fields.keys()


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
def test_dashboards_are_of_kibanas_form(news: Elasticsearch, dashboard: dict[str, Any]) -> None:
    _check(dashboard, "dashboard")
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        grid = panel["grid"]
        assert grid["x"] + grid["w"] <= 48
        columns, rows = range(grid["x"], grid["x"] + grid["w"]), range(grid["y"], grid["y"] + grid["h"])
        cells = {(x, y) for x in columns for y in rows}
        assert not cells & taken
        taken |= cells
    for control in dashboard["pinned_panels"]:
        view = VIEWS[control["config"]["data_view_id"]]
        assert _is_aggregatable(_fields(news, view), control["config"]["field_name"])


@pytest.mark.parametrize("panel", PANELS)
def test_panels_hold_on_the_index(news: Elasticsearch, panel: dict[str, Any]) -> None:
    config = panel["config"]
    if panel["type"] == "discover_session":
        (tab,) = config["tabs"]
        view = VIEWS[tab["data_source"]["ref_id"]]
        fields = _fields(news, view)
        assert set(tab["column_order"]) <= fields.keys()
        (sort,) = tab["sort"]
        assert _is_aggregatable(fields, sort["name"])
        body = {"query": _query(fields, tab), "sort": {sort["name"]: sort["direction"]}}
        assert news.search(index=view["title"], body=body)["hits"]["hits"]
        return
    for layer in config.get("layers", [config]):
        view = VIEWS[layer["data_source"]["ref_id"]]
        fields = _fields(news, view)
        metrics = layer.get("metrics") or layer["y"]
        buckets = layer.get("rows") or [layer[name] for name in ("x", "breakdown_by") if name in layer]
        body = {"size": 0, "query": _query(fields, config), "aggs": _aggregations(fields, buckets, metrics)}
        answer = news.search(index=view["title"], body=body)
        assert answer["hits"]["total"]["value"]
        for name, found in answer["aggregations"].items():
            assert found.get("buckets") or found.get("value") or found.get("doc_count"), f"{name} is empty"


def _fields(client: Elasticsearch, view: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = client.field_caps(index=view["title"], fields="*")["fields"]
    return fields


def _is_aggregatable(fields: dict[str, Any], name: str) -> bool:
    return all(kind["aggregatable"] for kind in fields[name].values())


def _query(fields: dict[str, Any], holder: dict[str, Any]) -> dict[str, Any]:
    query = holder.get("query", {"expression": "", "language": "lucene"})
    assert query["language"] == "lucene"
    return _lucene(fields, query["expression"])


def _lucene(fields: dict[str, Any], expression: str) -> dict[str, Any]:
    """As Kibana sends it. All that is asked of here are fields, which Elasticsearch would not miss if one is gone."""
    for named in expression.replace("NOT ", "").split(" AND ") if expression else ():
        assert named.partition(":")[0] in fields
    return {"query_string": {"query": expression}} if expression else {"match_all": {}}


def _aggregations(fields: dict[str, Any], buckets: list[Any], metrics: list[Any]) -> dict[str, Any]:
    """The aggregations that Kibana makes of buckets, each within the one before, and of the metrics of the last."""
    if not buckets:
        return {str(number): _metric(fields, metric) for number, metric in enumerate(metrics)}
    bucket, *within = buckets
    inner = _aggregations(fields, within, metrics)
    if bucket["operation"] == "date_histogram":
        assert "date" in fields[bucket["field"]]
        made = {"date_histogram": {"field": bucket["field"], "calendar_interval": bucket["suggested_interval"]}}
    else:
        (name,) = bucket["fields"]
        assert _is_aggregatable(fields, name)
        made = {"terms": {"field": name, "size": bucket["limit"]}}
        if rank := bucket.get("rank_by"):
            assert metrics[rank["metric_index"]]["operation"] == "count"  # of which Elasticsearch's order is _count
            made["terms"]["order"] = {"_count": rank["direction"]}
    return {bucket["operation"]: {**made, "aggs": inner}}


def _metric(fields: dict[str, Any], metric: dict[str, Any]) -> dict[str, Any]:
    if "filter" in metric:
        assert metric["operation"] == "count"
        return {"filter": _query(fields, {"query": metric["filter"]})}
    if metric["operation"] == "count":
        return {"filter": {"match_all": {}}}
    assert _is_aggregatable(fields, metric["field"])
    return {{"unique_count": "cardinality", "sum": "sum"}[metric["operation"]]: {"field": metric["field"]}}


def test_setup(rasid: Rasid, cluster: str) -> None:
    with _kibana() as (server, url):
        variables = {"ELASTICSEARCH_URL": cluster, "KIBANA_URL": url, "KIBANA_SPACE": "news"}
        done = Rasid(rasid.data, rasid.environment | variables)("setup")
        assert done.returncode == 0, done.stderr
        assert f"{url}/s/news/app/discover#/view/rasid-arms-deals" in done.stdout
        assert f"{url}/s/news/app/dashboards#/view/rasid-operations" in done.stdout
        assert len(server.got["search"]) == len(SESSIONS)
