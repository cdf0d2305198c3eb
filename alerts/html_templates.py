"""Templates of pages: what stands in them comes from the web, and is text, always."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SHARED = Path(__file__).parent / "templates"


def html_templates(folder: Path) -> Environment:
    """The templates of a folder, all of HTML, and those that all pages share."""
    return Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,  # a field that is not there is a mistake of ours, not an empty text
        trim_blocks=True,
        lstrip_blocks=True,
    )
