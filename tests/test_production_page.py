"""What the page on production says of `.env` and of the desk's proxy holds for the compose file and the desk."""

import asyncio
import re

import httpx
from starlette.responses import PlainTextResponse

from desk.guard import Guard
from rasid.settings import ROOT

PAGE = (ROOT / "docs" / "operator" / "production.md").read_text(encoding="utf-8")
COMPOSE_FILE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_the_table_has_all_variables_of_the_compose_file() -> None:
    table = PAGE.split("## The variables of `.env`")[1].split("\n## ")[0]
    told = [name for row in table.splitlines() for name in re.findall(r"`([A-Z_]+)`", row.split(" | ")[0])]
    assert sorted(told) == sorted(set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_FILE)))


def test_the_proxy_of_the_page_suits_the_desk() -> None:
    (proxy,) = re.findall(r"```nginx\n(.*?)```", PAGE, re.S)
    (hosts,), (header,) = (re.findall(rf"^{name}=(.+)$", PAGE, re.M) for name in ("DESK_HOSTS", "DESK_USER_HEADER"))
    (served,) = re.findall(r"server_name (\S+);", proxy)
    sets = dict(re.findall(r"proxy_set_header (\S+) +(\S+);", proxy))
    assert sets == {"Host": "$http_host", header: "$remote_user"}  # what a browser sends of it does not come through
    assert "listen 443 ssl;" in proxy
    assert "proxy_pass       http://127.0.0.1:8765;" in proxy
    assert "127.0.0.1:${DESK_PORT:-8765}:8765" in COMPOSE_FILE
    by_the_proxy = {"Host": served, "Origin": f"https://{served}"}
    assert _answer(hosts, by_the_proxy) == "in"
    assert _answer(hosts, {**by_the_proxy, "Host": "127.0.0.1:8765"}) == "pages of other sites may not ask this desk"


def _answer(hosts: str, headers: dict[str, str]) -> str:
    async def post() -> str:
        transport = httpx.ASGITransport(Guard(PlainTextResponse("in"), [hosts]))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as client:
            return (await client.post("/", headers=headers)).text

    return asyncio.run(post())
