"""Disks that are nearly full are told of while there is room."""

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from pipeline import disks
from pipeline.disks import is_nearly_full, nearly_full
from rasid.settings import Settings

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [(11, 100, False), (9, 100, True), (200, 4000, False), (140, 4000, True), (0, 1, True), (0.9, 4, True)],
)
def test_a_tenth_and_150_gb_or_one(free: float, total: int, full: bool) -> None:
    assert is_nearly_full(int(free * GB), total * GB) == full


@pytest.mark.service
def test_each_disk_is_named(
    cluster: str, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch, tmp_path: str
) -> None:
    for name, share in (("FREE", 1.1), ("HEADROOM", 10**18)):
        monkeypatch.setattr(disks, name, share)  # any is full
    own = Settings(data=UPath(tmp_path), ELASTICSEARCH_URL=cluster)
    of_node, of_data = nearly_full(client, own)
    assert "the disk of Elasticsearch's node" in of_node
    assert "the disk of RASID_DATA has" in of_data
    (only,) = nearly_full(client, Settings(data=UPath(tmp_path), ELASTICSEARCH_URL=None))
    assert only == of_data


@pytest.mark.service
def test_what_elasticsearch_does_not_say_stops_nothing(client: Elasticsearch, tmp_path: str) -> None:
    gone = Settings(data=UPath(tmp_path), ELASTICSEARCH_URL="http://127.0.0.1:1")
    with type(client)("http://127.0.0.1:1", max_retries=0, request_timeout=1) as nobody:
        (told,) = nearly_full(nobody, gone)
    assert "is not known" in told
