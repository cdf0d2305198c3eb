"""What was found of an outlet on its website."""

from rich.console import Console
from rich.text import Text

from pipeline.new_outlet import Found


def show_found(console: Console, found: Found) -> None:
    """The guesses, the sources with what each lists, and what is none."""

    def line(name: str, text: str, style: str = "") -> None:
        console.print(Text.assemble((f"  {name:10}", "dim"), (text, style)), soft_wrap=True)

    console.print(Text(f"{found.name.ar} ({found.name.en})", "bold"), soft_wrap=True)
    line("home", found.url)
    line("language", found.language or "not known", "" if found.language == "ar" else "yellow")
    if found.language != "ar":
        line("", "Rasid keeps Arabic pages: others are rejected", "yellow")
    line("country", found.country or "not known: say it by --country", "" if found.country else "yellow")
    if found.country:
        line("time zone", found.timezone or "several: say it by --timezone", "" if found.timezone else "yellow")
    for each in found.sources:
        line(each.source.kind, each.source.url, "green" if each.chosen else "dim")
        parts = [f"{count:,} {what}" for count, what in ((each.links, "pages"), (each.further, "sitemaps")) if count]
        newest = f"; newest of {each.newest:%Y-%m-%d %H:%M} UTC" if each.newest else ""
        line("", f"{' and '.join(parts) or 'nothing'}{newest}{f'; left out: {each.why}' if each.why else ''}")
        for title in each.titles:
            line("", f"· {title}", "dim")
    for url, why in found.failures.items():
        line("no source", f"{url}: {why}", "yellow")
