"""Many outlets served by one process, each at an address of its own of the loopback network.

``python -m benchmarks.day.site PORT OUTLETS PAGES`` serves until it is killed. The outlets' feeds are at
``http://127.0.1.N:PORT/feed``; of three that are in trouble, one takes two seconds for each answer, one gives none, and
at one nothing listens.
"""

import asyncio
import random
import sys
from functools import partial

from samples.site import HERE

SLOW, HANGING, DEAD = 1, 2, 3
"""Numbers of the outlets in trouble."""
_TEXTS = [file.read_text("utf-8") for file in (HERE / "articles").glob("*.txt")]
_WORDS = sorted({word for text in _TEXTS for word in text.split() if word.isalpha()})
"""No times and addresses: their digits are runs of words, which would make each page a candidate of each other one."""
_PAGE = (
    "<!DOCTYPE html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{title}</title></head><body><nav>"
    + "<a href='/section'>قسم من الأقسام</a>" * 450
    + "</nav><main><article><h1>{title}</h1>{body}</article></main></body></html>"
)
"""About 30 kB with its text."""


def host(number: int) -> str:
    """Address of an outlet's server."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def page(number: int, path: str) -> str:
    """A page of an outlet: words of the sample outlets in an order of its own."""
    rng = random.Random(f"{number}{path}")
    paragraphs = [" ".join(rng.choices(_WORDS, k=45)) + "." for _ in range(10)]
    return _PAGE.format(title=" ".join(rng.choices(_WORDS, k=8)), body="".join(f"<p>{text}</p>" for text in paragraphs))


def _feed(base: str, pages: int) -> str:
    items = "".join(
        f"<item><title>خبر {number}</title><link>{base}/news/{number}</link></item>" for number in range(pages)
    )
    return f"<rss version='2.0'><channel><title>أخبار</title>{items}</channel></rss>"


async def _serve(port: int, outlets: int, pages: int) -> None:
    async def answer(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                if number in {SLOW, HANGING}:
                    await asyncio.sleep(2 if number == SLOW else 3600)
                status, kind, text = "404 Not Found", "text/plain", ""
                if path.startswith("/news/"):
                    status, kind, text = "200 OK", "text/html", page(number, path)
                elif path == "/feed":
                    status, kind, text = "200 OK", "application/rss+xml", _feed(f"http://{host(number)}:{port}", pages)
                body = text.encode()
                head = (
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    served = (number for number in range(outlets) if number != DEAD)
    servers = [await asyncio.start_server(partial(answer, number), host(number), port) for number in served]
    print("serving", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_serve(*map(int, sys.argv[1:])))
