"""What the operating system refuses, and files that cannot be read, end in one sentence that says what and what to do:
never in a traceback. Real file systems, modes and streams.
"""

import ctypes
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasid.errors import ConfigError, RasidError, told_by_system, without_users
from rasid.outlets import Hints, load_outlets
from samples.site import DAY
from tests.conftest import COMMAND, Rasid
from tests.small import small_configuration

MAY_PASS_MODES = (1, 2)
"""Linux's numbers of what lets root read and write files whose mode forbids it."""


@pytest.fixture
def rasid(rasid: Rasid, tmp_path: Path) -> Rasid:
    """The command line, with a configuration that is read in no time."""
    (folder := tmp_path / "small").mkdir()
    rasid.environment["RASID_CONFIG"] = str(small_configuration(folder))
    return rasid


def _drop() -> None:
    for capability in MAY_PASS_MODES:
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def _told(run: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert run.returncode == 1, run.stdout + run.stderr
    for word in words:
        assert word in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert "Warning" not in run.stdout + run.stderr


def _as_anyone(rasid: Rasid, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command as a user for whom modes count."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=rasid.environment,
        cwd=rasid.data,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_drop if os.geteuid() == 0 else None,
    )


@pytest.fixture(scope="module")
def can_mount() -> None:
    try_it = ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]
    if not which("unshare") or subprocess.run(try_it, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")


def _mounted(rasid: Rasid, spoil: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command with a file system in memory for its data, spoilt by a shell command; what was there is copied."""
    script = (
        'cp -r "$0" /mnt/before && mount -t tmpfs -o size=10m none "$0" && cp -r /mnt/before/. "$0" && '
        f'{spoil} && exec "$@"'
    )
    command = ["unshare", "-Urm", "sh", "-c", f"mount -t tmpfs none /mnt && {script}", str(rasid.data)]
    return subprocess.run(
        [*command, COMMAND, *arguments], env=rasid.environment, capture_output=True, text=True, check=False, cwd="/"
    )


@pytest.mark.usefixtures("can_mount")
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ('mount -o remount,ro "$0"', ("Read-only file system; make it writable",)),
        ('! cat /dev/zero > "$0/filler"', ("No space left on device; make room",)),
    ],
    ids=["read-only", "full"],
)
@pytest.mark.parametrize("stage", ["crawl", "process"])
def test_a_disk_that_takes_nothing(
    rasid: Rasid, sample_outlets: Path, stage: str, spoil: str, words: tuple[str, ...]
) -> None:
    day = ("--date", DAY.isoformat(), "--outlets", str(sample_outlets), "--outlet", "annasr")
    if stage == "process":
        assert rasid("crawl", *day).returncode == 0
    run = _mounted(rasid, spoil, stage, *day)
    _told(run, *words)
    assert "RASID_DATA" in run.stderr or str(rasid.data) in run.stderr
    assert rasid(stage, *day).returncode == 0
    assert rasid.kept(DAY, f"{stage}-annasr")["captures"] == 10


@pytest.mark.parametrize("arguments", [("crawl",), ("process",), ("run",)])
def test_a_file_where_the_data_is_to_be(rasid: Rasid, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    rasid.environment["RASID_DATA"] = str(tmp_path / "file")
    _told(rasid(*arguments), str(tmp_path / "file"))


@pytest.mark.parametrize("command", ["crawl", "process"])
def test_a_folder_that_is_not_ours(rasid: Rasid, command: str) -> None:
    mine = rasid.data / "mine"
    mine.mkdir(mode=0o500)
    rasid.environment["RASID_DATA"] = str(mine)
    _told(_as_anyone(rasid, command), f"{mine}/", "Permission denied; allow the user who runs Rasid")


def test_links_that_lead_to_each_other(rasid: Rasid, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    rasid.environment["RASID_DATA"] = str(tmp_path / "loop")
    _told(rasid("why", "http://one.example/"), "links lead to each other")


def test_a_configuration_that_is_not_ours(rasid: Rasid) -> None:
    config = Path(rasid.environment["RASID_CONFIG"])
    for name in ("outlets.yaml", "topics.yaml"):
        (config / name).chmod(0)
        _told(_as_anyone(rasid, "crawl"), f"{config / name}:1: cannot be read: Permission denied")
        (config / name).chmod(0o600)


def test_that_all_outlets_are_disabled_is_said(rasid: Rasid, tmp_path: Path) -> None:
    file = tmp_path / "outlets.yaml"
    file.write_text("outlets: {one: {name: {ar: x, en: x}, country: DZ, timezone: UTC, disabled: closed}}\n")
    run = rasid("crawl", "--outlets", str(file))
    assert (run.returncode, run.stderr) == (0, "there is nothing to do: all outlets of outlets.yaml are disabled\n")


def test_a_cache_that_cannot_be_made(rasid: Rasid, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    rasid.environment.update({"HOME": str(home), "XDG_CACHE_HOME": ""})
    _told(_as_anyone(rasid, "es", "start"), f"{home}/.cache", "Permission denied")


def test_the_file_of_settings(rasid: Rasid) -> None:
    file = rasid.data / ".env"
    file.write_bytes("RASID_CONTACT=صحيفة\n".encode("cp1256"))
    _told(rasid("topics", "list"), ".env: it is not UTF-8 text; save it as UTF-8")
    file.write_text("\ufeffRASID_TIMEOUT=soon\n", encoding="utf-8")  # a mark that some editors put there hides nothing
    _told(rasid("topics", "list"), "RASID_TIMEOUT: ", "(it is 'soon')")
    file.chmod(0)
    _told(_as_anyone(rasid, "topics", "list"), ".env: Permission denied")
    file.unlink()
    os.mkfifo(file)
    _told(rasid("topics", "list"), ".env: ")


def _missing(folder: Path) -> str:
    return "No such file or directory"


def _a_file(folder: Path) -> str:
    folder.touch()
    return "Not a directory"


def _closed(folder: Path) -> str:
    folder.mkdir(mode=0)
    return "Permission denied"


def _closed_file(folder: Path) -> str:
    folder.mkdir()
    (folder / "rasid_contact").touch(mode=0)
    return "rasid_contact: Permission denied"


def _not_utf8(folder: Path) -> str:
    folder.mkdir()
    (folder / "rasid_contact").write_bytes(b"\xff")
    return "rasid_contact: it is not UTF-8 text"


def _elsewhere(folder: Path) -> str:
    folder.mkdir()
    (folder / "rasid_contact").symlink_to("/etc/hostname")
    return "resolves outside"


@pytest.mark.parametrize("spoil", [_missing, _a_file, _closed, _closed_file, _not_utf8, _elsewhere])
def test_the_folder_of_secrets(rasid: Rasid, tmp_path: Path, spoil: Callable[[Path], str]) -> None:
    expected = spoil(tmp_path / "secrets")
    rasid.environment["RASID_SECRETS"] = str(tmp_path / "secrets")
    _told(_as_anyone(rasid, "topics", "list"), "RASID_SECRETS: ", str(tmp_path / "secrets"), expected)


ASCII = [
    {"PYTHONIOENCODING": "ascii:strict"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("variables", ASCII)
def test_output_that_takes_ascii_alone(rasid: Rasid, variables: dict[str, str]) -> None:
    text = {"id": "1", "title": "عقوبات كاتسا 😀", "body": "فرضت واشنطن عقوبات بموجب قانون كاتسا"}
    expected = json.loads(rasid("tag", stdin=json.dumps(text)).stdout)
    rasid.environment.update(variables)
    tagged = rasid.program("tag", stdin=json.dumps(text, ensure_ascii=False))
    assert tagged.stdout.isascii()
    assert json.loads(tagged.stdout) == expected
    assert any(not proof["quote"].isascii() for topic in expected["topics"] for proof in topic["evidence"])
    run = rasid.program("outlets", "list")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.isascii()


@pytest.mark.parametrize("zone", [":/etc/passwd", "<+99>-99", "../../../etc/passwd"])
def test_a_time_zone_of_the_system_that_is_none(rasid: Rasid, zone: str) -> None:
    rasid.environment["TZ"] = zone
    assert rasid.program("tag", stdin="").stderr == ""
    _told(rasid.program("extract", "missing.html"), "missing.html: cannot be read")


def test_output_that_nobody_takes(rasid: Rasid) -> None:
    full = "exec rasid outlets list > /dev/full"
    read_no_more = "rasid topics list | true; exit ${PIPESTATUS[0]}"
    path = {"PATH": f"{COMMAND.parent}:{rasid.environment['PATH']}"}
    run = subprocess.run(
        ["bash", "-c", full], env=rasid.environment | path, capture_output=True, text=True, check=False
    )
    _told(run, "output: No space left on device; make room")
    run = subprocess.run(
        ["bash", "-c", read_no_more], env=rasid.environment | path, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""


def test_input_that_is_not_utf8(rasid: Rasid) -> None:
    given = b'{"id": "\xff"}\n'
    run = subprocess.run([COMMAND, "tag"], env=rasid.environment, input=given, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (1, b"stdin:1: expected UTF-8 text\n")
    run = subprocess.run([COMMAND, "search", b"\xff"], env=rasid.environment, capture_output=True, check=False)
    assert (run.returncode, run.stderr.count(b"\n")) == (1, 1)
    assert b"is not utf-8" in run.stderr


def test_names_are_shown_as_they_stand(rasid: Rasid) -> None:
    name = "[/red] [bold] :warning: [link=file:///x]"
    config = Path(rasid.environment["RASID_CONFIG"])
    source = "sources: [{feed: 'https://example.org/feed'}]"
    (config / "outlets.yaml").write_text(
        f"outlets:\n  one: {{name: {{ar: '{name}', en: x}}, country: DZ, timezone: UTC, {source}}}\n"
    )
    alerts = f"alerts:\n  one: {{name: {{ar: '{name}', en: x}}, query: '[/x]'}}\n"
    (config / "alerts.yaml").write_text(alerts)
    rasid.environment["COLUMNS"] = "200"
    for command in ("outlets", "alerts"):
        run = rasid(command, "list")
        assert run.returncode == 0, run.stderr
        assert name in run.stdout
    assert "query: [/x]" in run.stdout


def test_no_control_character_of_a_name_reaches_a_terminal(rasid: Rasid) -> None:
    name = r"\e]0;title\a\e[2J\x9b31m\x08\rname"  # as YAML writes them in double quotes
    config = Path(rasid.environment["RASID_CONFIG"])
    names = f'name: {{ar: "{name}", en: "{name}"}}'
    source = "sources: [{feed: 'http://127.0.0.1:9/feed'}], allow_hosts: ['127.0.0.1:9']"
    (config / "outlets.yaml").write_text(f"outlets:\n  one: {{{names}, country: DZ, timezone: UTC, {source}}}\n")
    (config / "alerts.yaml").write_text(f"alerts:\n  one: {{{names}, query: x}}\n")
    (config / "topics.yaml").write_text(
        f'topics:\n  arms: {{label: {{ar: "{name}", en: "{name}"}}, description: "{name}", proof: [صفقة السلاح]}}\n'
    )
    rasid.environment.update({"FORCE_COLOR": "1", "TERM": "xterm"})
    commands = [("outlets", "list"), ("alerts", "list"), ("topics", "list"), ("outlets", "check", "one")]
    for command in commands:
        run = rasid.program(*command)
        assert "name" in run.stdout
        ours = re.compile(r"\x1b\[[\d;]*m")  # Rich's colours
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", ours.sub("", run.stdout + run.stderr)), command
        assert "\x1b[31mname" not in run.stdout
        assert "[2J" in run.stdout  # without what made it one, it is text
    said = rasid("outlets", "check", "one", "--json").stdout
    assert json.loads(said)["outlet"]["name"]["en"] == "]0;title[2J31m name"
    assert "\x1b" not in said


MANY = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
BY_FEW = {
    "hints": "outlets: {one: {hints: *i}}",
    "disabled": "outlets: {one: {disabled: *i}}",
    "outlets": "outlets: *i",
    "sources": "outlets: {one: {sources: *i}}",
    "hosts": "outlets: {one: {allow_hosts: *i}}",
}
HOSTILE = {
    "lists in lists": "outlets: " + "[" * 1000,
    "deeper": "{a: " * 100_000,
    "closed": "outlets: " + "[" * 700 + "]" * 700,
    "no day": "outlets:\n  a: 2025-02-30",
    "no time": "outlets:\n  a: 2025-02-03T25:00:00Z",
    "no number": "outlets:\n  a: !!int abc",
    "a long number": f"outlets:\n  a: {'1' * 5000}",
    "half a number": "outlets:\n  a: 0x_",
    "no letter": 'outlets:\n  "\\UFFFFFFFF": 1',
    **{f"many by few: {name}": f"{MANY}{text}" for name, text in BY_FEW.items()},
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_yaml_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "outlets.yaml"
    file.write_text(HOSTILE[kind])
    with pytest.raises(ConfigError) as told:
        load_outlets(file)
    line = 2 if "\n  a" in HOSTILE[kind] else told.value.line
    assert str(told.value).startswith(f"{file}:{line}: ")
    assert max(map(len, map(str, told.value.each()))) < len(str(file)) + 300


@given(st.text(alphabet="0123456789abxo_-+.:TZ!&*?<>|[]{}'\"#, \n\\U", max_size=60))
def test_any_text_is_outlets_or_a_mistake_in_them(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load_outlets(file)


@pytest.mark.parametrize(
    "xpath",
    [
        "//a[$x]",
        "//a[contains(., string(//a[foo()]))]",
        "//a[contains(.)]",
        "//a[count('x') > 1]",
        "//b/c[d:e(.)]",
        "//a['$x' = substring-before(., $y)]",
        "//a[last(1)]",
    ],
)
def test_an_xpath_that_would_fail_on_the_first_page_with_its_element(xpath: str) -> None:
    with pytest.raises(ValueError, match="expected an XPath"):
        Hints.model_validate({"body": xpath})


@pytest.mark.parametrize(
    "xpath",
    [
        "//a[. = '$x(']",
        '//div[@class="foo()"]/p[position() > 1 and last()]/text()',
        "//time/@datetime",
        "//h1 | //h2[not(ancestor::aside)]",
        "//*[normalize-space(translate(., 'a)', '')) = '']/following-sibling::node()",
        "//p[starts-with(., concat('(', string(@id)))]",
        "id('x')",
    ],
)
def test_an_xpath_that_is_one(xpath: str) -> None:
    Hints.model_validate({"body": xpath})


@given(
    st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    st.text(alphabet="abz019!$&*()=.,;:@/?#%~-", min_size=1),
    st.sampled_from(["https", "smtp", "s3", "postgresql"]),
)
def test_no_message_has_a_password(user: str, password: str, scheme: str) -> None:
    secret = f"{password}7f3a"
    address = f"{scheme}://{user}:{secret}@host.example:99"
    for text in (address, f"cannot use {address}/path: refused", f"it is '{address}'"):
        if re.match(r"\d+[/?#]", secret):
            continue  # looks like a port, and what follows like a path
        assert "7f3a" not in str(RasidError(text))
        assert "://host.example:99" in str(RasidError(text))


@pytest.mark.parametrize(
    "text",
    ["https://host.example:99/@name", "https://host.example/@name/a", "desk@example.org", "/home/a@b/x", "a://b c@d"],
)
def test_what_is_no_user_stays(text: str) -> None:
    assert without_users(text) == text


def test_a_mistake_of_our_own_is_none_of_the_systems() -> None:
    assert told_by_system(OSError("no number")) is None
    assert told_by_system(FileNotFoundError(2, "No such file")) is None
    assert told_by_system(ConnectionRefusedError(111, "refused")) is None
    assert told_by_system(OSError(28, "No space left on device"), "the disk") == (
        "the disk: No space left on device; make room there and run it again"
    )
