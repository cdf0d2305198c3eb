"""Headers of answers, as text."""

from scrapy.http import Response

from crawlers.source_reader import Answer


def header(response: Response, name: str) -> str:
    """The values of all headers of a name, joined by commas (RFC 9110, section 5.3); empty if there is none."""
    return b", ".join(response.headers.getlist(name)).decode("latin-1")


def answer_of(response: Response) -> Answer:
    """What of an answer its reader needs."""
    return Answer(response.body, response.url, header(response, "Content-Type"), header(response, "Content-Encoding"))
