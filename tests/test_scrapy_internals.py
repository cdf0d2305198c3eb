"""What is used of Scrapy without its promise is there, and stands in one file."""

import ast
import inspect

import pytest
from scrapy.core.downloader import Downloader, Slot
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

from rasid.settings import ROOT


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Downloader, "_latercall", ["self", "slot"]),
        (Downloader, "_process_queue", ["self", "slot"]),
        (Downloader, "_wait_for_download", ["self", "slot", "request", "queue_dfd"]),
        (Slot, "close", ["self"]),
        (RetryMiddleware, "_retry", ["self", "request", "reason"]),
        (BaseRedirectMiddleware, "_redirect", ["self", "redirected", "request", "reason"]),
        (BaseRedirectMiddleware, "_redirect_request_using_get", ["self", "request", "response", "redirect_url"]),
        (RobotsTxtMiddleware, "_parse_robots", ["self", "response", "netloc", "request"]),
        (RobotsTxtMiddleware, "_robots_error", ["self", "exc", "netloc"]),
        (RobotsTxtMiddleware, "process_request_2", ["self", "rp", "request"]),
    ],
)
def test_a_method_takes_what_it_is_given(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters)[: len(parameters)] == parameters


def test_both_hooks_of_robots_txt_are_called() -> None:
    caller = inspect.getsource(RobotsTxtMiddleware.robot_parser)
    assert "self._parse_robots(" in caller
    assert "self._robots_error(" in caller
    assert "self._parsers[netloc] = rp" in inspect.getsource(RobotsTxtMiddleware._parse_robots)


def test_a_slot_has_what_is_set_on_it() -> None:
    assert {"concurrency", "delay", "jitter", "lastseen", "latercall", "queue"} <= set(dir(Slot(1, 0.0, jitter=0.5)))
    assert "self.slots" in inspect.getsource(Downloader.__init__)


def test_no_other_file_uses_what_is_private() -> None:
    found = []
    for file in (ROOT / "crawlers").rglob("*.py"):
        if file.name == "scrapy_internals.py":
            continue
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        own |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
        used = (node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load))
        used = (
            node for node in used if not (isinstance(node.value, ast.Name) and node.value.id in {"etree", "os"})
        )  # lxml's types, and the end of a forked process
        private = (node.attr for node in used if node.attr.startswith("_") and not node.attr.startswith("__"))
        found += [f"{file.name}: {name}" for name in private if name not in own]
    assert found == []
