"""What the terminal shows: live progress, the run's summary, hits of a search."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from rich import box, filesize
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from alerts.one_line import MAX_TITLE, one_line
from pipeline.outlet_check import Examination, seconds_a_page
from pipeline.stages import Event
from pipeline.status import Status
from processing.arabic import words
from processing.extract.page import Page
from processing.reposts.overlap import differences
from processing.topics.tagger import Explanation
from rasid.health import Health
from rasid.printable import printable, shortened
from rasid.records import Article, Mention
from search.query import END_MARK, MARK, Hits

STATE_STYLE = {"running": "yellow", "done": "green", "failed": "red"}
CONTEXT = 6
"""Words shown before and after a change in a repost."""
MAX_CELL = 32_000
"""Characters; a spreadsheet's cell takes few more."""
SHOWN = 0.02
"""Least score of a topic that is explained, if none of its words stand in the text."""
SPOKE = 8
"""Features shown that spoke for a topic, and against it."""
COLUMNS = ("found", "failed", "captures", "articles", "unchanged", "rejected")


class ProgressTable:
    """One line an outlet with its crawl and processing, one for each later stage. Lines of text where there is no
    terminal.

    Args:
        console: to draw on.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, dict[str, Event]] = {}
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4)

    @contextmanager
    def shown(self) -> Iterator["ProgressTable"]:
        """Draws while the context lasts."""
        if not self._console.is_terminal:
            yield self
            return
        with self._live:
            yield self

    def take(self, event: Event) -> None:
        """Shows an event."""
        self._rows.setdefault(event.outlet or event.stage, {})[event.stage] = event
        is_news = event.state == "done" and event.message  # who sees the table sees why a stage failed at its end
        if is_news or (event.state != "running" and not self._console.is_terminal):
            line = f"{event.stage:8} {event.outlet:14} {event.state:7} {_counts(event)} {event.message}"
            self._console.print(Text(line.rstrip()), soft_wrap=True)

    def failures(self) -> list[Event]:
        """The last events of stages that broke off; an outlet that could not be crawled is not among them."""
        events = (event for row in self._rows.values() for event in row.values())
        return [event for event in events if event.state == "failed" and event.stage != "crawl"]

    def _table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for name, events in self._rows.items():
            cells = [
                Text(f"{event.stage}: {event.state} {_counts(event)}", STATE_STYLE[event.state])
                for event in events.values()
            ]
            table.add_row(name, *cells)
        return table


def _counts(event: Event) -> str:
    return ", ".join(
        f"{name} {sum(count.values()) if isinstance(count, dict) else count}"
        for name, count in event.counts.items()
        if count and isinstance(count, int | dict)
    )


@contextmanager
def download_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for the local node's first download, drawn only once there is something to download."""
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:
        task = None

        def update(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = progress.add_task("Elasticsearch: first download", total=total)
            progress.update(task, completed=done)

        yield update


def summary_table(healths: Iterable[Health]) -> Table:
    """A row an outlet: the pages that this run was to fetch and those of them that it could not, then the day's sum.

    A failed outlet is red, another unhealthy one yellow.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 0))
    table.add_column("outlet", no_wrap=True)
    for heading in ("found", "not\nfetched", "captures", "= articles", "+ unchanged", "+ rejected"):
        table.add_column(heading, justify="right", no_wrap=True)
    sums: Counter[str] = Counter()
    for health in healths:
        numbers = {name: getattr(health, name) for name in ("found", "captures", "articles", "unchanged")}
        reasons = {"failed": health.failed, "rejected": health.rejected}
        sums.update(numbers, **{name: sum(counts.values()) for name, counts in reasons.items()})
        cells = {name: str(number) for name, number in numbers.items()}
        cells |= {name: "\n".join(f"{n} {why}" for why, n in counts.items()) for name, counts in reasons.items()}
        table.add_row(health.outlet.id, *(cells[name] or "0" for name in COLUMNS), style=_style(health))
    table.add_section()
    table.add_row("all", *(str(sums[name]) for name in COLUMNS), style="bold")
    return table


def show_problems(console: Console, healths: Iterable[Health]) -> None:
    """What is wrong with the outlets, one line each."""
    for health in healths:
        for problem in health.problems:
            line = f"unhealthy  {health.outlet.id}: {problem.kind}: {problem.detail}"
            console.print(line, style=_style(health), soft_wrap=True)


def _style(health: Health) -> str:
    kinds = {problem.kind for problem in health.problems}
    return "red" if "failed" in kinds else "yellow" if kinds else ""


def show_examination(console: Console, found: Examination) -> None:
    """A doctor's letter on an outlet."""

    def line(name: str, text: str, style: str = "") -> None:
        console.print(Text.assemble((f"  {name:9}", "dim"), (text, style)), soft_wrap=True)

    crawl = found.crawl
    console.print(Text(f"{found.outlet.id} ({found.outlet.name.en})", "bold"), soft_wrap=True)
    for host, robots in crawl.robots.items():
        delay = f", Crawl-delay {robots['crawl_delay']:g} s" if robots["crawl_delay"] else ""
        line("robots", f"{host}: {robots['error'] or robots['status']}{delay}")
    for url, count in crawl.links.items():
        line("source", f"{url}: {count} links", "green" if count else "yellow")
    for url, reason in crawl.source_failures.items():
        line("source", f"{url}: {'' if crawl.links.get(url) else 'dead: '}{reason}", "red")
    rejected = len(found.rejected)
    line(
        "pages",
        f"{crawl.found} listed; of the first {crawl.captures}: {len(found.articles)} articles, {rejected} rejected",
    )
    if found.articles:
        sample = max(found.articles, key=lambda article: article.published_at)
        line("sample", one_line(sample.title))
        line("", f"{sample.published_at:%Y-%m-%d %H:%M} UTC, known by: {sample.published_precision}")
        line("", " ".join(sample.body.split()[:25]) + " …")
        line("", sample.url, "blue")
    if found.charsets:
        line("encoding", ", ".join(f"{name} ({count})" for name, count in found.charsets.items()))
    if (seconds := seconds_a_page(crawl)) is not None:
        line("time", f"{seconds:.1f} s a page, {crawl.seconds:.0f} s in all")
    for finding in found.findings:
        line("wrong", finding.wrong, "yellow")
        line("change", finding.change)
    if not found.findings:
        line("healthy", "nothing looks wrong", "green")


def show_extraction(console: Console, article: Article, page: Page) -> None:
    """What was taken of a page and from where, and what was left out and why."""
    paragraphs = article.body.splitlines()
    taken = {
        "title": one_line(article.title),
        "published_at": f"{article.published_at:%Y-%m-%d %H:%M} UTC ({article.published_precision})",
        "authors": ", ".join(article.authors),
        "credited_to": ", ".join(article.credited_to),
        "section": article.section or "",
        "summary": article.summary or "",
        "image": article.image or "",
        "hashtags": ", ".join(article.hashtags),
        "topics": ", ".join(article.topics),
        "body": f"{len(paragraphs)} paragraphs, {article.word_count} words",
    }
    table = Table("field", "from", "taken", box=box.SIMPLE_HEAD)
    for name, value in taken.items():
        table.add_row(name, page.sources.get(name, ""), Text(value or "—"))
    for number, paragraph in enumerate(paragraphs, start=1):
        table.add_row("", str(number), Text(paragraph))
    console.print(table)
    left_out = Table("left out as", "line", box=box.SIMPLE_HEAD)
    for reason, line in page.dropped:
        left_out.add_row(reason, Text(line))
    console.print(left_out if page.dropped else "no line of the text or above it was left out")


def show_judgements(console: Console, told: Mapping[str, Explanation], mentions: Iterable[Mention]) -> None:
    """Each topic that a text is at all near to: whether it is tagged, its words, and what spoke for and against it;
    then the entities.
    """
    table = Table("topic", "score", "what", "field", "words", box=box.SIMPLE_HEAD)
    for topic, explanation in told.items():
        judgement, fields = explanation.judgement, explanation.fields
        if not explanation.passages and judgement.score < SHOWN:
            continue
        outcome = "tagged" if judgement.tagged else f"not tagged: below {judgement.needed:.2g}"
        table.add_row(topic, f"{judgement.score:.2f}", "", "", outcome, style="bold" if judgement.tagged else "dim")
        for passage in explanation.passages:
            quote = Text(" ".join(fields[passage.field].quote(passage.span)[0].split()))
            style = "red" if passage.level == "never" else ""
            table.add_row("", "", f"{passage.level}.{passage.number}", passage.field, quote, style=style)
        for sign, what in ((1, "for"), (-1, "against")):
            heaviest = [(name, weight) for name, weight in explanation.spoke if weight * sign > 0][:SPOKE]
            if heaviest:
                words = ", ".join(f"{name} ({weight:+.1f})" for name, weight in heaviest)
                table.add_row("", "", what, "", Text(words), style="green" if sign > 0 else "red")
        for field, span, weight in judgement.proof:
            quote = Text(" ".join(fields[field].quote(span)[0].split()))
            table.add_row("", f"+{weight:.1f}", "evidence", field, quote)
    console.print(table)
    entities = Table("kind", "entity", "mentions", box=box.SIMPLE_HEAD)
    found: dict[tuple[str, str], Counter[str]] = {}
    for mention in mentions:
        found.setdefault((mention.kind, mention.entity), Counter())[mention.quote] += 1
    for (kind, entity), quotes_of in sorted(found.items()):
        entities.add_row(kind, entity, Text(", ".join(f"{quote} ({count})" for quote, count in quotes_of.items())))
    console.print(entities)


def show_hits(console: Console, hits: Hits) -> None:
    """Hits with the matched words marked."""
    for number, hit in enumerate(hits.hits, start=1):
        article = hit.article
        title = shortened(" ".join(hit.title.split()), MAX_TITLE)
        console.print(Text.assemble(f"{number}. ", _marked(title, "bold")), soft_wrap=True)
        # The date stands first: after an Arabic name, a terminal that orders letters would turn it round.
        about = [article["published_at"][:16].replace("T", " "), article["outlet_name"], *article.get("topics", [])]
        console.print(Text("   " + " · ".join(about), "dim"), soft_wrap=True)
        for snippet in hit.snippets:
            console.print(Text.assemble("   … ", _marked(" ".join(snippet.split())), " …"), soft_wrap=True)
        console.print(Text(f"   {article['url']}", "blue"), soft_wrap=True)
        if article.get("is_repost"):
            console.print(Text(f"   repost of {article['original_url']}", "yellow"), soft_wrap=True)
        if hit.copies:
            outlets = dict.fromkeys(copy["outlet_name"] for copy in hit.copies)
            told = f"   {len(hit.copies)} more in this story: {'، '.join(outlets)} (rasid story {article['story_id']})"
            console.print(Text(told, "yellow"), soft_wrap=True)
    articles = sum(1 + len(hit.copies) for hit in hits.hits)
    told = f", with {articles} articles" if articles > len(hits.hits) else ""
    console.print(f"shown: {len(hits.hits)}{told}; matching articles: {hits.total}", style="dim")


def show_facets(console: Console, facets: Mapping[str, Mapping[str, int]]) -> None:
    """How many of the articles that match have each value, a field a line."""
    for field, counts in facets.items():
        if counts:
            told = " · ".join(f"{value} {count}" for value, count in counts.items())
            console.print(Text.assemble((f"{field}: ", "bold"), told), soft_wrap=True)


CSV_FIELDS = (
    "published_at", "outlet", "outlet_name", "title", "url", "topics", "countries", "weapons", "people", "is_repost",
    "original_url", "story_id",
)  # fmt: skip
"""Columns of the CSV form."""


def write_csv(stream: TextIO, hits: Hits) -> None:
    """Hits as CSV, with a mark by which spreadsheets know that it is UTF-8; several values of a field in one cell."""
    stream.write("\ufeff")
    writer = csv.DictWriter(stream, CSV_FIELDS, extrasaction="ignore")
    writer.writeheader()
    for hit in hits.hits:
        for article in (hit.article, *hit.copies):
            writer.writerow({name: _cell(value) for name, value in article.items()})


def _cell(value: Any) -> Any:
    text = "; ".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
    text = shortened(printable(text), MAX_CELL) if isinstance(text, str) else text
    # A spreadsheet takes these for the beginning of a formula; titles come from the web.
    return f"'{text}" if isinstance(text, str) and text.startswith(tuple("=+-@\t\r＝＋－＠")) else text


def show_story(console: Console, articles: Sequence[dict[str, Any]]) -> None:
    """A story as a time line, and below it what each repost changed: struck out what it left out, underlined what it
    put in.
    """
    original = articles[0]
    table = Table("published", "outlet", "copied", "similar", "title", box=box.SIMPLE_HEAD)
    for article in articles:
        shares = [f"{article[name]:.0%}" if article.get("is_repost") else "" for name in ("copied_share", "similarity")]
        style = "" if article.get("is_repost") else "bold"
        published = article["published_at"][:16].replace("T", " ")
        table.add_row(published, article["outlet_name"], *shares, Text(one_line(article["title"])), style=style)
    console.print(table)
    console.print(Text(f"original: {original['url']}", "blue"), soft_wrap=True)
    for article in articles[1:]:
        console.print(Text(f"\n{article['outlet_name']}: {article['url']}", "bold"), soft_wrap=True)
        console.print(_changes(original["body"], article["body"]), soft_wrap=False)


def _changes(original: str, repost: str) -> Text:
    """A repost's words beside the original's, without the passages that are the same."""
    before, after = words(original), words(repost)
    shown = Text()
    for kind, start, end, other_start, other_end in differences(before.forms, after.forms):
        if kind == "equal":
            same = repost[after.starts[other_start] : after.ends[other_end - 1]]
            shown.append(" ".join(_middle_left_out(same.split())) + " ")
            continue
        if end > start:
            left_out = original[before.starts[start] : before.ends[end - 1]]
            shown.append(" ".join(left_out.split()), "red strike").append(" ")
        if other_end > other_start:
            put_in = repost[after.starts[other_start] : after.ends[other_end - 1]]
            shown.append(" ".join(put_in.split()), "green underline").append(" ")
    return shown


def _middle_left_out(same: list[str]) -> list[str]:
    return same if len(same) <= 2 * CONTEXT + 1 else [*same[:CONTEXT], "[…]", *same[-CONTEXT:]]


def _marked(text: str, style: str = "") -> Text:
    shown = Text(style=style)
    for part in text.split(MARK):
        matched, mark, rest = part.partition(END_MARK)
        shown.append(matched, "black on yellow" if mark else "").append(rest)
    return shown


def show_paths(console: Console, paths: Mapping[str, Path | str]) -> None:
    """Where things are, one a line."""
    for name, path in paths.items():
        console.print(Text.assemble((f"{name:8}", "dim"), str(path)), soft_wrap=True)


def show_status(console: Console, status: Status) -> None:
    """The last runs, the outlets with their trend, and space."""
    table = Table("run", "began", "took", "captures", "articles", "new", "alerts", "state", box=box.SIMPLE_HEAD)
    for run in status.runs:
        took = str(timedelta(seconds=round(run["seconds"])))
        numbers = (str(run.get(name, 0)) for name in ("captures", "articles", "created", "alerts"))
        failed = run["state"] == "failed"
        state = Text(f"failed: {run.get('error', '')}" if failed else "done", "red" if failed else "green")
        table.add_row(run["day"], run.get("started_at", "")[:16].replace("T", " "), took, *numbers, state)
    console.print(table)
    if status.late:
        console.print(f"late     {status.late}", style="red", soft_wrap=True)
    trend = Table("outlet", "articles a day, the last on the right", "last", "", box=box.SIMPLE_HEAD)
    for outlet, counts in status.trend.items():
        values = list(counts.values())
        trend.add_row(outlet, _spark(values), str(values[-1]), Text(status.falling.get(outlet, ""), "yellow"))
    console.print(trend)
    space = Table("kept", "files or documents", "size", box=box.SIMPLE_HEAD)
    for name, (count, size) in [*status.files.items(), *status.indices.items()]:
        space.add_row(name, f"{count:,}", filesize.decimal(size))
    console.print(space)


def _spark(values: list[int]) -> str:
    """Bars, the highest for the largest value."""
    top = max(values) or 1
    return "".join("▁▂▃▄▅▆▇█"[round(7 * value / top)] for value in values)
