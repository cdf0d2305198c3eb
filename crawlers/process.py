"""One crawl in its own process, as Twisted's reactor runs only once: a `Job` comes in on standard input, counts of
progress and at last a `CrawlReport` go out on standard output, one JSON object a line.
"""

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from upath import UPath

from rasid.outlets import Outlet


class Job(BaseModel):
    """What to crawl, and within which bounds (seconds, bytes, pages)."""

    outlet: Outlet
    captures_file: str
    state_file: str
    log_file: Path
    user_agent: str
    timeout: float
    max_page_bytes: int
    max_pages: int


@dataclass(frozen=True)
class CrawlReport:
    """What came of a crawl: ``found == captures + sum(failed.values())``.

    Attributes:
        outlet: its id.
        found: pages that the sources list and that were not at hand.
        known: pages that they list and that were.
        captures: pages fetched and kept.
        failed: pages without an answer, by reason.
        failures: address and reason of each.
        source_failures: address and reason of each source that could not be read.
        error: why the outlet as a whole failed; None if it did not.
    """

    outlet: str
    found: int = 0
    known: int = 0
    captures: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    source_failures: dict[str, str] = field(default_factory=dict)
    error: str | None = None


def main() -> None:
    """Runs the job."""
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess

    from crawlers.spider import OutletSpider
    from crawlers.state import CrawlState

    job = Job.model_validate_json(sys.stdin.buffer.read())
    state = CrawlState(UPath(job.state_file))
    process = CrawlerProcess(_scrapy_settings(job))
    crawler = process.create_crawler(OutletSpider)

    def tell(**_: Any) -> None:
        assert isinstance(crawler.spider, OutletSpider)
        print(json.dumps(crawler.spider.progress()), flush=True)

    for signal in (signals.item_scraped, signals.response_received):
        crawler.signals.connect(tell, signal, weak=False)
    process.crawl(crawler, outlet=job.outlet, state=state, max_pages=job.max_pages)
    process.start()
    state.save()
    assert isinstance(crawler.spider, OutletSpider)
    print(json.dumps(asdict(_report(crawler.spider))), flush=True)


def _report(spider: Any) -> CrawlReport:
    failures = spider.failed_pages()
    error = None
    if len(spider.source_failures) == len(spider.outlet.sources):
        error = "; ".join(f"{url}: {reason}" for url, reason in spider.source_failures.items())
    return CrawlReport(
        outlet=spider.outlet.id,
        **{name: count for name, count in spider.progress().items() if name != "failed"},
        failed=dict(Counter(failures.values())),
        failures=failures,
        source_failures=spider.source_failures,
        error=error,
    )


def _scrapy_settings(job: Job) -> dict[str, Any]:
    return {
        "USER_AGENT": job.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ar",
            "Accept-Encoding": "gzip, deflate",  # what processing can read again from a capture
        },
        "ROBOTSTXT_OBEY": True,
        "ALLOW_HOSTS": sorted(job.outlet.allow_hosts),
        "DOWNLOAD_DELAY": job.outlet.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2 if job.outlet.delay else 8,
        "AUTOTHROTTLE_ENABLED": job.outlet.delay > 0,
        "AUTOTHROTTLE_START_DELAY": job.outlet.delay,
        "DOWNLOAD_TIMEOUT": job.timeout,
        "DOWNLOAD_MAXSIZE": job.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CLOSESPIDER_TIMEOUT": 3600,
        "REDIRECT_MAX_TIMES": 5,
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPPROXY_ENABLED": False,  # a proxy would resolve names itself, behind the address guard's back
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.middlewares.address_guard.AddressGuardMiddleware": 90,  # before robots.txt is fetched
            "crawlers.middlewares.wire_body.WireBodyMiddleware": 595,  # between redirects and decompression
        },
        "ITEM_PIPELINES": {"crawlers.warc_pipeline.WarcPipeline": 100},
        "CAPTURES_FILE": job.captures_file,
        "LOG_FILE": str(job.log_file),
        "LOG_LEVEL": "INFO",
    }


if __name__ == "__main__":
    main()
