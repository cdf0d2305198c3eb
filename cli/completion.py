"""Ids for the shell to complete: of outlets, topics, weapons and alert rules, as they are configured."""

from collections.abc import Callable, Iterable

Complete = Callable[[str], list[tuple[str, str]]]
"""Takes what is typed so far; gives ids with what each is."""


def _completing(ids: Callable[[], Iterable[tuple[str, str]]]) -> Complete:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        from rasid.errors import RasidError

        try:
            return [(id_, name) for id_, name in ids() if id_.startswith(incomplete)]
        except RasidError:  # the command itself tells of it; in the middle of a line nobody can read it
            return []

    return complete


def _outlets() -> Iterable[tuple[str, str]]:
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from rasid.settings import load_settings

    outlets = load_outlets(config_files(load_settings().config, "outlets.yaml"))
    return [(id_, outlet.name.en) for id_, outlet in outlets.items()]


def _named(field: str) -> Callable[[], Iterable[tuple[str, str]]]:
    def ids() -> Iterable[tuple[str, str]]:
        from processing.topics.loading import configured_tagger
        from rasid.settings import load_settings

        return [(id_, name.en) for id_, name in configured_tagger(load_settings()).names[field].items()]

    return ids


def _rules() -> Iterable[tuple[str, str]]:
    from pipeline.config import load_config
    from rasid.settings import load_settings

    return [(rule.id, rule.name.en) for rule in load_config(load_settings()).alerting.rules]


outlet_ids = _completing(_outlets)
topic_ids = _completing(_named("topics"))
weapon_ids = _completing(_named("weapons"))
rule_ids = _completing(_rules)
