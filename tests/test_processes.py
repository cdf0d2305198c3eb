"""Who is interrupted or killed leaves no process behind, and two at once do not get into each other's way."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from filelock import FileLock

from pipeline.airflow import alone
from rasid.outlets import load_outlets
from rasid.settings import ROOT
from samples.server import OUTLETS_FILE, serving
from samples.site import DAY
from tests.conftest import COMMAND, PATIENCE, Rasid, _rasid, said_by
from tests.serving import Reply, Web

pytestmark = pytest.mark.service
ENDS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


def until(condition: Callable[[], object]) -> None:
    """Waits for something that comes."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def processes_of(data: Path, word: str = "") -> list[psutil.Process]:
    """Those that work on a folder of data, and have a word in their command line."""
    found = psutil.process_iter(["environ", "cmdline", "status"])
    return [
        each
        for each in found
        if (each.info["environ"] or {}).get("RASID_DATA") == str(data)
        and any(word in argument for argument in each.info["cmdline"] or ())
    ]


@pytest.mark.parametrize("end", ENDS)
def test_a_tied_process_ends_with_its_parent_and_so_do_its_own(tmp_path: Path, end: signal.Signals) -> None:
    (tmp_path / "child.py").write_text(
        textwrap.dedent("""
            import os, subprocess, time
            print(os.getpid(), subprocess.Popen(["sleep", "600"]).pid, flush=True)
            time.sleep(600)
        """)
    )
    (tmp_path / "parent.py").write_text(
        textwrap.dedent("""
            import signal, sys
            from rasid.tied import tied
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
            with tied("child"):
                pass
        """)
    )
    with subprocess.Popen([sys.executable, "parent.py"], cwd=tmp_path, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        children = [int(word) for word in parent.stdout.readline().split()]
        assert all(psutil.pid_exists(child) for child in children)
        parent.send_signal(end)
        until(lambda: not any(psutil.pid_exists(child) for child in children))


def _slowly() -> Iterator[bytes]:
    for _ in range(6000):
        yield b" "
        time.sleep(0.1)


def test_a_job_ends_with_the_desk(rasid: Rasid, site: Web, tmp_path: Path) -> None:
    site.replies["/feed"] = Reply(stream=_slowly)
    config = tmp_path / "config"
    config.mkdir()
    source = f"sources: [{{feed: '{site.base}/feed'}}], allow_hosts: ['{site.host}']"
    names = "name: {ar: بطيء, en: Slow}, country: DZ, timezone: UTC"
    (config / "outlets.yaml").write_text(f"outlets: {{slow: {{{names}, {source}}}}}\n")
    program = """
        import sys, time
        from desk.jobs import Jobs
        from rasid.settings import load_settings
        jobs = Jobs(load_settings())
        jobs.start("outlets", "check", "slow")
        sys.stdin.readline()
        jobs.end()
    """
    environment = rasid.environment | {"RASID_CONFIG": str(config)}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    for killed in (True, False):
        site.asked.clear()
        with subprocess.Popen(command, env=environment, cwd=tmp_path, stdin=subprocess.PIPE) as desk:
            until(lambda: "/feed" in site.asked)
            assert processes_of(rasid.data, "check")
            if killed:
                desk.kill()
            else:
                desk.communicate(b"\n", timeout=200)
                assert desk.returncode == 0
        until(lambda: not processes_of(rasid.data))


def test_crawls_end_with_who_asked_for_them(site: Web, tmp_path: Path) -> None:
    """All at once, as each is given some seconds to end."""

    site.replies["/feed"] = Reply(stream=_slowly)
    outlets = tmp_path / "outlets.yaml"
    outlets.write_text(f"""
        outlets:
          slow:
            name: {{ar: بطيء, en: Slow}}
            country: DZ
            timezone: UTC
            sources: [{{feed: '{site.base}/feed'}}]
            allow_hosts: ['{site.host}']
    """)
    crawls = []
    for end in ENDS:
        rasid = _rasid(tmp_path / end.name)
        crawls.append((end, rasid.data, rasid.popen("crawl", "--date", DAY.isoformat(), "--outlets", str(outlets))))
    until(lambda: site.asked.count("/feed") == len(ENDS))
    assert all(processes_of(data, "crawlers.process") for _, data, _ in crawls)
    for end, _, crawl in crawls:
        crawl.send_signal(end)
        said_by(crawl)
    for _, data, _ in crawls:
        until(lambda data=data: not processes_of(data))  # type: ignore[misc]


def test_what_reads_the_web_has_no_secret_in_its_environment(rasid: Rasid, site: Web, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    source = f"sources: [{{feed: '{site.base}/feed'}}], allow_hosts: ['{site.host}']"
    (config / "outlets.yaml").write_text(
        f"outlets:\n  one: {{name: {{ar: x, en: x}}, country: DZ, timezone: UTC, {source}}}\n"
    )
    channels = "hook: {webhook: THEIR_HOOK, secret: THEIR_KEY}, chat: {apprise: THEIR_CHAT}"
    (config / "alerts.yaml").write_text(f"channels: {{{channels}}}\nalerts: {{}}\n")
    names = ("THEIR_HOOK", "THEIR_KEY", "THEIR_CHAT", "ELASTICSEARCH_API_KEY")
    secrets = {**dict.fromkeys(names, "7f3a"), "RASID_SMTP_URL": "smtp://desk:7f3a@127.0.0.1:9"}
    rasid.environment.update({"RASID_CONFIG": str(config), **secrets})
    site.replies["/page"] = Reply(b"<p>text")
    site.feed(f"{site.base}/page")
    for stage, word in (("crawl", "crawlers.process"), ("process", "processing.reading"), ("process", "forkserver")):
        running = rasid.popen(stage, "--date", DAY.isoformat())
        seen: list[dict[str, str]] = []
        while running.poll() is None:
            seen += [each.info["environ"] for each in processes_of(rasid.data, word)]
            time.sleep(0.02)
        assert running.returncode == 0, running.communicate()
        assert seen
        assert not any("7f3a" in value for variables in seen for value in variables.values())
        running.communicate()


def test_a_run_that_is_ended_leaves_neither_airflow_nor_node_nor_crawl(rasid: Rasid) -> None:
    command = [
        sys.executable,
        "-m",
        "samples.server",
        str(COMMAND),
        "run",
        "--date",
        DAY.isoformat(),
        "--outlets",
        "{}",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=rasid.environment, stderr=subprocess.PIPE, text=True) as run:
        until(lambda: run.poll() is not None or processes_of(rasid.data, "crawlers.process"))
        assert processes_of(rasid.data, "airflow")
        assert processes_of(rasid.data, "LocalNode")
        run.terminate()
        _, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 128 + signal.SIGTERM, errors
    until(lambda: not processes_of(rasid.data))
    assert "Traceback" not in errors


def test_a_run_waits_for_another_one(tmp_path: Path) -> None:
    other = FileLock(tmp_path / "run.lock")
    other.acquire()
    waited = []

    def wait() -> None:
        waited.append(other.is_locked)
        if len(waited) == 3:
            other.release()

    with alone(tmp_path, wait):
        assert waited == [True, True, True]
        assert not other.is_locked


def test_two_serve_the_samples_at_once() -> None:
    with serving() as one, serving() as other:
        assert other != OUTLETS_FILE
        feeds = [load_outlets(file)["annasr"].sources[0].url for file in (one, other)]
        assert len(set(feeds)) == 2
        for feed in feeds:
            answer = httpx.get(feed, trust_env=False)
            assert answer.status_code == 200
            assert feed.removesuffix("/feed/") in answer.text


def test_the_samples_fill_one_folder_of_data_after_the_other(rasid: Rasid) -> None:
    serve = [sys.executable, "-m", "samples.server", sys.executable, "-c"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*serve, "print(flush=True); input()"], env=rasid.environment, text=True, **pipes) as first:
        assert first.stdout
        first.stdout.readline()
        with subprocess.Popen([*serve, ""], env=rasid.environment, text=True, **pipes) as second:
            assert second.stderr
            assert "waits for its end" in second.stderr.readline()
            assert second.poll() is None
            first.communicate("\n")
            second.communicate()
    assert (first.returncode, second.returncode) == (0, 0)


def test_the_tests_end_what_they_have_started(tmp_path: Path) -> None:
    code = f"""
        import pathlib, subprocess
        from tests.watchdog import watched
        with watched(pathlib.Path({str(tmp_path)!r})):
            print(subprocess.Popen(["sleep", "600"], start_new_session=True).pid, flush=True)
            input()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tests:
        assert tests.stdout
        started = int(tests.stdout.readline())
        tests.kill()
    until(lambda: not psutil.pid_exists(started))
