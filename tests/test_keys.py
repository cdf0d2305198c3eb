"""A cluster with security: what `rasid setup` makes there, and that each key is enough for its work and for no more.

Not run against Elasticsearch's own security, which the local node's jars do not have: see `tests/secured.py`.
"""

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.config import load_config
from pipeline.upkeep import drop_months, falling_outlets, send_due_alerts, snapshot
from rasid.settings import load_settings
from samples.site import DAY
from search.keys import FILES, ROLES
from search.policies import lifecycle
from tests.compiled import warm
from tests.conftest import FinishedDay, Rasid, _rasid, emptied
from tests.secured import PASSWORD, Secured, allowed, secured


@pytest.fixture
def guarded(cluster: str) -> Iterator[Secured]:
    with emptied(cluster), secured(cluster) as guarded:
        yield guarded


@pytest.fixture
def admin(guarded: Secured, tmp_path: Path) -> Rasid:
    return _rasid(
        tmp_path / "admin",
        ELASTICSEARCH_URL=guarded.url,
        ELASTICSEARCH_PASSWORD=PASSWORD,
        KIBANA_SYSTEM_PASSWORD="the password of kibana",
        KIBANA_ANALYST_PASSWORD="the password of analysts",
        KIBANA_SPACE="desk",
        RASID_KEEP_MONTHS="24",
        RASID_SNAPSHOTS="/snapshots",
    )


def test_setup_makes_keys_and_policies_and_repeats_safely(guarded: Secured, admin: Rasid, tmp_path: Path) -> None:
    first = admin("setup", "--keys", str(tmp_path / "keys"))
    assert first.returncode == 0, first.stderr
    assert "API keys: writer, reader, alerts, desk, kibana" in first.stdout
    assert "policies: rasid-monthly, rasid-daily" in first.stdout
    kept = {name: (tmp_path / "keys" / file).read_text() for name, file in FILES.items()}
    assert {name: guarded.roles[key] for name, key in kept.items()} == ROLES
    for file in FILES.values():
        assert stat.S_IMODE((tmp_path / "keys" / file).stat().st_mode) == 0o600
    assert guarded.admin["PUT /_security/user/kibana_system/_password"] == {"password": "the password of kibana"}
    assert guarded.settings["/_index_template/rasid-articles"] == {"index.lifecycle.name": "rasid-monthly"}
    assert guarded.settings["/_index_template/rasid-deliveries"] == {}

    guarded.roles[kept["writer"]] = {}  # as an older version of Rasid made it
    again = admin("setup", "--keys", str(tmp_path / "keys"))
    assert "API keys: all there" in again.stdout
    assert guarded.roles[kept["writer"]] == ROLES["writer"]

    (tmp_path / "keys" / FILES["reader"]).unlink()
    assert "API keys: reader\n" in admin("setup", "--keys", str(tmp_path / "keys")).stdout
    (tmp_path / "keys" / FILES["reader"]).write_text("no key")
    wrong = admin("setup", "--keys", str(tmp_path / "keys"))
    assert wrong.returncode == 1
    assert "holds no API key; remove it" in wrong.stderr


def test_analysts_read_what_is_kept_and_have_one_space_of_kibana(
    guarded: Secured, admin: Rasid, tmp_path: Path
) -> None:
    run = admin("setup", "--keys", str(tmp_path / "keys"))
    assert "Kibana's user for analysts: analyst" in run.stdout, run.stderr
    user = guarded.admin["PUT /_security/user/analyst"]
    assert (user["password"], user["roles"]) == ("the password of analysts", ["rasid-analyst"])
    role = guarded.admin["PUT /_security/role/rasid-analyst"]
    assert role["cluster"] == []
    assert role["applications"][0]["resources"] == ["space:desk"]
    assert allowed(role, "POST", "/articles/_search", b"{}")
    assert not allowed(role, "POST", "/.kibana/_search", b"{}")
    assert not allowed(role, "POST", "/_bulk", b'{"index": {"_index": "articles-2025.03"}}\n{}\n')
    assert not allowed(role, "DELETE", "/articles-2025.03", b"")


def test_setup_without_the_password_says_so(guarded: Secured, tmp_path: Path) -> None:
    run = _rasid(tmp_path, ELASTICSEARCH_URL=guarded.url)("setup")
    assert run.returncode == 1
    assert "cannot be used" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.long
def test_a_day_with_the_keys_needs_no_more_than_they_allow(
    guarded: Secured, admin: Rasid, tmp_path: Path, finished_day: FinishedDay
) -> None:
    """Index, alerts and report of a day whose pages are there, and what analysts ask, with the job's keys alone."""
    assert admin("setup", "--keys", str(tmp_path / "keys")).returncode == 0
    for name in ("articles", "rejected", "captures", "runs"):
        shutil.copytree(finished_day.rasid.data / name, tmp_path / "data" / name)
    job = _rasid(tmp_path / "data", ELASTICSEARCH_URL=guarded.url, RASID_SECRETS=str(tmp_path / "keys" / "job"))
    day = ("--date", DAY.isoformat(), "--outlets", str(finished_day.outlets_file))
    for command in (
        ("index", *day),
        ("alert", *day),
        ("report", *day),
        ("search", "أسلحة", "--facets"),
        ("alerts", "history"),
        ("alerts", "test", "caatsa", "--since", "7d"),
        ("alerts", "retry", "--date", DAY.isoformat()),
    ):
        run = job(*command)
        assert run.returncode == 0, f"{command}: {run.stderr}; refused: {guarded.refused}"
    found = json.loads(job("search", "أسلحة", "--json").stdout)["hits"]
    assert job("story", found[0]["id"]).returncode == 0
    assert job.kept(DAY, "index")["created"] == finished_day.counts[-1]["articles"]
    assert not guarded.refused


def test_upkeep_between_two_runs_needs_no_more_than_the_jobs_keys_allow(
    guarded: Secured, admin: Rasid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert admin("setup", "--keys", str(tmp_path / "keys")).returncode == 0
    monkeypatch.setenv("RASID_DATA", str(warm(tmp_path / "data")))
    monkeypatch.setenv("RASID_SECRETS", str(tmp_path / "keys" / "job"))
    monkeypatch.setenv("ELASTICSEARCH_URL", guarded.url)
    settings = load_settings()
    assert send_due_alerts(settings, load_config(settings)) == ()
    assert falling_outlets(settings, DAY) == {}
    assert drop_months(settings, DAY) == []
    assert snapshot(settings, DAY) is None
    assert not guarded.refused


@pytest.mark.parametrize("role", list(ROLES))
def test_no_key_can_delete_an_index_or_change_its_settings(guarded: Secured, role: str) -> None:
    guarded.roles["key"] = ROLES[role]
    with Elasticsearch(guarded.url, api_key="key") as client:
        for change in (
            lambda: client.indices.delete(index="articles-2025.03"),
            lambda: client.indices.put_settings(index="articles-2025.03", settings={"index": {}}),
            lambda: client.indices.put_index_template(name="rasid-articles", index_patterns=["articles-*"]),
            lambda: client.indices.create(index="another"),
            lambda: client.security.create_api_key(name="mine"),
        ):
            with pytest.raises(AuthorizationException):
                change()


@pytest.mark.parametrize(
    ("role", "may_write", "may_read"),
    [
        ("writer", {"articles-2025.03", "rejected-2025.03", "outlet-health-2025.03"}, {"articles"}),
        ("reader", set(), {"articles", "alert-deliveries"}),
        ("alerts", {"alert-deliveries", "alert-rules"}, {"articles", "alert-deliveries"}),
        ("kibana", set(), set()),
    ],
)
def test_each_key_writes_only_what_is_its_own(role: str, may_write: set[str], may_read: set[str]) -> None:
    indices = {"articles-2025.03", "rejected-2025.03", "outlet-health-2025.03", "alert-deliveries", "alert-rules", "x"}
    line = '{{"index": {{"_index": "{}"}}}}\n{{}}\n'
    wrote = {index for index in indices if allowed(ROLES[role], "POST", "/_bulk", line.format(index).encode())}
    assert wrote == may_write
    for index in ("articles", "alert-deliveries", "secrets"):
        assert allowed(ROLES[role], "POST", f"/{index}/_search", b"{}") == (index in may_read)


def test_a_lifecycle_deletes_no_month_before_it_is_to_go() -> None:
    assert "delete" not in lifecycle(None)["phases"]
    assert lifecycle(24)["phases"]["delete"]["min_age"] == "744d"  # from the month's begin: 24 months have 731 at most
    assert list(lifecycle(1)["phases"]) == ["hot", "delete"]


def test_policies_are_put_on_the_months_that_exist(
    guarded: Secured, admin: Rasid, cluster: str, tmp_path: Path
) -> None:
    with Elasticsearch(cluster) as client:
        client.index(index="articles-2025.03", document={})
    assert admin("setup").returncode == 0
    put = guarded.settings["/articles-2025.03/_settings"]
    assert put == {"lifecycle.name": "rasid-monthly", "lifecycle.origination_date": 1740787200000}
