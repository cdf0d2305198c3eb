"""Kinds of faults: each runs a stage as a real process while something is wrong, and mends what only a person can."""

import ctypes
import os
import random
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil

import alerts.deliveries
from samples.site import DAY
from tests.conftest import COMMAND, PATIENCE, said_by
from tests.faults.installation import STAGES, Installation
from tests.serving import Reply


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        name: of the fault.
        strike: runs a stage while it does, and gives what the process says. All earlier stages have run.
        ends_node: whether it ends the node, which is then one of its own.
        most: times that a story may be told to a channel.
    """

    name: str
    strike: Callable[[Installation, str], str]
    ends_node: bool = False
    most: int = 1


def _start(
    installation: Installation, stage: str, prepare: Callable[[], object] | None = None, **variables: str
) -> "subprocess.Popen[str]":
    days = ("--since", str(DAY), "--until", str(DAY)) if stage == "reprocess" else ("--date", str(DAY))
    return subprocess.Popen(
        [COMMAND, stage, *days],
        env=installation.rasid.environment | variables,
        cwd=installation.rasid.data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=prepare,  # noqa: PLW1509  which makes system calls alone
    )


def _run(installation: Installation, stage: str, prepare: Callable[[], object] | None = None, **variables: str) -> str:
    return said_by(_start(installation, stage, prepare, **variables))


# Files of ours


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 6 // 10])


def _garbage(file: Path) -> None:
    text = file.read_bytes()
    middle = max(len(text) // 2 - 150, 0)
    file.write_bytes(text[:middle] + random.Random(1).randbytes(300) + text[middle + 300 :])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _other_text(file: Path) -> None:
    file.write_bytes("نص بترميز قديم\n".encode("cp1256") * 20)


def _null(file: Path) -> None:
    file.write_bytes(b"null\n")


FORMS: dict[str, Callable[[Path], None]] = {
    "cut short": _cut,
    "300 bytes of garbage": _garbage,
    "empty": _empty,
    "not UTF-8": _other_text,
    "null": _null,
    "missing": Path.unlink,
}


def spoilt(name: str, form: str, gone: str = "") -> Fault:
    """A file of the day is damaged before the stage runs, and perhaps another is gone. One that the stage writes itself
    is of its last run.
    """

    def strike(installation: Installation, stage: str) -> str:
        file = installation.file(name)
        if not file.exists():
            installation.run(stage)
        FORMS[form](file)
        if gone:
            installation.file(gone).unlink()
        return _run(installation, stage)

    return Fault(f"{name} {form}{f', {gone} gone' if gone else ''}", strike)


def a_folder(name: str) -> Fault:
    """A folder stands where a file is to be, until a person takes it away."""

    def strike(installation: Installation, stage: str) -> str:
        file = installation.file(name)
        file.unlink(missing_ok=True)
        file.mkdir(parents=True)
        said = _run(installation, stage)
        file.rmdir()
        return said

    return Fault(f"{name} is a folder", strike)


def a_pipe(name: str) -> Fault:
    """A pipe that nobody writes lies under the name of a file, until a person takes it away; nothing waits for it."""

    def strike(installation: Installation, stage: str) -> str:
        file = installation.file(name)
        aside = file.with_name("aside")
        if file.exists():
            file.rename(aside)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(file)
        said = _run(installation, stage)
        if file.is_fifo():  # else the stage has put its own in that place
            file.unlink()
        if aside.exists():
            aside.replace(file) if not file.exists() else aside.unlink()
        return said

    return Fault(f"{name} is a pipe", strike)


def a_file(name: str) -> Fault:
    """A file stands where a folder is to be, until a person takes it away."""

    def strike(installation: Installation, stage: str) -> str:
        folder = installation.rasid.data / name
        aside = folder.with_name(f"{name} aside")
        if folder.exists():
            folder.rename(aside)
        folder.touch()
        said = _run(installation, stage)
        folder.unlink()
        if aside.exists():
            aside.rename(folder)
        return said

    return Fault(f"{name}/ is a file", strike)


def half_saved(name: str) -> Fault:
    """A file of the configuration is saved half in the middle of the stage, and whole afterwards."""

    def strike(installation: Installation, stage: str) -> str:
        file = Path(installation.rasid.environment["RASID_CONFIG"]) / name
        right = file.read_bytes()
        with _middle(installation, stage) as moment:
            process = _start(installation, stage, **moment.variables)
            _wait(moment.is_there, process)
            file.write_bytes(right[: len(right) // 2])
            moment.go_on.set()
            said = said_by(process)
        file.write_bytes(right)
        return said

    return Fault(f"{name} half saved", strike)


def mistaken(name: str, text: bytes) -> Fault:
    """A file of the configuration has a mistake, until a person corrects it."""

    def strike(installation: Installation, stage: str) -> str:
        file = Path(installation.rasid.environment["RASID_CONFIG"]) / name
        right = file.read_bytes()
        file.write_bytes(text)
        said = _run(installation, stage)
        file.write_bytes(right)
        return said

    return Fault(f"{name} {text[:9]!r}", strike)


# The system


def _without_rights() -> None:
    for capability in (1, 2):  # of Linux: what lets root pass over modes
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def closed(name: str, mode: int) -> Fault:
    """A folder or file of the data has a mode that keeps us out, until a person changes it."""

    def strike(installation: Installation, stage: str) -> str:
        path = installation.rasid.data / name
        if not path.exists():
            path.mkdir(parents=True)
        before = path.stat().st_mode
        path.chmod(mode)
        said = _run(installation, stage, _without_rights if os.geteuid() == 0 else None)
        path.chmod(before)
        return said

    return Fault(f"{name} has mode {mode:o}", strike)


def full(room: int) -> Fault:
    """No file can grow beyond some bytes, as on a disk that is full."""

    def strike(installation: Installation, stage: str) -> str:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        return _run(installation, stage, partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, hard)))

    return Fault(f"disk full at {room:,} bytes", strike)


def few_files(count: int) -> Fault:
    """No more than some files can be open at a time."""

    def strike(installation: Installation, stage: str) -> str:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        return _run(installation, stage, partial(resource.setrlimit, resource.RLIMIT_NOFILE, (count, hard)))

    return Fault(f"{count} open files", strike)


def _no_room_for_stacks() -> None:
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 47 if hard == resource.RLIM_INFINITY else hard, hard))


no_threads = Fault("no more threads", lambda installation, stage: _run(installation, stage, _no_room_for_stacks))
"""The system refuses to start one, as where a user may have no more: no stack has room in memory."""


def told(**variables: str) -> Fault:
    """The environment says something that is none of our business."""
    name = " ".join(f"{name}={value}" for name, value in variables.items())
    return Fault(name, lambda installation, stage: _run(installation, stage, **variables))


CLOCK = """
import copyreg, datetime, time
_datetime, _time, _ahead = datetime.datetime, time.time, datetime.timedelta(days=%d)

class _Kind(type(_datetime)):
    def __instancecheck__(cls, each):
        return isinstance(each, _datetime)

class _Ahead(_datetime, metaclass=_Kind):
    @classmethod
    def now(cls, tz=None):
        return _datetime.now(tz) + _ahead

_Ahead.__module__, _Ahead.__qualname__ = "datetime", "datetime"
copyreg.pickle(_datetime, lambda each: (_Ahead, each.__reduce__()[1]))
datetime.datetime = _Ahead
time.time = lambda: _time() + _ahead.total_seconds()
"""


def clock(days: int) -> Fault:
    """The clock is so many days ahead, for one run."""

    def strike(installation: Installation, stage: str) -> str:
        folder = installation.rasid.data.parent / "clock"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(CLOCK.replace("%d", str(days)))
        path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        return _run(installation, stage, PYTHONPATH=path)

    return Fault(f"clock {days:+} days", strike)


clock_ahead = clock(366)


# Processes that end in the middle


def _wait(condition: Callable[[], object], process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, f"it ended before its middle: {said_by(process)}"
        assert time.monotonic() < end, "its middle does not come"
        time.sleep(0.01)


@dataclass
class Moment:
    """The middle of a stage: it stands there, as far as it can, until it may go on.

    Attributes:
        is_there: tells whether it is.
        go_on: lets it.
        variables: that the stage is to be run with.
    """

    is_there: Callable[[], object]
    go_on: threading.Event
    variables: dict[str, str]


@contextmanager
def _middle(installation: Installation, stage: str) -> Iterator[Moment]:
    there, go_on = threading.Event(), threading.Event()
    moment = Moment(there.is_set, go_on, {})
    stage = {"run": "crawl", "reprocess": "process"}.get(stage, stage)

    def stand() -> None:
        there.set()
        go_on.wait(PATIENCE)

    with ExitStack() as stack:
        outside = installation.outside
        if stage == "crawl":
            path = outside.pages[4].removeprefix(outside.site.base)
            page = outside.site.replies[path]
            assert isinstance(page, Reply)

            def slowly() -> Iterator[bytes]:
                yield b" "
                stand()
                yield page.body

            outside.site.replies[path] = Reply(stream=slowly)
            stack.callback(outside.site.replies.__setitem__, path, page)
        elif stage == "process":
            moment.is_there = lambda: _children(installation, "processing.reading")
        elif stage == "alert":
            outside.before_answer = stand
            stack.callback(setattr, outside, "before_answer", lambda: None)
        else:
            moment.variables["ELASTICSEARCH_URL"] = stack.enter_context(
                gate(installation.url, "/_bulk" if stage == "index" else "/_search", stand)
            )
        stack.callback(go_on.set)
        yield moment


@contextmanager
def gate(url: str, part: str, stand: Callable[[], object]) -> Iterator[str]:
    """A way to a cluster on which the answer to some requests is held back after the cluster has done them."""
    client = httpx.Client(base_url=url, timeout=120, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            names = {"content-type", "accept"}
            given = {name: value for name, value in self.headers.items() if name.lower() in names}
            answer = client.request(self.command, self.path, content=body, headers=given)
            if part in self.path:
                stand()
            self.send_response(answer.status_code)
            for name in ("Content-Type", "X-Elastic-Product"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _pass  # noqa: N815  the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that is killed is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    client.close()


def _children(installation: Installation, part: str) -> list[psutil.Process]:
    """The processes with something in their command line."""
    found = psutil.process_iter(["environ", "cmdline"])
    ours = [each for each in found if (each.info["environ"] or {}).get("RASID_DATA") == str(installation.rasid.data)]
    return [each for each in ours if part in " ".join(each.info["cmdline"] or ())]


def _forks(installation: Installation) -> list[psutil.Process]:
    """The processes that crawl an outlet or read pages: forks of a server of forks."""
    found = _children(installation, "multiprocessing.forkserver")
    return [each for each in found if each.ppid() in {other.pid for other in found}]


def ended(by: signal.Signals) -> Fault:
    """The stage's process gets a signal in its middle."""

    def strike(installation: Installation, stage: str) -> str:
        with _middle(installation, stage) as moment:
            process = _start(installation, stage, **moment.variables)
            _wait(moment.is_there, process)
            process.send_signal(by)
            moment.go_on.set()
            said = said_by(process)
        left = _children(installation, "rasid.tied")  # ends with its parent
        assert not psutil.wait_procs(left, PATIENCE)[1]
        return said

    return Fault(by.name, strike, most=2)


def child_killed(module: str) -> Fault:
    """A process that the stage has started is killed in its middle."""

    def strike(installation: Installation, stage: str) -> str:
        with _middle(installation, stage) as moment:
            process = _start(installation, stage, **moment.variables)
            _wait(moment.is_there, process)
            for child in _children(installation, module):
                child.kill()
            moment.go_on.set()
            return said_by(process)

    return Fault(f"{module} killed", strike)


def _strike_forks(installation: Installation, stage: str) -> str:
    with _middle(installation, stage) as moment:
        process = _start(installation, stage, **moment.variables)
        _wait(lambda: moment.is_there() and _forks(installation), process)
        for fork in _forks(installation):
            fork.kill()
        moment.go_on.set()
        return said_by(process)


forks_killed = Fault("forks killed", _strike_forks)


# The cluster


def _strike_node(installation: Installation, stage: str) -> str:
    with _middle(installation, stage) as moment:
        process = _start(installation, stage, **moment.variables)
        _wait(moment.is_there, process)
        psutil.Process(installation.node_pid).kill()
        moment.go_on.set()
        return said_by(process)


node_killed = Fault("node killed", _strike_node, ends_node=True, most=2)


def _strike_start(installation: Installation, stage: str) -> str:
    psutil.Process(installation.node_pid).kill()
    return _run(installation, stage)


node_starts = Fault("node starts", _strike_start, ends_node=True)


def index_closed(name: str) -> Fault:
    """An index is closed, until a person opens it."""

    def strike(installation: Installation, stage: str) -> str:
        if name == "deals":
            installation.client.options(ignore_status=400).indices.create(index=name)
        elif not installation.client.indices.exists(index=name):
            installation.run(stage)
        installation.client.indices.close(index=name)
        said = _run(installation, stage)
        installation.client.indices.open(index=name)
        return said

    return Fault(f"{name} closed", strike)


def blocked(block: str) -> Fault:
    """The indices have a block, as Elasticsearch sets it when a disk is almost full, until a person takes it away."""

    def strike(installation: Installation, stage: str) -> str:
        if not installation.client.indices.exists(index="articles-2025.03"):
            installation.run(stage)
            for article in installation.indexed():  # so that there is something to write
                installation.client.delete(index="articles-2025.03", id=article["id"])
        names = "articles-*"
        installation.client.indices.put_settings(index=names, settings={f"index.blocks.{block}": True})
        said = _run(installation, stage)
        installation.client.indices.put_settings(index=names, settings={f"index.blocks.{block}": None})
        return said

    return Fault(f"index {block}", strike)


def _strike_full_node(installation: Installation, stage: str) -> str:
    """On a file system of its own, which is small."""
    node = installation.node
    node.stop()
    mount = 'mount -t tmpfs -o size=60m none "$0" && exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", mount, str(node.folder / "data"), str(COMMAND), "es", "start"]
    subprocess.run(command, env=installation.rasid.environment, check=True, capture_output=True, timeout=PATIENCE)
    installation.run(*STAGES[2 : STAGES.index(stage)])  # what is in the index is gone
    filler = Path(f"/proc/{installation.node_pid}/root{node.folder}/data/filler")
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(1 << 16))
    said = _run(installation, stage)
    filler.unlink()
    return said


node_full = Fault("node's disk full", _strike_full_node, ends_node=True)


# Those outside


def _strike_hanging(installation: Installation, stage: str) -> str:
    site, end = installation.outside.site, threading.Event()
    feed = site.replies["/feed"]

    def never() -> Iterator[bytes]:
        yield b" "
        end.wait()

    site.replies["/feed"] = Reply(stream=never)
    said = _run(installation, stage, RASID_TIMEOUT="2", RASID_MAX_OUTLET_SECONDS="10")
    site.replies["/feed"] = feed
    end.set()
    return said


outlet_hangs = Fault("outlet hangs", _strike_hanging)


def _strike_mail(installation: Installation, stage: str) -> str:
    installation.outside.mail_breaks_off = True
    said = _run(installation, stage)
    installation.outside.mail_breaks_off = False
    alerts.deliveries.retry(installation.client)
    return said


mail_breaks_off = Fault("mail server breaks off", _strike_mail)


def _strike_hook(installation: Installation, stage: str) -> str:
    hook = installation.outside

    def hang_up() -> None:
        hook.told.clear()  # it was not taken
        raise ConnectionError

    hook.before_answer = hang_up
    said = _run(installation, stage)
    hook.before_answer = lambda: None
    alerts.deliveries.retry(installation.client)
    return said


hook_breaks_off = Fault("webhook breaks off", _strike_hook)
