"""What analysts open in Kibana: the data views, the Discover sessions and the dashboards of `kibana/`, put there by its
HTTP API.

Dashboards are in the form of the Dashboards API (Kibana 9.5). Sessions have no API of their own, so each is made into
a saved object and imported, in the form of saved searches of Kibana 8.8 and later, which newer ones migrate.
"""

import json
import time
from pathlib import Path
from typing import Any

import httpx

from rasid.errors import RasidError

FILES = Path(__file__).parent.parent / "kibana"
RENEWED = (
    "للتغيير احفظها باسم آخر، فهذه تجدَّد مع كل ترقية. To change it, save it under another name: this one is renewed at "
    "each upgrade."
)
"""What sessions and dashboards say of themselves: who changes them in place would lose that."""
SAVED_SEARCH = "10.5.0"
"""Version of the form of saved searches, as Kibana's saved-object type ``search`` counts them."""


def provision(
    url: str, api_key: str | None, space: str | None = None, page: str | None = None, wait: float = 120
) -> dict[str, str]:
    """Creates all of it, or brings it up to date; safe to repeat.

    Args:
        url: address of Kibana.
        api_key: encoded, as Elasticsearch gives it out.
        space: id of the space to put it in, which is created if it is missing; the default one when absent.
        page: what the links to it begin with, if analysts reach it at another address.
        wait: for Kibana to be ready, in seconds.

    Returns:
        title of each session and dashboard → its address.

    Raises:
        RasidError: Kibana is not ready in time, or refuses an object.
    """
    url = url.rstrip("/")
    headers = {"kbn-xsrf": "rasid"} | ({"Authorization": f"ApiKey {api_key}"} if api_key else {})
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        _wait_until_ready(client, wait)
        if space:
            if client.get(f"/api/spaces/space/{space}").status_code == httpx.codes.NOT_FOUND:
                _checked(client.post("/api/spaces/space", json={"id": space, "name": space}))
            url = f"{url}/s/{space}"
            client.base_url = url
        page = page or url
        for view in _read("data-views.json"):
            _checked(client.post("/api/data_views/data_view", json={"data_view": view, "override": True}))
        links = _import_sessions(client, page)
        for file in sorted((FILES / "dashboards").glob("*.json")):
            dashboard = json.loads(file.read_text(encoding="utf-8"))
            _checked(client.put(f"/api/dashboards/{file.stem}", json=dashboard))
            links[dashboard["title"]] = f"{page}/app/dashboards#/view/{file.stem}"
    return links


def _import_sessions(client: httpx.Client, page: str) -> dict[str, str]:
    sessions = _read("discover-sessions.json")
    objects = "\n".join(json.dumps(saved_search(session), ensure_ascii=False) for session in sessions)
    files = {"file": ("sessions.ndjson", objects.encode(), "application/x-ndjson")}
    answer = _checked(client.post("/api/saved_objects/_import", params={"overwrite": "true"}, files=files))
    if not answer["success"]:
        raise RasidError(f"Kibana refused Discover sessions: {json.dumps(answer['errors'], ensure_ascii=False)}")
    return {session["title"]: f"{page}/app/discover#/view/{session['id']}" for session in sessions}


def saved_search(session: dict[str, Any]) -> dict[str, Any]:
    """A session of ``kibana/discover-sessions.json`` as the saved object that Kibana imports."""
    reference = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"query": session["query"], "language": "lucene"}, "filter": [], "indexRefName": reference}
    return {
        "type": "search",
        "id": session["id"],
        "typeMigrationVersion": SAVED_SEARCH,
        "attributes": {
            "title": session["title"],
            "description": f"{session['description']} {RENEWED}",
            "columns": session["columns"],
            "sort": [[session["sort"], "desc"]],
            "timeRestore": True,
            "timeRange": {"from": session["from"], "to": session["to"]},
            "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source)},
        },
        "references": [{"name": reference, "type": "index-pattern", "id": session["view"]}],
    }


def _read(name: str) -> Any:
    return json.loads((FILES / name).read_text(encoding="utf-8"))


def _wait_until_ready(client: httpx.Client, wait: float) -> None:
    give_up = time.monotonic() + wait
    while True:
        try:
            answer = client.get("/api/status")
            if answer.status_code == httpx.codes.OK:
                return
            reason = f"status {answer.status_code}"
        except httpx.HTTPError as error:
            reason = str(error)
        if time.monotonic() > give_up:
            raise RasidError(f"Kibana at {client.base_url} was not ready within {wait:g} seconds: {reason}")
        time.sleep(min(2, wait))


def _checked(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise RasidError(f"Kibana refused {answer.request.url}: {answer.status_code} {answer.text[:500]}")
    return answer.json()
