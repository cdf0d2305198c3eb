"""The peer: Scrapy's own sitemap spider, which looks at each page and keeps nothing.

``python -m benchmarks.crawl.bare URL [CONCURRENT_ITEMS]``
"""

import sys
from collections.abc import Iterator
from typing import Any

from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.spiders import SitemapSpider


class BareSpider(SitemapSpider):
    """Counts pages."""

    name = "bare"

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, Any]]:
        """One item a page."""
        yield {"url": response.url, "bytes": len(response.body)}


if __name__ == "__main__":
    settings = {"CONCURRENT_ITEMS": int(sys.argv[2])} if sys.argv[2:] else {}
    settings |= {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "INFO"}
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, sitemap_urls=[f"{sys.argv[1]}/sitemap.xml"])
    process.start()
    print(crawler.stats.get_value("item_scraped_count"))
