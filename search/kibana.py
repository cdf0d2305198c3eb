"""What analysts open in Kibana: the data view and the Discover sessions of `kibana/`, put there by its HTTP API.

Sessions have no API of their own, so each is made into a saved object and imported, in the form of saved searches of
Kibana 8.8 and later, which newer ones migrate.
"""

import json
import time
from pathlib import Path
from typing import Any

import httpx

from rasid.errors import RasidError

FILES = Path(__file__).parent.parent / "kibana"
SAVED_SEARCH = "10.5.0"
"""Version of the form of saved searches, as Kibana's saved-object type ``search`` counts them."""


def provision(url: str, api_key: str | None, wait: float = 120) -> dict[str, str]:
    """Creates the data view and the sessions, or brings them up to date; safe to repeat.

    Args:
        url: of Kibana; of a space when it ends with ``/s/SPACE``.
        api_key: encoded, as Elasticsearch gives it out.
        wait: for Kibana to be ready, in seconds.

    Returns:
        title of each session → its address.

    Raises:
        RasidError: Kibana is not ready in time, or refuses an object.
    """
    url = url.rstrip("/")
    view = _read("data-view.json")
    sessions = _read("discover-sessions.json")
    headers = {"kbn-xsrf": "rasid"} | ({"Authorization": f"ApiKey {api_key}"} if api_key else {})
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        _wait_until_ready(client, wait)
        _checked(client.post("/api/data_views/data_view", json={"data_view": view, "override": True}))
        objects = "\n".join(json.dumps(saved_search(session, view["id"]), ensure_ascii=False) for session in sessions)
        files = {"file": ("sessions.ndjson", objects.encode(), "application/x-ndjson")}
        answer = _checked(client.post("/api/saved_objects/_import", params={"overwrite": "true"}, files=files))
        if not answer["success"]:
            raise RasidError(f"Kibana refused Discover sessions: {json.dumps(answer['errors'], ensure_ascii=False)}")
    return {session["title"]: f"{url}/app/discover#/view/{session['id']}" for session in sessions}


def saved_search(session: dict[str, Any], view_id: str) -> dict[str, Any]:
    """A session of ``kibana/discover-sessions.json`` as the saved object that Kibana imports."""
    reference = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"query": session["query"], "language": "kuery"}, "filter": [], "indexRefName": reference}
    return {
        "type": "search",
        "id": session["id"],
        "typeMigrationVersion": SAVED_SEARCH,
        "attributes": {
            "title": session["title"],
            "description": session["description"],
            "columns": session["columns"],
            "sort": [["published_at", "desc"]],
            "timeRestore": True,
            "timeRange": {"from": session["from"], "to": session["to"]},
            "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source)},
        },
        "references": [{"name": reference, "type": "index-pattern", "id": view_id}],
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
