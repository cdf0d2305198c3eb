"""Which fault strikes which stage, and what it is to say: a line a case."""

from dataclasses import dataclass
from signal import SIGINT, SIGKILL, SIGTERM

from tests.faults.installation import STAGES
from tests.faults.kinds import (
    FORMS,
    Fault,
    a_file,
    a_folder,
    a_pipe,
    blocked,
    child_killed,
    clock,
    clock_ahead,
    closed,
    ended,
    few_files,
    forks_killed,
    full,
    half_saved,
    hook_breaks_off,
    index_closed,
    mail_breaks_off,
    mistaken,
    no_threads,
    node_full,
    node_killed,
    node_starts,
    outlet_hangs,
    spoilt,
    told,
)


@dataclass(frozen=True)
class Case:
    """A fault and the stage that it strikes.

    Attributes:
        stage: which.
        fault: which.
        says: a pattern of the line that says what is wrong and what to do; empty where nothing is left to be said.
        quick: whether `make test` has it, too.
    """

    stage: str
    fault: Fault
    says: str = ""
    quick: bool = False


CONFIG = ("outlets", "topics", "entities", "alerts", "synonyms")
ALLOW = "Permission denied; allow the user who runs Rasid"
MOVE_FILE = "a file stands where a folder is to be: move it away"
MOVE_FOLDER = "a folder stands where a file is to be: move it away"
MOVE_PIPE = "Not a file; a pipe, a socket or a device stands where a file is to be: move it away"
ROOM = "File too large; allow larger files"
FETCHED = r"captures/.*one\.warc\.gz is (damaged \(.*|missing): what it (has lost|held) is fetched again"
OWED = r"captures/.*one\.warc\.gz is damaged \(.*: the next crawl fetches again what was lost"
REPAIR = r"one\.jsonl is damaged \(.*: run `rasid doctor --repair`"
ABSENT = r"one\.jsonl is gone: run `rasid process`"
ANEW = r"\.json\.damaged was set aside.*; its stage's next run writes it anew"
AGAIN = "run (it|this|the day) again"

MATRIX = [
    Case("crawl", ended(SIGKILL), quick=True),
    Case("crawl", ended(SIGINT)),
    Case("crawl", child_killed("crawlers.process"), "ended with code -9; run it again.*; see .*stderr"),
    Case("crawl", forks_killed, "ended with code -9; run it again.*; see .*stderr"),
    Case("crawl", full(20_000), rf"captures/.*one\.warc\.gz: {ROOM}", quick=True),
    Case("crawl", full(0), rf"crawl-one\.json: {ROOM}"),
    Case("crawl", closed("state", 0o500), rf"state/one\.lock: {ALLOW}"),
    Case("crawl", closed("captures", 0o500), rf"captures/.*: {ALLOW}"),
    Case("crawl", closed("captures", 0o000), rf"captures/.*: {ALLOW}"),
    Case("crawl", closed("logs", 0o500), rf"logs/.*: {ALLOW}"),
    Case("crawl", a_folder("state"), rf"state/one\.jsonl: Is a directory; {MOVE_FOLDER}"),
    Case("crawl", a_folder("captures"), rf"captures/.*one\.warc\.gz: Is a directory; {MOVE_FOLDER}"),
    Case("crawl", a_pipe("captures"), rf"captures/.*one\.warc\.gz: {MOVE_PIPE}"),
    Case("crawl", a_pipe("state"), rf"state/one\.jsonl: {MOVE_PIPE}"),
    Case("crawl", a_file("captures"), rf"captures/.*: Not a directory; {MOVE_FILE}"),
    Case("crawl", a_file("state"), rf"state: File exists; {MOVE_FILE}"),
    *(
        Case("crawl", spoilt("state", form), r"state/one\.jsonl\.damaged was set aside \(.*read back from the captures")
        for form in ("cut short", "300 bytes of garbage", "empty", "not UTF-8", "null")
    ),
    Case("crawl", spoilt("state", "missing")),
    *(Case("crawl", spoilt("captures", form), FETCHED) for form in FORMS),
    Case("crawl", spoilt("captures", "300 bytes of garbage", gone="state"), FETCHED),
    Case("crawl", no_threads, "ended with code 1; run it again.*; see .*stderr"),
    Case("crawl", outlet_hangs, "/feed: timeout"),
    Case("crawl", clock_ahead),
    *(Case("crawl", mistaken(f"{name}.yaml", b""), rf"{name}\.yaml:1: expected") for name in CONFIG),
    *(Case("crawl", mistaken(f"{name}.yaml", b"\xc7\xe1"), rf"{name}\.yaml:1: expected UTF-8") for name in CONFIG),
    Case("process", ended(SIGKILL)),
    Case("process", ended(SIGTERM)),
    Case("process", child_killed("processing.reading"), AGAIN),
    Case("process", forks_killed),
    Case("process", full(2_000), rf"articles/.*one\.jsonl: {ROOM}"),
    Case("process", closed("articles", 0o500), rf"articles/.*: {ALLOW}"),
    Case("process", closed("captures", 0o000), rf"captures/.*: {ALLOW}"),
    Case("process", a_folder("captures"), rf"captures/.*: Is a directory; {MOVE_FOLDER}"),
    Case("process", a_folder("articles"), rf"articles/.*: Is a directory; {MOVE_FOLDER}"),
    Case("process", a_pipe("captures"), rf"captures/.*: {MOVE_PIPE}"),
    Case("process", a_pipe("articles"), rf"articles/.*: {MOVE_PIPE}"),
    Case("process", a_file("articles"), rf"articles.*: Not a directory; {MOVE_FILE}"),
    *(Case("process", spoilt("captures", form), OWED) for form in FORMS),
    *(Case("process", spoilt("articles", form)) for form in FORMS),
    Case("process", clock_ahead),
    Case("process", no_threads, r"can't start new thread; allow more processes and threads \(ulimit -u"),
    Case("index", ended(SIGKILL), quick=True),
    Case("index", ended(SIGTERM)),
    Case("index", full(0), ROOM),
    Case("index", a_folder("articles"), rf"articles/.*: Is a directory; {MOVE_FOLDER}"),
    Case("index", a_pipe("articles"), rf"articles/.*: {MOVE_PIPE}"),
    Case("index", a_pipe("runs/process-one"), rf"runs/.*process-one\.json: {MOVE_PIPE}"),
    Case("index", closed("articles", 0o000), rf"articles/.*: {ALLOW}"),
    Case("index", a_folder("rejected"), rf"rejected/.*: Is a directory; {MOVE_FOLDER}"),
    *(
        Case("index", spoilt(file, form), f"{file}/.*{ABSENT if form == 'missing' else REPAIR}")
        for file in ("articles", "rejected")
        for form in FORMS
    ),
    *(Case("index", spoilt("runs/process-one", form), f"process-one{ANEW}") for form in FORMS if form != "missing"),
    Case("index", node_killed, AGAIN),
    Case("index", node_starts),
    Case("index", node_full, AGAIN),
    Case("index", index_closed("articles-2025.03"), "the index articles-2025.03 is closed: open it"),
    Case("index", index_closed("deals"), "the index deals is closed: open it"),
    # Elasticsearch looks at its disk each half minute, and may take the block away while the stage waits.
    Case("index", blocked("read_only_allow_delete"), f"make room on its disk.*{AGAIN}|index +done +articles"),
    Case("index", blocked("read_only"), f"take the block away.*{AGAIN}"),
    Case("index", clock_ahead),
    Case("alert", ended(SIGKILL)),
    Case("alert", ended(SIGTERM)),
    Case("alert", full(0), ROOM),
    Case("alert", closed("alerts", 0o500), rf"alerts/.*: {ALLOW}"),
    Case("alert", a_folder("feed"), rf"alerts/all\.atom\.xml: Is a directory; {MOVE_FOLDER}"),
    Case("alert", a_pipe("feed")),
    Case("alert", a_file("alerts"), rf"alerts.*; {MOVE_FILE}"),
    Case("alert", spoilt("runs/index", "cut short")),
    Case("alert", node_killed, AGAIN),
    Case("alert", node_starts),
    Case("alert", node_full, AGAIN),
    Case("alert", index_closed("articles-2025.03"), "the index articles-2025.03 is closed: open it"),
    Case("alert", mail_breaks_off, "undelivered  mail: 8 of rule all.*rasid alerts retry"),
    Case("alert", hook_breaks_off, "undelivered  hook: 8 of rule all.*rasid alerts retry"),
    Case("alert", clock_ahead),
    Case("report", ended(SIGKILL)),
    Case("report", ended(SIGTERM)),
    Case("report", full(0), ROOM),
    Case("report", closed("reports", 0o500), rf"reports/.*: {ALLOW}"),
    Case("report", a_folder("report"), rf"reports/.*: Is a directory; {MOVE_FOLDER}"),
    Case("report", a_pipe("report")),
    Case("report", a_pipe("runs/crawl-one"), rf"runs/.*crawl-one\.json: {MOVE_PIPE}"),
    Case("report", a_file("reports"), rf"reports.*; {MOVE_FILE}"),
    *(
        Case("report", spoilt(file, form), f"{file}/.*{ABSENT if form == 'missing' else REPAIR}")
        for file in ("articles", "rejected")
        for form in ("cut short", "missing")
    ),
    *(
        Case("report", spoilt(f"runs/{name}", "cut short"), f"{name}{ANEW}")
        for name in ("crawl-one", "process-one", "index", "alert")
    ),
    Case("report", node_killed, AGAIN),
    Case("report", index_closed("articles-2025.03"), "the index articles-2025.03 is closed: open it"),
    Case("report", index_closed("deals"), "the index deals is closed: open it"),
    Case("report", clock_ahead),
    *(Case("run", spoilt("airflow", form), r"damaged-.*airflow\.db.*is made anew") for form in ("cut short", "empty")),
    Case("run", spoilt("airflow", "missing")),
    Case("run", ended(SIGKILL)),
    Case("run", child_killed("airflow dags test"), f"Airflow was ended by SIGKILL: {AGAIN}"),
    Case("run", half_saved("outlets.yaml"), r"outlets\.yaml:\d+: "),
    Case("reprocess", ended(SIGKILL)),
    *(Case(stage, clock(-1)) for stage in STAGES),
    *(Case(stage, few_files(256)) for stage in STAGES),
    *(Case(stage, told(TZ="Asia/Riyadh", LC_ALL="C")) for stage in STAGES),
]
