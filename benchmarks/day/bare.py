"""The peers, each in a process of its own: ``python -m benchmarks.day.bare crawl|extract|bulk FILE …``.

Scrapy with one spider an outlet in one process, trafilatura over all cores, and Elasticsearch's `parallel_bulk`.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk


def crawl(file: str, delay: str, timeout: str, *feeds: str) -> None:
    """Feeds → a line of JSON a page."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import Response

    with Path(file).open("w", encoding="utf-8") as pages:

        class Bare(Spider):
            name = "bare"

            def parse(self, response: Response, **_: Any) -> Iterator[Request]:
                for link in re.findall(r"<link>(http[^<]+)</link>", response.text):
                    yield Request(link, self.page)

            def page(self, response: Response) -> None:
                pages.write(json.dumps({"url": response.url, "html": response.text}) + "\n")

        settings = {"ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": float(delay), "DOWNLOAD_TIMEOUT": float(timeout)}
        process = CrawlerProcess({**settings, "LOG_LEVEL": "WARNING", "CONCURRENT_REQUESTS_PER_DOMAIN": 2})
        for feed in feeds:
            process.crawl(Bare, start_urls=[feed])
        process.start()


def _extracted(line: str) -> str:
    from trafilatura import bare_extraction

    page = json.loads(line)
    found = bare_extraction(page["html"], url=page["url"], with_metadata=True)
    return json.dumps({"url": page["url"], "title": found.title, "body": found.text} if found else {"url": page["url"]})


def extract(file: str, articles: str) -> None:
    """Pages → a line of JSON an article."""
    with Pool(os.cpu_count()) as pool, Path(file).open(encoding="utf-8") as lines, Path(articles).open("w") as out:
        out.writelines(f"{each}\n" for each in pool.imap_unordered(_extracted, lines, chunksize=16))


def bulk(file: str, url: str) -> None:
    """Articles → Elasticsearch."""
    with Elasticsearch(url) as client, Path(file).open(encoding="utf-8") as lines:
        client.indices.create(index="bare")
        actions = ({"_index": "bare", "_source": json.loads(line)} for line in lines)
        assert all(succeeded for succeeded, _ in parallel_bulk(client, actions))
        client.indices.refresh(index="bare")


if __name__ == "__main__":
    {"crawl": crawl, "extract": extract, "bulk": bulk}[sys.argv[1]](*sys.argv[2:])
