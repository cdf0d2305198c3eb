"""What the reading desk answers to requests that no page of its own sends."""

import csv
import http.client
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest

from alerts.deliveries import OLD, record_old
from alerts.report_words import Language
from desk.alert_pages import alerting_of
from desk.guard import form_key
from desk.named_fields import by_ids
from desk.rendering import _templates, clock
from desk.words import COLUMNS, WORDS
from pipeline.outlet_file import ADDED, write_outlets
from processing.topics.labels import kept_labels
from rasid.outlets import Source
from search import register, spreadsheet
from search.client import Cluster
from search.indexed import article_of
from search.register import DealQuery, find_deals
from tests.pages import SITES
from tests.reading_desk import NOW, REJECTED_PAGE, TEXT, TODAY, Reading, every_page, reading_of, served

LONG = "9" * 10_000


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def told(self) -> bool:
        """Whether it is a page that says a sentence, and no mistake of ours."""
        return "<main" in self.text and "Traceback" not in self.text and "Internal Server Error" not in self.text


@dataclass(frozen=True)
class Asked(Reading):
    """A desk that is served and can be asked for anything."""

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"rasid_desk={self.desk.token}"}

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers or {})

    def post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, kind | headers, urlencode(form))

    def ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest(method, path, skip_host="Host" in headers)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode() if body is not None else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, answer.headers, text)


@pytest.fixture(scope="module")
def asked(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with reading_of(cluster, tmp_path_factory.mktemp("desk")) as found:
        yield Asked(**vars(found))


def _label(asked: Asked) -> dict[str, str]:
    return {"key": form_key(asked.desk, asked.desk.user), "article": asked.original, "grade": "2"}


OWN = ("/today/seen", "/today/topics")
"""Forms that change what the reader's browser keeps, for which she needs no token."""


def _own(asked: Asked, path: str, **form: str) -> Answer:
    return asked.post(path, {"key": form_key(asked.desk, ""), **form}, {"Origin": asked.base})


def _labels(asked: Asked) -> int:
    return len(kept_labels(asked.desk.storage, "arms_deals").records)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost@evil.example", "[evil"]
)
def test_another_host_is_refused(asked: Asked, host: str) -> None:
    assert asked.get("/", {"Host": host}).status in {400, 403}
    assert asked.get("/", {"Host": asked.host}).status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "http://[", "file://", "x"]
)
def test_another_origin_is_refused(asked: Asked, origin: str) -> None:
    assert asked.get("/", {"Origin": origin}).status == 403
    before = _labels(asked)
    answer = asked.post("/topics/arms_deals/label", _label(asked), {**asked.cookie, "Origin": origin})
    assert answer.status == 403
    assert _labels(asked) == before


def test_what_a_form_must_have(asked: Asked) -> None:
    path, ours = "/topics/arms_deals/label", {"Origin": asked.base}
    form = _label(asked)
    before = _labels(asked)
    wrong = [
        (form, {**asked.cookie}),  # from nowhere
        (form, ours),  # without the token
        (form, {**ours, "Cookie": "rasid_desk=wrong"}),
        (form, {**ours, "Cookie": "rasid_desk=\xe9"}),
        ({**form, "key": ""}, {**ours, **asked.cookie}),
        ({**form, "key": "\ud83d wrong".encode("utf-8", "replace").decode()}, {**ours, **asked.cookie}),
        ({**form, "key": form_key(asked.desk, "another")}, {**ours, **asked.cookie}),
        ({**form, "key": form_key(asked.desk, "")}, {**ours, **asked.cookie}),
        ({**form, "key": form_key(asked.desk, "")}, ours),
    ]
    for given, headers in wrong:
        assert asked.post(path, given, headers).status == 403
    for path_of in ("/topics/arms_deals/train", "/topics/arms_deals/install", "/alerts/new", "/alerts/retry",
                    "/alerts/arms_deals/change", "/alerts/arms_deals/pause", "/alerts/arms_deals/delete",
                    "/alerts/arms_deals/restore",
                    "/outlets/new", "/outlets/annasr/check", "/outlets/annasr/remove"):  # fmt: skip
        assert asked.post(path_of, {}, {**ours, **asked.cookie}).status == 403
    for path_of in OWN:
        assert asked.get(path_of).status == 405
        for given, headers in (({}, ours), ({"key": form_key(asked.desk, "")}, {}), ({"key": "x"}, ours)):
            answer = asked.post(path_of, given, headers)
            assert answer.status == 403
            assert "Set-Cookie" not in answer.headers
    assert _labels(asked) == before
    for grade in ("", "3", "two"):
        assert asked.post(path, {**form, "grade": grade}, {**ours, **asked.cookie}).status == 400
    assert asked.post(path, {**form, "article": "none"}, {**ours, **asked.cookie}).status == 400
    assert asked.post(path, form, {**ours, **asked.cookie}).status == 303
    assert _labels(asked) == before + 1


def test_nobody_changes_a_desk_that_is_only_read(asked: Asked) -> None:
    desk = replace(asked.desk, read_only=True)
    with served(desk) as base:
        only_read = replace(asked, desk=desk, base=base)
        before = _labels(asked)
        for path in ("/topics/arms_deals/label", "/topics/arms_deals/train", "/alerts/retry", "/outlets/new"):
            answer = only_read.post(path, _label(asked), {**asked.cookie, "Origin": base})
            assert answer.status == 403
        assert _labels(asked) == before
        for path in every_page(asked.original, asked.copy).values():
            text = only_read.get(quote(path, safe="/?=&%"), asked.cookie).text
            forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', text)
            assert len(forms) == text.count('method="post"')
            assert {*forms} <= {"/enter", *OWN}, path
        for path in OWN:  # what a browser alone keeps
            assert only_read.post(path, {"key": form_key(desk, "")}, {"Origin": base}).status == 303


def test_the_token_opens_the_desk_and_cookies_are_kept_from_scripts(asked: Asked) -> None:
    assert asked.get("/enter?token=wrong").status == 403
    assert asked.post("/enter", {"token": "wrong"}, {"Origin": asked.base}).status == 403
    entered = asked.get(f"/enter?token={asked.desk.token}")
    cookies = [
        entered.headers["Set-Cookie"],
        asked.get("/language/en").headers["Set-Cookie"],
        *(_own(asked, path).headers["Set-Cookie"] for path in OWN),
    ]
    assert all("HttpOnly" in cookie and "SameSite" in cookie for cookie in cookies)
    assert "samesite=strict" in cookies[0].lower()


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "evil.example",
     "/\n//evil.example", "javascript:alert(1)", "/\r\nLocation: https://evil.example", "http:evil.example", "",
     "/%09/evil.example", "/../..//evil.example"],
)  # fmt: skip
def test_the_language_leads_to_no_other_site(asked: Asked, back: str) -> None:
    answer = asked.get(f"/language/en?{urlencode({'back': back})}")
    place = answer.headers["Location"]
    assert answer.status == 303
    assert len(answer.headers.get_all("Location") or ()) == 1
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert not set(place) & set("\t\r\n")


ODD = [
    *(f"/{room}/{id_}" for room in ("articles", "stories", "deals", "outlets", "alerts", "topics", "jobs", "static")
      for id_ in ("..%2f", "..%2F..%2F..%2Fetc%2Fpasswd", "%00", "%ff", "%E2%80%AE", "*", LONG, "%7B%7B7*7%7D%7D",
                  "%0a", "_all")),
    *(f"/articles/{id_}/{page}" for id_ in ("*", LONG, "%00") for page in ("why", "captured", "revisions")),
    *(f"/?page={value}" for value in ("0", "-1", "x", "500", "9999", "10000", LONG, "1.5", "%D9%A3", "%C2%B2")),
    *(f"/rejected?page={value}" for value in ("0", "-1", "x", "500", "10000", LONG, "%C2%B2")),
    *(f"/?span={value}" for value in ("year", "%00", LONG)),
    *(f"/{page}?{name}={value}" for page in ("", "deals") for name in ("since", "until")
      for value in ("0001-01-01", "9999-12-31", "x", "2026-13-40", "%00", LONG, "20260101", "2026-W01-1")),
    *(f"/?q={quote(query)}" for query in (
        '"', "(", "a AND", "a:b:c:d", "/[/", "[1 TO", "*", "?", "* *", "~", "^", "\\", "published_at:x", "nofield:x",
        "word_count:x", "title:/(a+)+b/", "\x00", "a" * 10_000, "(" * 1000, " OR ".join(["ا"] * 1000), "_exists_:x",
        "a~9",         "\u202e", "{!x}", "country:DZ AND", "capture.offset:[* TO x]")),
    *(f"/search.{kind}?q={quote(query)}" for kind in ("csv", "json") for query in ('"', "published_at:x")),
    *(f"/?{name}={value}" for name in ("topic", "outlet", "country", "weapon", "person", "sort", "copies")
      for value in ("%00", LONG, "*", "%22", "%E2%80%AE")),
    *(f"/why?url={value}" for value in (
        LONG, "%00", "http%3A%2F%2F%5B", "javascript%3Aalert(1)", "http%3A%2F%2Fu%3Ap%40a.example%2F", "%20",
        "*", "http%3A%2F%2Fa.example%3Ax%2F")),
    *(f"/deals?{name}={value}" for name in ("supplier", "weapon", "stage") for value in ("%00", LONG, "*", "XX")),
    *(f"/stories/none?first={value}" for value in ("%00", LONG)),
    *(f"/topics/arms_deals/teach?passed={value}" for value in ("%00", LONG)),
    "/alerts/new", f"/alerts/new?q={LONG}", "/alerts/new?span=x", "/outlets/new?x=1", "/%2e%2e/%2e%2e/etc/passwd",
    "//evil.example/", "/nothing", "/articles/", "/enter?token=%00", f"/enter?token={LONG}", "/enter?token=%E2%80%AE",
]  # fmt: skip


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:60])
def test_an_odd_address_is_answered_with_a_page(asked: Asked, path: str) -> None:
    answer = asked.get(path)
    assert answer.status < 500
    assert answer.status in {200, 303, 307, 400, 403, 404}
    if answer.status not in {303, 307} and not path.startswith(("/static", "/search.")):
        assert answer.told or "captured" in path


@pytest.mark.parametrize("path", ["/?q=", "/why?url=", "/stories/", "/deals?weapon=", "/outlets/", "/?page=1&x="])
def test_an_address_that_is_too_long_is_refused(asked: Asked, path: str) -> None:
    assert asked.get(path + "9" * 50_000).status == 414


@pytest.mark.parametrize(
    "cookie",
    [
        *("rasid_seen=x", f"rasid_seen={LONG}", "rasid_seen=9999-12-31T00:00:00+00:00"),
        *("rasid_seen=0001-01-01T00:00:00+14:00", "rasid_language=x", "rasid_desk=%00"),
        *("rasid_topics=gone", "rasid_topics=..%00", f"rasid_topics={LONG}"),
    ],
)
def test_odd_cookies(asked: Asked, cookie: str) -> None:
    assert asked.get("/today", {"Cookie": cookie}).status == 200


def test_forms_that_none_of_our_pages_sends(asked: Asked) -> None:
    ours = {"Origin": asked.base, **asked.cookie}
    kinds = ["multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain"]
    for kind in kinds:
        answer = asked.ask("POST", "/topics/arms_deals/label", {**ours, "Content-Type": kind}, "--x\r\n{}[")
        assert answer.status in {400, 403}
    for path in ("/articles/x", "/search.csv", "/static/desk.css"):
        assert asked.ask("POST", path, ours, "").status in {404, 405}


def test_each_answer_keeps_to_itself(asked: Asked) -> None:
    for path in ("/", f"/articles/{asked.original}", "/static/desk.js", "/nothing", "/search.json"):
        headers = asked.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
    captured = asked.get(f"/articles/{asked.original}/captured").headers
    assert captured["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_another_sites_page_has_the_index_search_for_nobody(asked: Asked) -> None:
    for site in ("cross-site", "same-site"):
        assert asked.get("/?q=a", {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "image"}).status == 403
        assert asked.get("/?q=a", {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document"}).status == 200  # a link
    for site in ("same-origin", "none"):
        assert asked.get("/?q=a", {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "image"}).status == 200


def test_who_never_asks_takes_nobodys_place(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.serving.HEAD_SECONDS", 0.5)
    with served(asked.desk) as base:
        place = urlsplit(base)
        never, half, idle = (socket.create_connection((place.hostname, place.port), timeout=60) for _ in range(3))
        head = f"GET /static/icon.svg HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
        half.sendall(head[:20])
        idle.sendall(head)
        assert idle.recv(100).startswith(b"HTTP/1.1 200 ")
        for client in (never, half, idle):
            while client.recv(10_000):  # until it is closed
                pass


def test_a_form_without_end_is_refused_and_keeps_no_desk_from_ending(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    head = (
        f"POST /topics/arms_deals/label HTTP/1.1\r\nOrigin: {asked.base}\r\nCookie: rasid_desk={asked.desk.token}\r\n"
    )
    head += "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n"
    monkeypatch.setattr("desk.guard.FORM_SECONDS", 2.0)
    with served(asked.desk) as base:
        place, head = urlsplit(base), head.replace(asked.base, base)
        head += f"Host: {place.netloc}\r\n\r\n"
        clients = [socket.create_connection((place.hostname, place.port), timeout=60) for _ in range(3)]
        slow, large, gone = clients
        for client in clients:
            client.sendall(head.encode() + b"2\r\na=\r\n")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")
        large.sendall(b"1e8480\r\n" + b"a" * 2_000_000 + b"\r\n")
        # too large, or too late on a machine that is busy
        assert large.recv(1000).startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 408 "))
        gone.close()
        much = replace(asked, base=base).post("/enter", {"token": "x" * 2_000_000}, {"Origin": base})
        assert much.status in {408, 413}
        monkeypatch.setattr("desk.guard.FORM_SECONDS", 1e6)
        waits = socket.create_connection((place.hostname, place.port))
        waits.sendall(head.encode())
    waits.close()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("name", ["topics.yaml", "entities.yaml", "outlets.yaml", "alerts.yaml", "models/caatsa.json"])
def test_while_a_file_has_a_mistake_reading_goes_on(asked: Asked, name: str) -> None:
    """As while it is being saved."""
    pages = [quote(path, safe="/?=&%") for path in every_page(asked.original, asked.copy).values()]
    usual = {path: asked.get(path, asked.cookie).status for path in pages}
    file = asked.desk.settings.config / name
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before[: len(before) // 2] + b"[{" if before else b"{")
    try:
        for path in pages:
            answer = asked.get(path, asked.cookie)
            assert answer.told
            assert answer.status == usual[path] or (answer.status == 400 and Path(name).name in answer.text)
        assert asked.get("/").status == asked.get(f"/stories/{asked.original}").status == 200
    finally:
        file.unlink() if before is None else file.write_bytes(before)
    assert asked.get("/topics").status == asked.get("/alerts").status == 200


def test_what_the_disk_refuses_is_said(asked: Asked) -> None:
    labels = asked.desk.storage.root / "labels"
    aside = labels.rename(f"{labels}-aside") if labels.exists() else None
    labels.touch()
    try:
        before = {**asked.cookie, "Origin": asked.base}
        answer = asked.post("/topics/arms_deals/label", _label(asked), before)
        assert answer.status == 503
        assert answer.told
        assert f"{labels}: File exists; a file stands where a folder is to be" in answer.text
    finally:
        labels.unlink()
        if aside:
            aside.rename(labels)
    assert asked.post("/topics/arms_deals/label", _label(asked), before).status == 303


def test_a_mistake_of_ours_is_told_with_a_reference_to_the_log(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    broken = {"id": "broken", "story_id": "broken", "title": "كركدن", "published_at": NOW.isoformat()}  # no address
    asked.desk.client.index(index=f"articles-{NOW:%Y.%m}", id="broken", document=broken, refresh=True)
    try:
        pages = {
            language: asked.get("/articles/broken", {"Cookie": f"rasid_language={language}"})
            for language in ("ar", "en")
        }
        as_json = asked.get(f"/search.json?q={quote('كركدن')}")
        as_csv = asked.get(f"/search.csv?q={quote('كركدن')}")
    finally:
        asked.desk.client.delete(index=f"articles-{NOW:%Y.%m}", id="broken", refresh=True)
    assert {answer.status for answer in (*pages.values(), as_json, as_csv)} == {500}
    references = []
    for language, answer in pages.items():
        assert answer.told
        assert WORDS[language]["unexpected"] in answer.text
        assert WORDS[language]["unexpected_advice"] in answer.text
        references += re.findall(r'<code dir="ltr">([0-9a-f]{8})</code>', answer.text)
    told = json.loads(as_json.text)
    (row,) = csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff")))
    assert told["error"] == row[COLUMNS["ar"]["error"]] == WORDS["ar"]["unexpected"]
    assert as_csv.headers["Content-Type"].startswith("text/csv")
    references += [told["reference"], row[COLUMNS["ar"]["reference"]]]
    logged = [record for record in caplog.records if record.name == "desk.failing"]
    assert [record.getMessage().partition(":")[0] for record in logged] == references
    assert len(set(references)) == 4
    assert all(record.exc_info and "url" in str(record.exc_info[1]) for record in logged)
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]  # it is logged once


@pytest.mark.parametrize("path", ["/search.json?page=x", "/search.csv?page=x", "/deals.csv?since=x"])
def test_what_is_wrong_with_a_table_is_told_in_its_form(asked: Asked, path: str) -> None:
    answer = asked.get(path)
    assert answer.status == 400
    if ".json" in path:
        assert json.loads(answer.text) == {"error": "page: expected a number from 1 to 9999 (it is 'x')"}
    else:
        assert answer.text.startswith(f"\ufeff{COLUMNS['ar']['error']}\r\n")


def test_a_topic_judges_articles_again_only_when_they_or_it_have_changed(asked: Asked) -> None:
    desk = asked.desk
    judged = desk.judged("arms_deals")
    assert judged
    assert desk.judged("arms_deals") is judged
    file = desk.storage.articles(TODAY, "annasr")
    os.utime(str(file), (NOW.timestamp() + 60,) * 2)
    again = desk.judged("arms_deals")
    assert again is not judged
    assert [each.digest for each in again] == [each.digest for each in judged]
    assert desk.judged("caatsa") is not again


def test_pages_are_of_stories_and_one_too_far_says_so(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.searching.SIZE", 2)
    whole = json.loads(asked.get("/search.json?topic=arms_deals").text)
    stories, articles = len(whole["hits"]), whole["total"]
    assert stories < articles
    last = -(-stories // 2)

    def said(number: int, what: str) -> str:
        return _templates().from_string(f'{{{{ {number}|counted("{what}") }}}}').render(language="ar")

    for number in range(1, last + 1):
        text = asked.get(f"/?topic=arms_deals&page={number}").text
        assert f"{number} / {last}" in text or last == 1
        assert WORDS["ar"]["no_more"] not in text
        assert (said(articles, "articles") + " " + said(stories, "in_stories")) in text
    beyond = asked.get(f"/?topic=arms_deals&page={last + 1}").text
    assert WORDS["ar"]["no_more"] in beyond
    assert WORDS["ar"]["nothing"] not in beyond


@contextmanager
def _also(asked: Asked, of: str, id_: str, **fields: object) -> Iterator[None]:
    """An article as another one is, in a story of its own and with other fields, while the context lasts."""
    client, index = asked.desk.client, f"articles-{NOW:%Y.%m}"
    source = client.get(index=index, id=of)["_source"]
    document = {**source, "id": id_, "story_id": id_, "is_repost": False, **fields}
    client.index(index=index, id=id_, document=document, refresh=True)
    try:
        yield
    finally:
        client.delete(index=index, id=id_, refresh=True)


def test_an_answer_shows_at_once_wherever_the_article_stands_and_is_taken_back(asked: Asked) -> None:
    ours = {"Origin": asked.base, **asked.cookie}
    path, form = "/topics/caatsa/label", {**_label(asked), "from": "article"}
    lists = ["/?topic=caatsa", "/topics/caatsa", "/alerts/caatsa", "/today", f"/articles/{asked.original}/why"]

    def told(place: str, said: str = "said_0") -> bool:
        return f"{WORDS['ar']['your_answer']}: <b>{WORDS['ar'][said]}</b>" in asked.get(place, asked.cookie).text

    for grade in ("2", "0"):
        answer = asked.post(path, {**form, "grade": grade}, ours)
        assert answer.headers["Location"] == f"/articles/{asked.original}?labelled=caatsa#said-caatsa"
        assert all(told(place, f"said_{grade}") for place in [*lists, f"/articles/{asked.original}"])
    with _also(asked, asked.original, "twin"):  # the same text needs no second answer
        assert all(map(told, ("/articles/twin", "/articles/twin/why")))
        assert WORDS["ar"]["of_same_text"] in asked.get("/articles/twin", asked.cookie).text
    assert asked.desk.user in asked.get("/?topic=caatsa").text  # of whom others read
    assert asked.post(path, {**form, "grade": "back"}, ours).status == 303
    assert not any(map(told, [*lists, f"/articles/{asked.original}"]))
    assert asked.post(path, {**form, "grade": "back"}, ours).status == 303  # of what is not said, nothing
    assert not kept_labels(asked.desk.storage, "caatsa").records


def _alert(asked: Asked, path: str, **form: str) -> Answer:
    key = {"key": form_key(asked.desk, asked.desk.user)}
    return asked.post(path, key | form, {"Origin": asked.base, **asked.cookie})


def test_an_alert_is_named_told_to_somebody_followed_changed_paused_and_taken_away(asked: Asked) -> None:
    form = {"name": "", "channel": "press", "address": "sana@example.org"}
    place = _alert(asked, f"/alerts/new?q={quote('منظومة')}&topic=arms_deals", **form).headers["Location"]
    path = place.removesuffix("?saved=1")
    id_ = path.rpartition("/")[2]
    assert id_ == "mnzwmh-sfqat-alslah"
    rules = lambda: {rule.id: rule for rule in alerting_of(asked.desk).rules}  # noqa: E731
    assert rules()[id_].channels == ("press", f"{id_}-mail")
    assert alerting_of(asked.desk).channels[f"{id_}-mail"].email == ("sana@example.org",)
    feed = asked.get(f"{path}/feed")  # without the token
    assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.text.startswith("<?xml version='1.0' encoding='UTF-8'?>")
    assert f"<title>{rules()[id_].name.ar}</title>" in feed.text  # one name stands once
    assert f'{path}/feed"' not in re.sub("<(link|input)[^>]*>", "", asked.get(path).text)  # no browser shows it well
    assert f"urn:rasid:alert:{id_}" in feed.text
    assert f"{asked.base}{path}/feed" in asked.get(path).text
    assert WORDS["ar"]["delete_now"] not in asked.get(path).text
    assert (
        _alert(
            asked, f"{path}/change", name="أخرى", query="إس-400", channel="press", country="DZ", outlet="annasr"
        ).status
        == 303
    )
    changed = rules()[id_]
    assert (changed.name.ar, changed.query, changed.channels, changed.topics, changed.countries, changed.outlets) == (
        "أخرى", "إس-400", ("press",), (), ("DZ",), ("annasr",),
    )  # fmt: skip
    for language in ("ar", "en"):  # what it asks for stands apart, each kind by its name
        text = asked.get(path, {"Cookie": f"{asked.cookie['Cookie']}; rasid_language={language}"}).text
        names, words = asked.desk.names(language), WORDS[language]
        for said, label in (
            (words["countries"], names["countries"]["DZ"]),
            (words["outlets"], names["outlet"]["annasr"]),
        ):
            assert f'<span class="soft">{said}:</span> {label}' in text
        assert '<input type="checkbox" name="country" value="DZ" checked>' in text
        assert '<option value="arms_deals">' in text
    assert WORDS["ar"]["not_understood"] in _alert(asked, f"{path}/change", name="x", query="(").text
    assert rules()[id_] == changed
    for paused in (True, False):
        assert _alert(asked, f"{path}/pause").status == 303
        assert rules()[id_].paused == paused
        assert (WORDS["ar"]["is_paused"] in asked.get("/alerts").text) == paused
    assert WORDS["ar"]["nothing_asked"] in _alert(asked, f"{path}/change", name="x").text
    for _ in range(2):
        gone = _alert(asked, f"{path}/delete").headers["Location"]
        assert id_ not in rules()
        assert asked.get(f"{path}/feed").status == asked.get(path).status == 404
        assert f'{WORDS["ar"]["alert_deleted"]} <bdi dir="rtl">أخرى</bdi>' in asked.get(gone).text
        assert _alert(asked, f"{path}/restore").headers["Location"] == f"{path}?restored=1"
        assert rules()[id_] == changed
    assert _alert(asked, f"{path}/restore").status == 404
    assert _alert(asked, f"{path}/delete").status == 303


def test_a_rule_that_a_person_wrote_is_hers(asked: Asked) -> None:
    file = asked.desk.settings.config / "alerts.yaml"
    before = file.read_bytes()
    for act in ("change", "pause", "delete"):
        assert _alert(asked, f"/alerts/arms_deals/{act}", name="x", query="y").status == 400
    assert file.read_bytes() == before
    text = asked.get("/alerts/arms_deals", asked.cookie).text
    line = before.decode().split("\n").index("  arms_deals:") + 1
    assert f"alerts.yaml:{line}" in text
    assert WORDS["ar"]["delete_now"] not in text


def test_what_an_alert_lacks_is_said_in_the_readers_language(asked: Asked) -> None:
    mine = asked.desk.settings.config / "alerts.d"
    before = list(mine.glob("*"))
    for query, form, said in (
        ("", {}, "nothing_asked"),
        ("span=week", {}, "nothing_asked"),
        (f"q={quote('(')}", {}, "not_understood"),
        ("q=S-400", {"address": "sana@"}, "no_address"),
    ):
        answer = _alert(asked, f"/alerts/new?{query}", name="إس-400", **form)
        assert answer.status == 400
        assert WORDS["ar"][said] in answer.text
    desk = replace(asked.desk, settings=asked.desk.settings.model_copy(update={"smtp_url": None}))
    with served(desk) as base:
        without = replace(asked, desk=desk, base=base)
        assert WORDS["ar"]["no_mail"] in without.get("/alerts/new?q=S-400", asked.cookie).text
        answer = _alert(without, "/alerts/new?q=S-400", name="x", address="sana@example.org")
        assert answer.status == 400
        assert WORDS["ar"]["no_mail"] in answer.text
    assert list(mine.glob("*")) == before
    assert "RASID_SMTP_URL" in WORDS["ar"]["no_mail"]
    asking = asked.get("/alerts/new").text
    assert WORDS["ar"]["what_to_tell"] in asking
    for field, value in (("country", "DZ"), ("outlet", "annasr"), ("weapon", "S-400"), ("topic", "arms_deals")):
        assert f'<option value="{value}">' in asking.partition(f'<select name="{field}">')[2].partition("</select>")[0]
    assert WORDS["ar"]["no_dates"] in asked.get("/alerts/new?q=S-400&span=week").text
    assert WORDS["ar"]["no_dates"] not in asked.get("/alerts/new?q=S-400").text
    for path in ("/alerts/new?q=S-400", "/outlets/new", "/enter"):
        assert not re.search(r"<input[^>]* (required|pattern=|type=.(url|email))", asked.get(path, asked.cookie).text)
    for path in ("/", "/deals"):  # of half a date, too, a browser speaks in its own language
        dated = [form for form in asked.get(path).text.split("<form")[1:] if 'type="date"' in form]
        assert dated
        assert all("novalidate" in form.partition(">")[0] for form in dated)


@pytest.mark.parametrize("title", ["", " \u200f\u00a0", "\u202e"])
def test_an_article_without_a_title_is_reached_by_its_first_words(asked: Asked, title: str) -> None:
    words = " ".join(TEXT.split())[:20]
    bare: dict[str, object] = {"topic_evidence": [], "mentions": [], "first_seen_at": NOW.isoformat()}
    with _also(asked, asked.copy, "nameless", title=title, **bare):
        for path in ("/?topic=arms_deals", "/topics/arms_deals", "/today", "/alerts/arms_deals", "/alerts/new?q=S-400",
                     "/stories/nameless", "/articles/nameless/why", "/why?url=nameless"):  # fmt: skip
            shown = re.findall(r'<a href="/articles/nameless"[^>]*>(.*?)</a>', asked.get(path).text)
            assert shown, path
            assert all(words in re.sub("<[^>]*>", "", each) for each in shown), path
        assert f'<h1 dir="auto">{WORDS["ar"]["untitled"]}</h1>' in asked.get("/articles/nameless").text


def test_what_was_marked_as_read_is_taken_back(asked: Asked) -> None:
    marked = _own(asked, "/today/seen")
    cookie = {"Cookie": marked.headers["Set-Cookie"].partition(";")[0]}
    assert f"/articles/{asked.original}" not in asked.get("/today", cookie).text
    assert f"/articles/{asked.original}" in asked.get("/today?day=1", cookie).text
    place = marked.headers["Location"]
    told = asked.get(place, cookie).text
    (undo,) = re.findall(r'name="until" value="([^"]*)"><button>' + re.escape(WORDS["ar"]["undo"]), told)
    back = asked.post("/today/seen", {"key": form_key(asked.desk, ""), "until": undo}, {"Origin": asked.base, **cookie})
    assert back.headers["Location"] == "/today"
    before = {"Cookie": back.headers["Set-Cookie"].partition(";")[0]}
    assert f"/articles/{asked.original}" in asked.get("/today", before).text


@pytest.mark.parametrize("until", ["x", "9999-12-31T00:00:00+00:00", "0001-01-01", LONG])
def test_a_time_that_cannot_be_is_now(asked: Asked, until: str) -> None:
    cookie = _own(asked, "/today/seen", until=until).headers["Set-Cookie"]
    assert f"rasid_seen={datetime.now(UTC):%Y-}" in cookie.replace('"', "")


def test_topics_that_a_reader_follows(asked: Asked) -> None:
    def followed(cookie: str) -> list[str]:
        text = asked.get("/today", {"Cookie": cookie}).text
        return re.findall(r'name="topic" value="([^"]*)" checked', text)

    every = list(asked.desk.tagger.topics)
    chosen = _own(asked, "/today/topics", topic="caatsa")
    assert chosen.headers["Location"] == "/today"
    cookie = chosen.headers["Set-Cookie"].partition(";")[0]
    assert cookie == "rasid_topics=caatsa"
    assert followed(cookie) == ["caatsa"]
    assert followed("rasid_topics=gone.caatsa") == ["caatsa"]
    for nothing in ({}, {"topic": "gone"}):  # which is all, also of topics to come
        assert "Max-Age=0" in _own(asked, "/today/topics", **nothing).headers["Set-Cookie"]
    assert followed("") == followed("rasid_topics=gone") == every


@pytest.mark.parametrize(("language", "first"), [("ar", "وقت النشر (UTC)"), ("en", "published_at")])
def test_tables_have_headings_in_the_readers_language(asked: Asked, language: Language, first: str) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}

    def headings(path: str) -> list[str]:
        return next(csv.reader(io.StringIO(asked.get(path, cookie).text.removeprefix("\ufeff"))))

    names = COLUMNS[language]
    assert headings("/search.csv")[0] == first
    assert headings("/search.csv") == [names.get(each, each) for each in spreadsheet.CSV_FIELDS]
    assert headings("/deals.csv") == [names.get(each, each) for each in register.CSV_FIELDS]
    assert headings("/deals.csv?order=sipri") == list(register.SIPRI_FIELDS)


@contextmanager
def _also_dealt(asked: Asked, words: str, quote: str, kind: str) -> Iterator[None]:
    """The register holds a deal of some words, too, while the context lasts."""
    client = asked.desk.client
    source = next(iter(find_deals(client, DealQuery()))).source
    report = json.loads(json.dumps(source["reports"][-1]))
    report["mention"]["weapon"] = [{**report["mention"]["weapon"][0], "value": words, "quote": quote}]
    other = {**source, "id": "other", "weapons": [words], "weapon_classes": [kind], "reports": [report]}
    client.index(index="deals", id="other", document=other, refresh=True)
    try:
        yield
    finally:
        client.delete(index="deals", id="other", refresh=True)


def _dealt(asked: Asked, cookie: dict[str, str], **query: str) -> set[str]:
    """The ids of the deals that the page shows."""
    return set(re.findall(r'<a href="/deals/(\w+)"', asked.get(f"/deals?{urlencode(query)}", cookie).text))


def _offered(text: str, of: str) -> list[tuple[str, str]]:
    choice = text.partition(f'<datalist id="l-{of}">')[2].partition("</datalist>")[0]
    return re.findall(r'<option value="([^"]*)" label="([^"]*)">', choice)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_deals_are_found_by_weapons_as_anybody_calls_them(asked: Asked, language: Language) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}
    system = {deal.id for deal in find_deals(asked.desk.client, DealQuery(weapons=["S-400"]))}
    assert len(system) == 1
    with _also_dealt(asked, "طايرات شبح", "بالطائرات الشبح", "fighter"):
        for name in ("S-400", "s-400", "إس-400", "أس ٤٠٠", "منظومة إس-400", "air defence", "دفاع جوي", "الدفاع الجوي"):
            assert _dealt(asked, cookie, weapon=name) == system, name
        for name in ("fighter", "مقاتلات", "مقاتلة", "بالمقاتلات", "طائرات الشبح", "الطايرات", "شبح", "طايرات شبح"):
            assert _dealt(asked, cookie, weapon=name) == {"other"}, name
        assert _dealt(asked, cookie, weapon="مقاتلات، إس-400") == {"other", *system}
        assert _dealt(asked, cookie, weapon="---") == set()
        page = asked.get("/deals", cookie).text
        assert "طائرات شبح</bdi>" in page
        assert "طايرات" not in page.partition("<table>")[2]
        assert "طائرات شبح" in asked.get("/deals.csv", cookie).text
        offered = _offered(page, "weapon")
        assert {name for name, _ in offered} >= {asked.desk.names(language)["weapons"]["S-400"]}
        for name, _ in offered:
            assert _dealt(asked, cookie, weapon=name), name
    nothing = asked.get(f"/deals?{urlencode({'weapon': 'منجنيق'})}", cookie)
    assert nothing.status == 400
    assert WORDS[language]["unknown_weapon"] in nothing.text
    assert asked.get(f"/deals.csv?{urlencode({'weapon': 'منجنيق'})}", cookie).status == 400


@pytest.mark.parametrize("language", ["ar", "en"])
def test_deals_are_chosen_by_who_is_in_them(asked: Asked, language: Language) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}
    deals = find_deals(asked.desk.client, DealQuery())
    names = asked.desk.names(language)["countries"]
    page = asked.get("/deals", cookie).text
    for side in ("supplier", "recipient"):
        (code,) = {code for deal in deals for code in getattr(deal, side)}
        first, *others = _offered(page, side)
        assert first[0] == names[code]
        assert first[1] != WORDS[language]["without_deals"]
        assert (names["EG"], WORDS[language]["without_deals"]) in others
        assert names["EU"] not in dict(others)  # a union of them
        for name in (code, names[code], asked.desk.names("ar")["countries"][code]):
            assert _dealt(asked, cookie, **{side: name}) == {deal.id for deal in deals}
    for name in ("EG", "مصر", "Egypt", " مِصر "):
        for side in ("party", "supplier", "recipient"):
            text = asked.get(f"/deals?{urlencode({side: name})}", cookie).text
            assert WORDS[language]["no_deals_party"] in text
            assert f'name="{side}" list="l-{side}" value="{names["EG"]}"' in text  # what is chosen stays chosen
    (deal,) = deals
    assert deal.caatsa_exposure
    told = asked.get(f"/deals/{deal.id}", cookie).text
    assert f'<p class="note"><b>{WORDS[language]["caatsa"]}</b>: {WORDS[language]["caatsa_why"]}' in told
    assert 'class="alarm"' not in told
    assert WORDS[language]["no_deals_supplier"] in asked.get("/deals?supplier=DZ", cookie).text
    unknown = asked.get(f"/deals?{urlencode({'party': 'زحل'})}", cookie)
    assert unknown.status == 400
    assert WORDS[language]["unknown_party"] in unknown.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_all_times_are_of_the_installations_zone_which_is_named(asked: Asked, language: Language) -> None:
    settings = asked.desk.settings.model_copy(update={"timezone": "Asia/Kathmandu"})  # 5:45 from UTC
    with served(replace(asked.desk, settings=settings)) as base:
        there = replace(asked, base=base)
        for path in every_page(asked.original, asked.copy).values():
            text = there.get(path, {"Cookie": f"rasid_language={language}"}).text
            assert clock("Asia/Kathmandu", language) in text, path
        first_seen = article_of(asked.desk.client, asked.original)
        assert first_seen
        at = datetime.fromisoformat(first_seen.source["first_seen_at"]).astimezone(ZoneInfo("Asia/Kathmandu"))
        assert f"{at:%Y-%m-%d %H:%M}" in there.get(f"/articles/{asked.original}").text.partition("<aside")[2]
        assert "UTC" not in there.get(f"/articles/{asked.original}").text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_time_that_is_searched_in_is_seen_and_taken_off(asked: Asked, language: Language) -> None:
    words, cookie = WORDS[language], {"Cookie": f"rasid_language={language}"}

    def chosen(path: str) -> list[tuple[str, str]]:
        found = asked.get(path, cookie).text.partition('<ul class="chosen"')[2].partition("</ul>")[0]
        return [
            (href.replace("&amp;", "&"), " ".join(re.sub("<[^>]*>", " ", said).split()))
            for href, said in re.findall(r'<a[^>]*href="([^"]*)">(.*?)</a>', found)
        ]

    assert chosen("/?q=S-400&span=week") == [("/?q=S-400", f"{words['week']} ×"), ("/?q=S-400", words["clear"])]
    both = f"/?topic=arms_deals&span=day&since={TODAY}&until={TODAY}"
    (_, of), (without, said), (nothing, _) = chosen(both)
    assert of and (without, nothing) == ("/?topic=arms_deals", "/")
    assert said == f"{words['since']} {TODAY} {words['until']} {TODAY} ×"
    text = asked.get(both, cookie).text
    assert f'<option value="">{words["other_time"]}</option>' in text
    assert " selected" not in text.partition('name="span"')[2].partition("</select>")[0]
    assert chosen("/?q=S-400") == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_copy_without_its_original_says_who_was_first(asked: Asked, language: Language) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}
    query = urlencode({"q": "الجزائر", "outlet": "annasr", "topic": "arms_deals"})
    text = asked.get(f"/?{query}", cookie).text
    hit = text.partition(f'<a href="/articles/{asked.copy}">')[2].partition("</article>")[0]
    assert WORDS[language]["copied_from"] in hit
    assert f'href="/articles/{asked.original}"' in hit
    assert f'href="/stories/{asked.original}"' in hit
    assert WORDS[language]["copied_from"] not in asked.get("/?topic=arms_deals", cookie).text


@pytest.mark.parametrize(
    ("language", "url", "kind", "of"),
    [
        ("ar", "javascript:alert(1)", "address", ""),
        ("en", "", "address", ""),
        ("ar", SITES["annasr"].base, "there", 'href="/outlets/annasr"'),
        ("en", SITES["annasr"].base, "there", 'href="/outlets/annasr"'),
    ],
)
def test_why_an_outlet_is_not_added_is_said(asked: Asked, language: Language, url: str, kind: str, of: str) -> None:
    headers = {"Origin": asked.base, "Cookie": f"{asked.cookie['Cookie']}; rasid_language={language}"}
    answer = asked.post("/outlets/new", {"key": _label(asked)["key"], "url": url}, headers)
    alarm = answer.text.partition('role="alert">')[2].partition("</div>")[0]
    assert answer.status == 400
    assert alarm.startswith(WORDS[language][f"refused_{kind}"])
    assert of in alarm


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_wrong_with_a_source_is_said_in_the_readers_language(asked: Asked, language: Language) -> None:
    for path in ("/outlets", "/outlets/annasr", "/today"):
        text = asked.get(path, {"Cookie": f"rasid_language={language}"}).text
        assert f"</b></div>{WORDS[language]['refused_server']}" in unescape(text), path


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_was_too_old_to_be_told_stands_apart(asked: Asked, language: Language) -> None:
    client = asked.desk.client
    record_old(client, {"arms_deals": {asked.copy: asked.original}}, {"arms_deals": 7}, NOW)
    client.indices.refresh(index="alert-deliveries")
    try:
        for path in ("/alerts", "/alerts/arms_deals"):
            text = asked.get(path, {"Cookie": f"rasid_language={language}"}).text
            sent, _, old = text.partition(f"<summary>{WORDS[language]['old_not_told']}</summary>")
            assert WORDS[language]["old_why"] in old
            assert f'<a href="/articles/{asked.copy}"><bdi>الجزائر تشتري S-400</bdi></a>' in old
            assert OLD not in text
            assert WORDS[language]["sent"] in sent
    finally:
        client.delete(index="alert-deliveries", id=f"arms_deals:{OLD}:{asked.copy}", refresh=True)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_while_the_index_does_not_answer_one_can_try_again(asked: Asked, language: Language) -> None:
    with (
        Cluster("http://127.0.0.1:9", max_retries=0) as nobody,
        served(replace(asked.desk, client=nobody)) as base,
    ):
        answer = replace(asked, base=base).get("/today?day=1", {"Cookie": f"rasid_language={language}"})
    assert answer.status == 503
    assert WORDS[language]["cluster_failed"] in answer.text
    assert f'<a class="button" href="">{WORDS[language]["try_again"]}</a>' in answer.text
    assert WORDS[language]["try_again"] not in asked.get("/nothing").text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_today_says_when_each_was_published(asked: Asked, language: Language) -> None:
    text = asked.get("/today", {"Cookie": f"rasid_language={language}"}).text
    copies = _templates().from_string('{{ 2|counted("more_copies") }}').render(language=language)
    assert f"</bdi> · {copies}</span>" in text  # and not «+2», which beside a time looks like its zone
    item = text.partition(f'<a href="/articles/{asked.original}">')[2].partition("</li>")[0]
    published = NOW - timedelta(hours=5)
    assert f"<bdi>{published:%Y-%m-%d}</bdi>" in item
    assert f"<h1>{WORDS[language]['new_since']}" in text
    assert WORDS[language]["seen_note"] in text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_outlet_that_was_added_here_is_taken_away(asked: Asked, language: Language) -> None:
    desk, words = asked.desk, WORDS[language]
    cookie = {"Cookie": f"{asked.cookie['Cookie']}; rasid_language={language}"}
    source = Source(feed="https://mine.example.org/feed")
    mine = desk.outlets["annasr"].model_copy(update={"id": "mine", "sources": (source,)})
    file = write_outlets([mine], "mine", f"From https://mine.example.org/, {ADDED}.", desk.settings)
    alert = _alert(asked, "/alerts/new?outlet=mine", name="mine").headers["Location"].partition("?")[0]

    def remove(id_: str) -> Answer:
        headers = {"Origin": asked.base, **cookie}
        return asked.post(f"/outlets/{id_}/remove", {"key": form_key(desk, desk.user)}, headers)

    assert words["remove_note"] in asked.get("/outlets/mine", cookie).text
    needed = remove("mine")
    assert needed.status == 400
    assert f'{words["outlet_needed"]} <a href="{alert}">mine</a>' in needed.text
    assert _alert(asked, f"{alert}/delete").status == 303
    assert words["outlet_removed"] in unescape(asked.get(remove("mine").headers["Location"], cookie).text)
    assert not file.exists()
    assert "mine" not in desk.outlets
    assert remove("mine").status == 404
    assert words["remove_note"] not in asked.get("/outlets/annasr", cookie).text  # a person wrote it
    assert remove("annasr").status == 400
    assert "annasr" in desk.outlets


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_rejected_pages_advice_is_in_the_readers_language(asked: Asked, language: Language) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}
    for path in ("/rejected", f"/why?{urlencode({'url': REJECTED_PAGE})}"):
        assert WORDS[language]["rejected_short"] in asked.get(path, cookie).text


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("typed", "fate"),
    [("annasr.example.org/x", "unknown_outlet"), ("صفقة سلاح", "no_address"), (SITES["annasr"].base, "not_crawled")],
)
def test_what_is_typed_in_place_of_an_address(asked: Asked, language: Language, typed: str, fate: str) -> None:
    text = asked.get(f"/why?{urlencode({'url': typed})}", {"Cookie": f"rasid_language={language}"}).text
    words = WORDS[language]
    assert f"<b>{words[f'fate_{fate}']}</b>" in text
    assert words["add_outlet" if fate == "unknown_outlet" else f"advice_{fate}"] in text


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("بلد:الجزائر", 'countries:"DZ"'),
        ("(البلد:جزائر OR دولة:ML) AND نص:قمح", '(countries:"DZ" OR countries:"ML") AND body:قمح'),
        ('سلاح:"إس 400"', 'weapons:"S-400"'),
        ('countries:Algeria NOT topics:"arms deals"', 'countries:"DZ" NOT topics:"arms_deals"'),
        ('"قال: بلد:الجزائر" خبر', '"قال: بلد:الجزائر" خبر'),
        ("countries:DZ weapons:S-* country:DZ الساعة 10:30", "countries:DZ weapons:S-* country:DZ الساعة 10:30"),
        ("قال:", "قال:"),
    ],
)
def test_fields_and_values_go_by_the_readers_names(asked: Asked, query: str, meant: str) -> None:
    assert by_ids(query, asked.desk) == meant
    assert by_ids(meant, asked.desk) == meant


def test_a_name_that_nothing_has_is_told(asked: Asked) -> None:
    for path in (f"/?q={quote('بلد:زحل')}", f"/alerts/new?q={quote('بلد:زحل')}"):
        answer = asked.get(path)
        assert answer.status == 400
        assert WORDS["ar"]["unknown_name"] in answer.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_example_of_the_help_finds_something(asked: Asked, language: str) -> None:
    cookie = {"Cookie": f"rasid_language={language}"}
    examples = re.findall(r'class="example" href="(.*?)"', asked.get("/", cookie).text)
    assert len(examples) == 3
    for example in examples:
        assert 'class="snippet"' in asked.get(example, cookie).text, example
