"""A doctor's letter on an outlet."""

from rich.console import Console
from rich.text import Text

from pipeline.outlet_check import Examination, seconds_a_page
from rasid.one_line import one_line


def show_examination(console: Console, found: Examination) -> None:
    """A doctor's letter on an outlet."""

    def line(name: str, text: str, style: str = "") -> None:
        console.print(Text.assemble((f"  {name:9}", "dim"), (text, style)), soft_wrap=True)

    crawl = found.crawl
    console.print(Text(f"{found.outlet.id} ({found.outlet.name.en})", "bold"), soft_wrap=True)
    for host, robots in crawl.robots.items():
        delay = f", Crawl-delay {robots.crawl_delay:g} s" if robots.crawl_delay else ""
        line("robots", f"{host}: {robots.error or robots.status}{delay}")
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
