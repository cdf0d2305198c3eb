"""Each command of the operator's pages and each service of the compose file runs in a test, or stands in the list of
what nobody has run.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rasid.settings import ROOT

PAGES = sorted((ROOT / "docs" / "operator").glob("*.md"))
UNTRIED_HEADING = "### Commands that nobody has run yet"
WRAPPED = re.compile(r"(?:dc|docker compose) (?:exec|run)(?: --rm| -T| --no-deps)* [\w-]+ (?P<inner>.+)")
OF_COMPOSE = re.compile(r"(?:dc|docker compose)(?: --profile \w+)? (up|down|stop|logs)\b.*")
COMMAND = re.compile(r"(?:make \w|(?:dc|docker compose) [\w-]|rasid \w|sysctl |git \w|deploy/\S+\.sh|chmod |bin/)")

TRIED = {
    r"make env": "test_stack.py::test_secrets_are_random_private_and_made_once",
    r"make pin": "test_stack.py::test_images_are_pinned_by_the_digests_of_the_registry",
    r"make run": "test_processes.py::test_a_run_that_is_ended_leaves_neither_airflow_nor_node_nor_crawl",
    r"deploy/back-up\.sh": "test_restore.py::test_a_new_machine_from_the_back_up_alone",
    r"deploy/restore\.sh( FOLDER)?": "test_restore.py::test_a_new_machine_from_the_back_up_alone",
    r"deploy/restore\.sh FOLDER none": "test_restore.py::test_a_new_machine_from_the_back_up_alone",
    r"chmod -R go\+rX config": "test_restore.py::test_a_new_machine_from_the_back_up_alone",
    r"airflow connections add rasid .*": "test_rotation.py::test_secrets_are_rotated_as_the_pages_say",
    r"airflow users reset-password -u admin": "test_rotation.py::test_secrets_are_rotated_as_the_pages_say",
    r"airflow rotate-fernet-key": "test_rotation.py::test_secrets_are_rotated_as_the_pages_say",
    r"psql -U airflow -c .*": "test_rotation.py::test_secrets_are_rotated_as_the_pages_say",
    r"airflow backfill create .*": "test_schedule.py::test_a_backfill_brings_its_days_home_once",
    r"rm /keys/job/elasticsearch_api_key": "test_keys.py::test_setup_makes_keys_and_policies_and_repeats_safely",
    r"cat /data/desk-token": "test_desk_requests.py::test_the_token_opens_the_desk_and_cookies_are_kept_from_scripts",
    r"rasid check": "test_mistakes.py::test_who_chose_arabic_reads_it",
    r"rasid crawl --outlet .*": "test_schedule.py::test_a_backfill_brings_its_days_home_once",
    r"rasid (process|index|alert|report)": "test_run.py::test_stages_one_by_one_give_the_same",
    r"rasid reprocess.*": "test_run.py::test_reprocessing_needs_no_crawl",
    r"rasid run": "test_run.py::test_both_runs_say_what_failed",
    r"rasid doctor( --repair)?": "test_inspection.py::test_all_damage_is_told_in_one_pass_and_mended",
    r"rasid status --json": "test_health.py::test_status_says_which_outlets_need_a_look_and_why",
    r"rasid status": "test_schedule.py::test_status",
    r"rasid es (start|stop|status)": "test_node.py::test_commands",
    r"rasid alerts send --due": "test_maintenance.py::test_what_is_due_is_looked_through",
    r"rasid maintenance": "test_maintenance.py::test_each_part_is_done_and_what_fails_is_told",
    r"rasid alerts retry": "test_channels.py::test_from_the_command_line",
    r"rasid outlets check ID": "test_doctor.py::test_the_command",
    r"rasid setup": "test_kibana.py::test_setup",
    r"rasid setup --migrate": "test_migrate.py::test_new_synonyms_come_with_a_migration",
    r"rasid setup --keys .*": "test_keys.py::test_setup_makes_keys_and_policies_and_repeats_safely",
    r"rasid setup --restore last": "test_restore.py::test_a_new_machine_from_the_back_up_alone",
}
"""Command, without the container in which it runs → the test that runs it."""
SERVICES = {
    "setup": "test_keys.py::test_setup_makes_keys_and_policies_and_repeats_safely",
    "kibana-setup": "test_kibana.py::test_setup",
    "postgres": "test_rotation.py::test_secrets_are_rotated_as_the_pages_say",
    **{
        f"airflow-{part}": "test_schedule.py::test_the_scheduled_run_gives_what_one_machine_gives"
        for part in ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker")
    },
    "elasticsearch": "test_stack.py::test_elasticsearchs_health_check_needs_the_password",
}
"""Service of the compose file → the test that runs its command or health check as a process of this machine."""


@cache
def _pages() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in PAGES)


def _untried() -> set[str]:
    """What the page lists as not run, each in its own marks."""
    text = (ROOT / "docs" / "operator" / "production.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([^`]+)`", text.split(UNTRIED_HEADING)[1]))


def _commands() -> set[str]:
    """The commands of the pages, each without its container; those of Compose itself by their first words alone."""
    text = _pages().replace(UNTRIED_HEADING + _pages().split(UNTRIED_HEADING)[1].split("\n#")[0], "")
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.M | re.S)
    lines = [line for language, block in blocks if not language for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S))
    found = set()
    for line in lines:
        for part in re.split(r"&&|\|", re.sub(r"\s#\s.*", "", line)):
            command = part.strip()
            if COMMAND.match(command):
                wrapped = WRAPPED.fullmatch(command)
                of_compose = OF_COMPOSE.fullmatch(command)
                found.add(f"docker compose {of_compose[1]}" if of_compose else wrapped["inner"] if wrapped else command)
    return found


def _tests_of(command: str) -> list[str]:
    return [test for form, test in TRIED.items() if re.fullmatch(form, command)]


@pytest.mark.parametrize("command", sorted(_commands()))
def test_each_command_of_the_pages_is_run_or_listed(command: str) -> None:
    assert len(_tests_of(command)) + (command in _untried()) == 1


def test_each_service_is_run_or_listed() -> None:
    services = set(YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"])
    assert services == SERVICES.keys() | (services & _untried())
    assert not SERVICES.keys() & _untried()


def test_no_entry_is_for_nothing() -> None:
    commands = _commands()
    assert [form for form in TRIED if not any(re.fullmatch(form, command) for command in commands)] == []
    assert {each for each in _untried() if COMMAND.match(each)} - commands == set()


@pytest.mark.parametrize("test", sorted({*TRIED.values(), *SERVICES.values()}))
def test_the_tests_exist(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}(" in (Path(__file__).parent / file).read_text(encoding="utf-8")
