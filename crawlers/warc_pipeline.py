"""Writes the pages of a crawl to its WARC file."""

from scrapy.crawler import Crawler
from upath import UPath

from crawlers.spider import Page
from rasid.captures import CaptureWriter


class WarcPipeline:
    """Appends each `Page` to the file of the setting ``CAPTURES_FILE``, made at the first page."""

    def __init__(self, file: UPath) -> None:
        self._file = file
        self._writer: CaptureWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WarcPipeline":
        """As Scrapy makes pipelines."""
        return cls(UPath(crawler.settings["CAPTURES_FILE"]))

    def process_item(self, item: Page) -> Page:
        """Keeps the page."""
        if self._writer is None:
            self._writer = CaptureWriter(self._file)
        self._writer.write(item.url, item.link, item.status, item.wire.headers, item.wire.body, item.fetched_at)
        return item

    def close_spider(self) -> None:
        """Closes the file."""
        if self._writer:
            self._writer.close()
