"""Extraction beside trafilatura, newspaper4k and news-please, on the same pages: ``python -m benchmarks.extraction``.

The sets kept aside were not looked at while the rules were written. Newspaper4k and news-please need other versions of
some packages than Rasid does, so ``uv run`` gives them an interpreter of their own. Authors are counted as persons. The
last table is of ``rasid process``: the pages of all sets as captures of one outlet, on one core and on two.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import mean, median
from zoneinfo import ZoneInfo

import trafilatura
from rich.console import Console
from rich.table import Table
from trafilatura.settings import Document

from benchmarks.extraction.score import MEASURED, Extracted, GoldPage, load_pages, score
from benchmarks.timing import median_seconds
from processing.extract.extraction import NotAnArticleError, extract
from rasid.outlets import Outlet
from rasid.records import Capture, CaptureRef, Link

HERE = Path(__file__).parent
ROUNDS = 5
PROCESSED = 6_000
"""Captures that ``rasid process`` reads."""


def by_rasid(page: GoldPage) -> Extracted:
    """As the daily job does it, without a feed's help."""
    name = {"ar": page.outlet["ar"], "en": page.outlet.get("en", page.outlet["ar"])}
    outlet = Outlet.model_validate(
        {"id": "any", "name": name, "country": "ZZ", "timezone": page.timezone, "disabled": "any"}
    )
    headers = (("Content-Type", "text/html"),)
    link, ref = Link(page.url, "section", page.url), CaptureRef("", 0, "")
    try:
        found = extract(Capture("any", page.url, link, page.fetched_at, 200, headers, page.html, ref), outlet)
    except NotAnArticleError:
        return Extracted("", "", None, ())
    at = found.published_at
    days = {"day": at.date(), "second": at.astimezone(ZoneInfo(page.timezone)).date()}
    return Extracted(found.title, found.body, days.get(found.published_precision), found.authors)


def by_trafilatura(page: GoldPage) -> Extracted:
    """With metadata, as its documentation shows it."""
    found = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True)
    if not isinstance(found, Document):
        return Extracted("", "", None, ())
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Extracted(
        found.title or "", found.text or "", date.fromisoformat(found.date) if found.date else None, authors
    )


def by_peers(pages: list[GoldPage]) -> dict[str, tuple[list[Extracted], float]]:
    """What `benchmarks/extraction/peers.py` finds, and its pages a second."""
    given = "\n".join(
        json.dumps({"html": page.html.decode("utf-8", "replace"), "url": page.url, "timezone": page.timezone})
        for page in pages
    )
    command = ["uv", "run", "-q", "--no-project", "--python", sys.executable]
    command += ["--with-requirements", str(HERE / "peers.txt"), "python", "-W", "ignore", str(HERE / "peers.py")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, input=given, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "PATH": path}
    )
    results = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        found = [
            Extracted(
                each["title"],
                each["body"],
                date.fromisoformat(each["day"]) if each["day"] else None,
                tuple(each["authors"]),
            )
            for each in result["found"]
        ]
        results[result["name"]] = found, len(pages) / result["seconds"]
    return results


def quality() -> Table:
    """All extractors on both halves."""
    table = Table("pages", "extractor", "precision", "recall", "F1", "title", "day", "authors P / R", "pages/s")
    extractors = {"Rasid": by_rasid, "trafilatura": by_trafilatura}
    for half in MEASURED:
        pages = load_pages(half)
        seconds = median_seconds(extractors, pages, ROUNDS)
        speeds = {name: len(pages) / each for name, each in seconds.items()}
        found = {name: ([read(page) for page in pages], speeds[name]) for name, read in extractors.items()}
        for name, (results, speed) in {**found, **by_peers(pages)}.items():
            scores = [score(page, each) for page, each in zip(pages, results, strict=True)]
            precision, recall = mean(each.precision for each in scores), mean(each.recall for each in scores)
            f1 = 2 * precision * recall / (precision + recall)
            shares = [mean(getattr(each, field) for each in scores) for field in ("title", "day")]
            right = sum(len(set(page.authors) & set(each.authors)) for page, each in zip(pages, results, strict=True))
            given, gold = (sum(len(set(each.authors)) for each in some) for some in (results, pages))
            table.add_row(
                f"{len(pages)} {half.replace('_', ' ')}",
                name,
                *(f"{value:.3f}" for value in (precision, recall, f1)),
                *(f"{100 * share:.1f} %" for share in shares),
                f"{right / given if given else 0:.2f} / {right / gold:.2f}",
                f"{speed:.0f}",
            )
        table.add_section()
    return table


def processing() -> Table:
    """``rasid process`` on one core and on two, each in a process of its own."""
    table = Table("cores", "pages/s", "to one core", title=f"rasid process, {PROCESSED:,} captures, medians of 3")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.extraction.process", folder]
        subprocess.run([*command, "write", str(PROCESSED)], check=True)
        speeds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(3):
            for cores, each in speeds.items():
                done = subprocess.run([*command, "read", str(cores)], stdout=subprocess.PIPE, text=True, check=True)
                each.append(PROCESSED / float(done.stdout))
    one = median(speeds[1])
    for cores, each in speeds.items():
        table.add_row(str(cores), f"{median(each):.0f}", f"{median(each) / one:.2f}")
    return table


def main() -> None:
    """Prints the tables."""
    console = Console(width=110)
    console.print(quality())
    console.print(processing())


if __name__ == "__main__":
    main()
