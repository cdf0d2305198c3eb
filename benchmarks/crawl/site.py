"""A site of any number of pages, served by a process that costs little: ``python -m benchmarks.crawl.site N``.

It prints its address, and serves ``/sitemap.xml`` and ``/news/0`` to ``/news/N-1`` until it is killed.
"""

import asyncio
import sys

PARAGRAPH = (
    "<p>قال مسؤول في وزارة الدفاع إن المفاوضات بشأن صفقة الأسلحة الجديدة دخلت مرحلتها الأخيرة، مضيفا أن الاتفاق "
    "سيعلن خلال الأسابيع المقبلة بعد أن تستكمل اللجان الفنية دراسة العروض التي قدمتها ثلاث شركات.</p>\n"
)
PAGE = (
    "<!DOCTYPE html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>خبر رقم {number}</title></head><body>"
    "<nav>" + "<a href='/section'>قسم</a>" * 200 + "</nav><h1>خبر رقم {number}</h1>" + PARAGRAPH * 60 + "</body></html>"
)
"""About 30 kB, as a newspaper's page has them after its scripts are taken away."""


async def _serve(count: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                status, kind, body = _page(path, base, count)
                head = (
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(base, flush=True)
    await server.serve_forever()


def _page(path: str, base: str, count: int) -> tuple[str, str, bytes]:
    if path.startswith("/news/"):
        return "200 OK", "text/html", PAGE.replace("{number}", path[6:]).encode()
    if path == "/sitemap.xml":
        urls = "".join(f"<url><loc>{base}/news/{number}</loc></url>" for number in range(count))
        sitemap = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
        return "200 OK", "application/xml", sitemap.encode()
    return "404 Not Found", "text/plain", b""


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
