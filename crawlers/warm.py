"""Imported once, by the process of which all crawls are forked: what they need is loaded, and shared by them. The event
loop is not: each has one of its own.
"""

import gc

from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from upath.implementations import local  # noqa: F401

import crawlers.engine
import crawlers.middlewares.address_guard
import crawlers.middlewares.cookies
import crawlers.middlewares.patience
import crawlers.middlewares.refresh
import crawlers.warc_pipeline

_SCRAPY = Settings({"EXTENSIONS": crawlers.engine.NO_EXTENSIONS})
for component in (
    *_SCRAPY.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"),
    *_SCRAPY.get_component_priority_dict_with_base("EXTENSIONS"),
    *_SCRAPY.get_component_priority_dict_with_base("SPIDER_MIDDLEWARES"),
    *_SCRAPY["DOWNLOAD_HANDLERS_BASE"].values(),
    *(_SCRAPY[name] for name in ("DUPEFILTER_CLASS", "LOG_FORMATTER", "STATS_CLASS")),
    *(_SCRAPY[name] for name in ("SCHEDULER_DISK_QUEUE", "SCHEDULER_PRIORITY_QUEUE")),
):
    load_object(component)

gc.collect()
gc.freeze()  # else each fork's collector would touch, and so copy, all of it
