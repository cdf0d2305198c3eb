"""One crawl in its own process, as Twisted's reactor runs only once: a `Job` comes in on standard input, counts of
progress and at last a `CrawlReport` go out on standard output, one JSON object a line.
"""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rasid.errors import RasidError, told_by_system
from rasid.exclusive import exclusively
from rasid.json_record import dumps
from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from rasid.storage import Storage, root_of


class Job(BaseModel):
    """What to crawl, and within which bounds (seconds, hours, bytes, pages)."""

    outlet: Outlet
    data: str
    day: date
    since: date | None
    until: date | None
    log_file: Path
    user_agent: str
    timeout: float
    max_seconds: float
    max_page_bytes: int
    max_pages: int
    max_bytes: int
    revisit_within: float
    revisit_every: float


def main() -> None:
    """Runs the job, when no other crawl of the outlet does."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    storage = Storage(root_of(job.data))
    try:
        with exclusively(storage.crawl_lock(job.outlet.id), job.max_seconds):
            report = _crawl(job, storage)
    except RasidError as error:
        report = CrawlReport(job.outlet.id, error=str(error))
    except OSError as error:
        refusal = told_by_system(error, job.data)
        if not refusal:
            raise
        report = CrawlReport(job.outlet.id, error=refusal)
    print(dumps(report), flush=True)


def _crawl(job: Job, storage: Storage) -> CrawlReport:
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess

    from crawlers.json_log import log_as_json
    from crawlers.spider import OutletSpider
    from crawlers.state import CrawlState
    from crawlers.window import Window

    started = datetime.now(UTC)
    state = CrawlState(storage, job.outlet.id, job.day)
    log_as_json(job.log_file, job.outlet.id, job.day.isoformat())
    process = CrawlerProcess(_scrapy_settings(job, storage))
    crawler = process.create_crawler(OutletSpider)

    def tell(**_: Any) -> None:
        assert isinstance(crawler.spider, OutletSpider)
        counts = crawler.spider.counts
        progress = {"found": counts.found + counts.revisited, "captures": counts.captures}
        try:
            print(json.dumps({**progress, "failed": sum(counts.failed.values())}), flush=True)
        except BrokenPipeError:  # whoever asked for the crawl is gone; what it has is kept
            process.stop()

    for signal in (signals.item_scraped, signals.response_received):
        crawler.signals.connect(tell, signal, weak=False)
    process.crawl(
        crawler,
        outlet=job.outlet,
        state=state,
        window=Window.of(job.day, job.since, job.until),
        revisit=(job.revisit_within, job.revisit_every),
        max_pages=job.max_pages,
        max_bytes=job.max_bytes,
        max_seconds=job.max_seconds,
    )
    process.start()
    now = datetime.now(UTC)
    state.save(job.day, now)
    assert isinstance(crawler.spider, OutletSpider)
    return _report(crawler.spider, (now - started).total_seconds(), state.damage)


def _report(spider: Any, seconds: float, damage: list[str]) -> CrawlReport:
    error = spider.refusal or None
    counts, failed, links = spider.counts, spider.source_failures, spider.links_of_source
    if all(source.url in failed and not links.get(source.url) for source in spider.outlet.sources):
        error = "; ".join(f"{url}: {reason}" for url, reason in failed.items())
    return CrawlReport(
        outlet=spider.outlet.id,
        found=counts.found,
        revisited=counts.revisited,
        known=counts.known,
        outside=counts.outside,
        captures=counts.captures,
        unchanged=counts.unchanged,
        failed=counts.failed,
        failures=spider.failures,
        links=links,
        old_links=spider.old_links_of_source,
        source_failures=failed,
        robots=spider.robots,
        seconds=round(seconds, 1),
        damage=tuple(damage),
        error=error,
    )


def _scrapy_settings(job: Job, storage: Storage) -> dict[str, Any]:
    from crawlers.middlewares.robots import PRODUCT_TOKEN

    return {
        "USER_AGENT": job.user_agent,
        "ROBOTSTXT_USER_AGENT": PRODUCT_TOKEN,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ar",
            "Accept-Encoding": "gzip, deflate",  # what processing can read again from a capture
        },
        "ROBOTSTXT_OBEY": True,
        "ALLOW_HOSTS": sorted(job.outlet.allow_hosts),
        "DOWNLOAD_DELAY": job.outlet.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": job.outlet.concurrency,
        "AUTOTHROTTLE_ENABLED": job.outlet.delay > 0,
        "AUTOTHROTTLE_START_DELAY": job.outlet.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": job.outlet.concurrency,
        "DOWNLOAD_TIMEOUT": job.timeout,
        "DOWNLOAD_MAXSIZE": job.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # `PatientRetryMiddleware` looks whether what came is whole
        "CLOSESPIDER_TIMEOUT": job.max_seconds,
        "REDIRECT_MAX_TIMES": 5,
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPPROXY_ENABLED": False,  # a proxy would resolve names itself, behind the address guard's back
        "COMPRESSION_ENABLED": False,  # bodies stay as they came: readers unpack them, and captures must hold them
        "METAREFRESH_ENABLED": False,  # Scrapy's own, which cannot read what is packed
        "COOKIES_ENABLED": False,  # Scrapy's own, which asks the network for a list of domains
        "LOG_INSTALL_ROOT_HANDLER": False,  # `log_as_json` has one
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.middlewares.address_guard.AddressGuardMiddleware": 90,  # before robots.txt is fetched
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.middlewares.robots.StrictRobotsTxtMiddleware": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "crawlers.middlewares.patience.PatientRetryMiddleware": 550,
            "crawlers.middlewares.refresh.MetaRefreshMiddleware": 580,
            "crawlers.middlewares.cookies.CookiesMiddleware": 700,
        },
        "EXTENSIONS": {"crawlers.middlewares.patience.CrawlDelay": 500},
        "CONCURRENT_ITEMS": 1,  # an answer gives one item; Scrapy starts so many tasks for each, used or not
        "ITEM_PIPELINES": {"crawlers.warc_pipeline.WarcPipeline": 100},
        "CAPTURES_FILE": str(storage.captures(job.day, job.outlet.id)),
    }


if __name__ == "__main__":
    main()
