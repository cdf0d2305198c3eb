"""What cron runs beside the daily job: `rasid maintenance` and `rasid alerts send --due`."""

import os
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.conftest import _rasid

pytestmark = pytest.mark.service
DAY = "2025-03-11"


def _file(path: Path, content: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_each_part_is_done_and_what_fails_is_told(cluster: str, client: Elasticsearch, tmp_path: Path) -> None:
    rasid = _rasid(tmp_path / "data", ELASTICSEARCH_URL=cluster, RASID_KEEP_MONTHS="3", RASID_KEEP_CAPTURES_DAYS="30")
    old, kept = (_file(rasid.data / "articles" / day / "annasr.jsonl") for day in ("2025-02-09", "2025-02-10"))
    damaged = _file(rasid.data / "captures" / "2025-03-10" / "annasr.warc.gz", "no archive")
    logs = rasid.data / "logs"
    forgotten, again = (_file(logs / day / "crawl-annasr.log") for day in ("2024-12-01", "2024-12-02"))
    of_others = _file(logs / "mine" / "notes.txt")
    os.utime(forgotten, (0, 0))
    os.utime(of_others, (0, 0))
    for month in ("2024.12", "2025.01"):
        client.indices.create(index=f"articles-{month}")
    said = rasid("maintenance", "--date", DAY)
    assert said.returncode == 1
    assert str(damaged) in said.stderr
    assert "days deleted: 2025-02-09" in said.stdout
    assert "logs deleted: 2024-12-01" in said.stdout
    assert "months deleted: articles-2024.12" in said.stdout
    assert not old.parent.exists()
    assert not forgotten.parent.exists()
    assert all(file.exists() for file in (kept, again, of_others))
    assert list(client.indices.get(index="articles-*")) == ["articles-2025.01"]
    damaged.unlink()
    assert rasid("maintenance", "--date", DAY).returncode == 0


def test_what_is_due_is_looked_through(cluster: str, client: Elasticsearch, tmp_path: Path) -> None:
    due = {"rule": "gone", "channel": "mail", "state": "pending", "created_at": "2025-03-10T00:00:00Z"}
    record = due | {"next_try_at": due["created_at"], "article_ids": ["a"], "attempts": 0}
    client.index(index="alert-deliveries", id="gone:mail:a", document=record, refresh=True)
    sent = _rasid(tmp_path / "data", ELASTICSEARCH_URL=cluster)("alerts", "send", "--due")
    assert sent.returncode == 0, sent.stderr
    assert client.get(index="alert-deliveries", id="gone:mail:a")["_source"]["state"] == "dropped"
