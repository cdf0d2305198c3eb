"""What is kept to save time: it is what would be made anew, or it is made anew."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upath import UPath

from processing.arabic import words
from processing.matcher import Matcher
from processing.topics import loading
from processing.topics.loading import configured_tagger, load_tagger
from rasid.cache import cached, digest_of, store
from rasid.errors import ConfigError
from rasid.settings import Settings

TOPICS = """
lists: {goods: [صفقة|صفقات سلاح|أسلحة, =طائرة, ~يشتري|اشترى]}
topics:
  arms: {label: {ar: سلاح, en: Arms}, description: of arms, proof: [{near: [goods, entities.weapons]}, عقد تسليح]}
"""
ENTITIES = """
countries: {MA: {ambiguous: [{words: [المغرب], not_before: [العربي]}]}}
weapons: {S-400: {label: {ar: إس-400, en: S-400}, class: air defence, maker: RU, words: [إس-400]}}
"""
TEXT = "وبصفقات الأسلحة ستشتريها الجزائر من روسيا: منظومة إس-400 وعقود التسليح، وفي المغرب العربي طائرة"


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    (tmp_path / "entities.yaml").write_text(ENTITIES, encoding="utf-8")
    file = tmp_path / "topics.yaml"
    file.write_text(TOPICS, encoding="utf-8")
    return file


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read as YAML."""
    read: list[Path] = []
    load = loading.load_yaml
    monkeypatch.setattr(loading, "load_yaml", lambda file, *rest: read.append(file) or load(file, *rest))  # type: ignore[func-returns-value]
    return read


def test_what_is_kept_tags_as_what_was_written(topics: Path, tmp_path: Path, compilations: list[Path]) -> None:
    cache = tmp_path / "cache"
    fresh, first = load_tagger(topics), load_tagger(topics, cache)
    compilations.clear()
    again = load_tagger(topics, cache)
    assert not compilations
    assert fresh.tag("", TEXT).topics == ("arms",)
    for tagger in (first, again):
        assert tagger.tag("عقد تسليح", TEXT) == fresh.tag("عقد تسليح", TEXT)
        assert (tagger.version, tagger.topics, tagger.names) == (fresh.version, fresh.topics, fresh.names)


def test_a_change_of_any_file_is_seen_and_the_old_goes(topics: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_tagger(topics, cache)
    topics.write_text(TOPICS.replace("عقد تسليح", "عقود دفاعية"), encoding="utf-8")
    assert load_tagger(topics, cache).tag("", "عقد تسليح").topics == ()
    assert load_tagger(topics, cache).tag("", "عقود دفاعية").topics == ("arms",)
    topics.with_name("entities.yaml").write_text(ENTITIES.replace("إس-400]", "باتريوت]"), encoding="utf-8")
    assert load_tagger(topics, cache).tag("", "إس-400").entities("weapons") == ()
    assert len(list(cache.iterdir())) == 1
    topics.write_text("topics: 1\n")
    with pytest.raises(ConfigError):
        load_tagger(topics, cache)


class _Attack:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return eval, ("1/0",)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"arms", b"legs"),
        lambda data: data.partition(b"\n")[2],
        lambda data: pickle.dumps(_Attack()),
        lambda data: _whole({"entities": {}, "topics": {}, "matcher": {}}),
        lambda data: _whole([]),
        lambda data: _whole("x"),
        lambda data: b"0" * 64 + b"\n" + b"[" * 100_000,
    ],
)
def test_what_is_damaged_or_foreign_is_made_anew(
    topics: Path, tmp_path: Path, compilations: list[Path], damage: Callable[[bytes], bytes]
) -> None:
    cache = tmp_path / "cache"
    load_tagger(topics, cache)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    compilations.clear()
    assert load_tagger(topics, cache).tag("", TEXT) == load_tagger(topics).tag("", TEXT)
    assert compilations
    assert file.read_bytes() == whole


def _whole(value: object) -> bytes:
    """What `store` writes of a value."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        store(Path(folder), "x", "y", value)
        return next(Path(folder).iterdir()).read_bytes()


def test_a_process_that_asks_again_has_the_same_until_a_file_changes(topics: Path, tmp_path: Path) -> None:
    installation = Settings(config=topics.parent, data=UPath(tmp_path / "data"))
    first = configured_tagger(installation)
    assert configured_tagger(installation) is first
    topics.write_text(TOPICS.replace("عقد تسليح", "عقود دفاعية"), encoding="utf-8")
    assert configured_tagger(installation).tag("", "عقود دفاعية").topics == ("arms",)
    topics.write_text("topics: 1\n")
    with pytest.raises(ConfigError):
        configured_tagger(installation)
    topics.write_text(TOPICS, encoding="utf-8")
    assert configured_tagger(installation).tag("", "عقد تسليح").topics == ("arms",)


def test_no_place_to_keep_it_costs_no_more_than_time(topics: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file stands where the folder is to be")
    assert load_tagger(topics, blocked).tag("", TEXT) == load_tagger(topics).tag("", TEXT)


def test_the_digest_knows_where_each_part_ends() -> None:
    assert len({digest_of(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""], [])}) == 5


def test_it_is_beside_the_data_once_that_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of-the-user"))
    begun = Settings(data=UPath(tmp_path))
    assert begun.cache == tmp_path / "cache"
    for data in (UPath(tmp_path / "none"), UPath("memory://bucket/x")):
        assert tmp_path / "of-the-user" in Settings(data=data).cache.parents
    assert not (tmp_path / "none").exists()


PHRASES = st.lists(
    st.text("ابتسلمنوقط", min_size=2, max_size=5).map("".join).flatmap(
        lambda word: st.sampled_from([word, f"={word}", f"~{word}", f"{word} {word}|سلاح", f"{word}-400"])
    ),
    max_size=4,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), PHRASES), st.text("ابتسلمنوقط 4.", max_size=40))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_restored_matcher_finds_the_same(lists: dict[str, list[str]], text: str) -> None:
    matcher = Matcher(lists)
    restored = Matcher.restored(json.loads(json.dumps(matcher.tables())))
    cut = words(" ".join([text, *(phrase.strip("=~") for phrases in lists.values() for phrase in phrases)]))
    assert restored.find(cut) == matcher.find(cut)


def test_nothing_is_kept_of_another_digest(tmp_path: Path) -> None:
    store(tmp_path, "rules", "a" * 64, [1])
    assert cached(tmp_path, "rules", "a" * 64) == [1]
    assert cached(tmp_path, "rules", "b" * 64) is None
    assert cached(tmp_path / "none", "rules", "a" * 64) is None
