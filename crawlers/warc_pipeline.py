"""Writes the pages of a crawl to its WARC file."""

from scrapy.crawler import Crawler
from upath import UPath

from crawlers.page import Page
from crawlers.spider import OutletSpider
from rasid.captures import CaptureWriter, payload_digest
from rasid.errors import told_by_system


class WarcPipeline:
    """Appends each `Page` to the file of the setting ``CAPTURES_FILE``; the first makes it. Notifies the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._file = UPath(crawler.settings["CAPTURES_FILE"])
        self._writer: CaptureWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WarcPipeline":
        """As Scrapy makes pipelines."""
        return cls(crawler)

    def process_item(self, item: Page) -> Page:
        """Keeps the page, unless the disk does not take it."""
        assert isinstance(self._crawler.spider, OutletSpider)
        try:
            digest = self._write(item)
        except OSError as error:
            self._crawler.spider.not_kept(item, told_by_system(error, self._file.path) or f"{self._file}: {error}")
        else:
            self._crawler.spider.kept(item, digest)
        return item

    def _write(self, item: Page) -> str:
        """Adds its record; gives the digest of its payload."""
        if self._writer is None:
            self._writer = CaptureWriter(self._file)
        earlier = item.earlier
        if earlier and earlier.captured_at:
            digest = earlier.digest
            self._writer.write_revisit(
                item.url, item.link, item.status, item.headers, digest, earlier.captured_at, item.fetched_at
            )
        else:
            digest = payload_digest(item.body)
            self._writer.write(item.url, item.link, item.status, item.headers, item.body, item.fetched_at)
        return digest

    def close_spider(self) -> None:
        """Closes the file."""
        if self._writer:
            self._writer.close()
