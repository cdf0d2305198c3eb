"""One crawl of one outlet by Scrapy, in a process of its own, as Twisted's reactor runs only once."""

import json
import os
import resource
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import CrawlerProcess

from crawlers.job import Job
from crawlers.json_log import log_as_json
from crawlers.middlewares.robots import PRODUCT_TOKEN
from crawlers.spider import OutletSpider
from crawlers.state import CrawlState
from crawlers.window import Window
from rasid.errors import RasidError, told_by_system
from rasid.exclusive import exclusively
from rasid.json_record import fields_of
from rasid.reports import CrawlReport
from rasid.storage import Storage, regular, root_of

NO_EXTENSIONS: dict[str, None] = {
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}
"""Scrapy's own that no crawl uses: to load them takes as long as all others together."""
BYTES = 3 << 30
"""Memory that a crawl may ask for, in bytes of address space."""


def run(line: bytes, pipe: Connection) -> None:
    """Runs a job, when no other crawl of the outlet does. Into the pipe go JSON objects: the `counts` so far, and at
    last the `report`, a `CrawlReport`, each with its `outlet`.
    """
    job = Job.model_validate_json(line)
    errors = os.open(regular(job.errors_file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    bound()
    storage = Storage(root_of(job.data))
    try:
        with exclusively(storage.crawl_lock(job.outlet.id), job.max_seconds):
            report = _crawl(job, storage, pipe)
    except RasidError as error:
        report = CrawlReport(job.outlet.id, error=str(error))
    except OSError as error:
        refusal = told_by_system(error, job.data)
        if not refusal:
            raise
        report = CrawlReport(job.outlet.id, error=refusal)
    _send(pipe, job, report=fields_of(report))


def bound() -> None:
    """Has a crawl that takes too much memory end alone: by its own limit, or as the first that the system ends."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (BYTES if hard < 0 else min(BYTES, hard), hard))
    with suppress(OSError):  # it is Linux's
        Path("/proc/self/oom_score_adj").write_text("1000")


def _send(pipe: Connection, job: Job, **told: Any) -> None:
    pipe.send_bytes(json.dumps({"outlet": job.outlet.id, **told}, ensure_ascii=False, default=str).encode())


def _crawl(job: Job, storage: Storage, pipe: Connection) -> CrawlReport:
    started = datetime.now(UTC)
    state = CrawlState(storage, job.outlet.id, job.day)
    log_as_json(job.log_file, job.outlet.id, job.day.isoformat())
    process = CrawlerProcess(scrapy_settings(job, storage))
    crawler = process.create_crawler(OutletSpider)

    def tell(**_: Any) -> None:
        assert isinstance(crawler.spider, OutletSpider)
        counts = crawler.spider.counts
        progress = {"found": counts.found + counts.revisited, "captures": counts.captures}
        try:
            _send(pipe, job, counts={**progress, "failed": sum(counts.failed.values())})
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


def scrapy_settings(job: Job, storage: Storage) -> dict[str, Any]:
    """Scrapy's settings for a job: how we ask servers, and what is kept of their answers."""
    return {
        "USER_AGENT": job.user_agent,
        "ROBOTSTXT_USER_AGENT": PRODUCT_TOKEN,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ar",
            "Accept-Encoding": "gzip, deflate",  # what processing can read again from a capture
        },
        "DOWNLOADER": "crawlers.scrapy_internals.PunctualDownloader",
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
        "LOG_FORMATTER": "crawlers.json_log.WithoutPages",
        "LOG_INSTALL_ROOT_HANDLER": False,  # `log_as_json` has one
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.middlewares.address_guard.AddressGuardMiddleware": 90,  # before robots.txt is fetched
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.middlewares.robots.StrictRobotsTxtMiddleware": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "crawlers.middlewares.patience.PatientRetryMiddleware": 550,
            "crawlers.middlewares.refresh.MetaRefreshMiddleware": 580,
            "crawlers.middlewares.cookies.CookiesMiddleware": 700,
        },
        "EXTENSIONS": {"crawlers.middlewares.patience.CrawlDelay": 500, **NO_EXTENSIONS},
        "CONCURRENT_ITEMS": 1,  # an answer gives one item; Scrapy starts so many tasks for each, used or not
        "ITEM_PIPELINES": {"crawlers.warc_pipeline.WarcPipeline": 100},
        "CAPTURES_FILE": str(storage.captures(job.day, job.outlet.id)),
    }
