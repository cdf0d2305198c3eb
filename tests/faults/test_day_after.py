"""A file of a finished day is damaged: nothing leaves the index, whatever is run again, and the day after is whole."""

from collections import Counter
from datetime import timedelta

import pytest

from samples.site import DAY
from tests.faults.installation import OUTLET, PAGES, STAGES, Installation
from tests.faults.kinds import FORMS

FILES = ("captures", "state", "articles", "rejected", "runs/process-one", "runs/index")
QUICK = {("captures", "cut short")}
CASES = [
    pytest.param(file, form, id=f"{file} {form}", marks=[] if (file, form) in QUICK else [pytest.mark.long])
    for file in FILES
    for form in FORMS
]


@pytest.mark.parametrize(("file", "form"), CASES)
def test_the_day_after_is_whole(installation: Installation, file: str, form: str) -> None:
    outside = installation.outside
    installation.run(*STAGES)
    before = {article["id"] for article in installation.indexed()}
    assert len(before) == PAGES

    FORMS[form](installation.file(file))
    installation.run("process", "index", "report")  # before a crawl brings back what is lost
    assert {article["id"] for article in installation.indexed()} == before

    outside.site.feed(*outside.pages, outside.address(PAGES))
    installation.run(*STAGES, day=DAY + timedelta(days=1))
    found = installation.indexed()
    assert Counter(article["url"] for article in found) == Counter([*outside.pages, outside.address(PAGES)])
    assert outside.told == Counter(article["id"] for article in found)
    assert not any(article["revision"] > 1 for article in found)
    kept = installation.rasid.kept(DAY + timedelta(days=1), f"process-{OUTLET}")
    assert kept["captures"] == kept["articles"] + kept["unchanged"]
