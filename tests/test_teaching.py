"""An analyst teaches a topic: labels, what is learned of them, and what that changes."""

import json
import os
import pty
import random
import select
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from upath import UPath

from pipeline.articles import kept_articles
from pipeline.inspection import inspect
from pipeline.retagging import by, difference
from pipeline.teaching import judge, label_by_list, learn_topic, question, worth_labelling
from processing.entities.recogniser import EntitiesFile
from processing.topics.adapting import adapted, cross_validated, finds, from_words
from processing.topics.file import Examples, TopicsFile
from processing.topics.labels import GRADES, Label, keep, kept_labels, label_of, verdicts
from processing.topics.learning import Example
from processing.topics.loading import configured_tagger
from processing.topics.model import Model, save
from processing.topics.tagger import Tagger
from rasid.captures import CaptureWriter
from rasid.errors import RasidError
from rasid.json_lines import Source
from rasid.records import ARTICLES, Article
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, write_whole
from rasid.urls import article_id
from samples.site import DAY
from tests.conftest import COMMAND, Rasid
from tests.pages import FARM, SITES, sample_article, sample_capture

TOPICS = """
topics:
  water:
    label: {ar: نزاعات المياه, en: Water disputes}
    description: Disputes of states over rivers and dams.
    support: [سد, نهر|أنهار]
    hint: [مياه]
    examples:
      match: [خلاف بين دولتين على مياه النهر والسد]
      no_match: [غرق طفل في النهر قرب السد]
"""
DISPUTES = ("خلاف", "مفاوضات", "اتفاق", "تقاسم", "حصة", "دول المصب", "وزير الري")
OTHERS = ("غرق", "سباحة", "صيد", "مهرجان", "نزهة", "حديقة", "مباراة")
ALIKE = ("سد", "نهر", "مياه", "منطقة", "أمس", "قرب", "جديد", "يوم", "محلي", "صباح")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def _article(number: int, about: bool) -> Article:
    """An article on water: its words, and not those of the topic, tell which kind it is."""
    draw = random.Random(number)
    words = [*draw.choices(DISPUTES if about else OTHERS, k=6), *draw.choices(ALIKE, k=20), "سد", "نهر"]
    draw.shuffle(words)
    url, at = f"https://example.org/{number}", datetime.now(UTC) - timedelta(days=number % 3)
    return replace(
        sample_article("alsaleh", FARM),
        id=article_id(url),
        url=url,
        title=f"خبر رقم {number}",
        body=" ".join(words),
        published_at=at,
        topics=(),
        topic_evidence=(),
    )


ABOUT = {_article(number, number % 2 == 0).id: number % 2 == 0 for number in range(60)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that keeps sixty articles, thirty of them about water disputes, and follows this topic alone."""
    config, data = tmp_path / "config", UPath(tmp_path / "data")
    config.mkdir()
    (config / "topics.yaml").write_text(TOPICS, encoding="utf-8")
    (config / "alerts.yaml").write_text("alerts: {}\n", encoding="utf-8")
    days: dict[str, list[Article]] = {}
    for number in range(60):
        article = _article(number, number % 2 == 0)
        days.setdefault(article.published_at.date().isoformat(), []).append(article)
    for day, articles in days.items():
        write_whole(data / "articles" / day / "test.jsonl", ARTICLES.dumps(articles, Source(0, whole=True)))
    return Settings(data=data, config=config)


@pytest.fixture
def command(settings: Settings, rasid: Rasid) -> Rasid:
    """The command line over it."""
    variables = {"RASID_DATA": str(settings.data), "RASID_CONFIG": str(settings.config)}
    return Rasid(Path(settings.data.path), rasid.environment | variables)


def _label(settings: Settings, who: str = "sana", wrong: bool = False) -> None:
    storage = Storage(settings.data)
    articles = kept_articles(storage, (datetime.now(UTC) - timedelta(days=9)).date())
    keep(
        storage, "water", [label_of(each, "water", 2 if ABOUT[each.id] != wrong else 0, who, NOW) for each in articles]
    )


LABELS = st.builds(
    Label,
    id=st.sampled_from("abc"), url=st.just("https://example.org/a"), topic=st.just("water"),
    grade=st.sampled_from((0, 1, 2)), who=st.sampled_from(("sana", "omar")), at=st.just(NOW),
    digest=st.sampled_from("de"), title=st.text(max_size=5), body=st.just("نص"),
)  # fmt: skip


@given(st.lists(LABELS, max_size=8))
def test_the_last_that_a_person_says_of_an_article_counts(
    tmp_path_factory: pytest.TempPathFactory, said: list[Label]
) -> None:
    storage = Storage(UPath(tmp_path_factory.mktemp("labels")))
    for label in said:
        keep(storage, "water", [label])
    kept = kept_labels(storage, "water")
    assert not kept.damage
    assert {(each.id, each.who): each for each in said} == {(each.id, each.who): each for each in kept.records}
    for verdict in verdicts(kept.records):
        of_text = [each.grade for each in kept.records if each.digest == verdict.label.digest]
        assert verdict.differ == (len(set(of_text)) > 1)
        assert verdict.grade == (1 if verdict.differ else of_text[0])


def test_a_damaged_file_of_labels_is_told_and_what_is_whole_goes_on(settings: Settings) -> None:
    _label(settings)
    file = Storage(settings.data).labels("water")
    file.write_bytes(file.read_bytes()[:-400])
    assert "labels/water.jsonl is damaged" in "\n".join(fault.what for fault in inspect(settings))
    before = kept_labels(Storage(settings.data), "water")
    assert before.damage
    assert 50 < len(before.records) < 60 or len(before.records) == 60
    _label(settings)
    after = kept_labels(Storage(settings.data), "water")
    assert (len(after.records), after.damage) == (60, "")
    assert file.with_name("water.jsonl.damaged").exists()


EXAMPLES = [
    Example(str(number), frozenset(f"{'خلاف' if number % 2 else 'غرق'} سد نهر {number % 7}".split()), number % 2 == 1)
    for number in range(60)
]


def test_learning_begins_where_the_model_was_and_leaves_alone_what_labels_say_nothing_of() -> None:
    known = Model("water", -2.0, 0.5, {"سد": 2.0, "صفقة": 3.0, "(support)": 4.0})
    model = adapted(known, EXAMPLES, 100)
    assert model.weights["خلاف"] > 0 > model.weights["غرق"]
    assert (model.weights["صفقة"], model.weights["(support)"], model.threshold) == (3.0, 4.0, 0.5)
    assert adapted(known, list(reversed(EXAMPLES)), 100).weights == pytest.approx(model.weights, abs=0.01)
    assert adapted(known, EXAMPLES, 100) == model
    assert adapted(known, [], 100) == known
    figures = cross_validated(known, EXAMPLES, 100)
    assert (figures.right, figures.found, figures.there) == (30, 30, 30)
    closer = adapted(known, EXAMPLES, 1)
    assert 0 < closer.weights["خلاف"] < model.weights["خلاف"]
    assert not any(finds(known, each.features) for each in EXAMPLES)


def test_a_new_topic_begins_with_what_words_prove_elsewhere() -> None:
    others = {
        name: Model(name, -2.0, 0.6, {"(proof)": weight, "نهر": 9.0}) for name, weight in (("a", 2.0), ("b", 4.0))
    }
    assert from_words("water", others) == Model("water", -2.0, 0.5, {"(proof)": 3.0})
    assert from_words("water", {}) == Model("water", 0.0, 0.5, {})


def test_those_to_be_labelled_first_are_the_likeliest_and_the_least_sure(settings: Settings) -> None:
    tagger = configured_tagger(settings)
    long = sample_article("alsaleh", FARM)
    texts = {"many": "سد نهر سد نهر", "just": "سد نهر", "below": "سد", "none": "كلام"}
    articles = [replace(long, id=name, title=name, body=body) for name, body in ({"none": ""} | texts).items()]

    def asked(some: list[Article], labels: Sequence[Label] = ()) -> list[str]:
        judged = judge(tagger, "water", some)
        return [each.id for each in worth_labelling(judged, labels, "water" not in tagger.models)]

    assert asked(articles) == ["many", "just", "below", "none"]
    labelled = [label_of(articles[1], "water", 2, "sana", NOW)]
    copies = [*articles, replace(articles[2], id="copy")]
    assert asked(copies, labelled) == ["just", "below", "none"]
    model = Model("water", 0.0, 0.5, {"سد": 1.0, "نهر": 9.0})
    tagger.models["water"] = model
    assert asked(articles)[:2] == ["below", "none"]


def _tagger(examples: Examples | None = None) -> Tagger:
    file = TopicsFile.model_validate(YAML(typ="safe").load(TOPICS), context={"entity_lists": ()})
    if examples:
        topic = file.topics["water"].model_copy(update={"examples": examples})
        file = file.model_copy(update={"topics": {"water": topic}})
    return Tagger(file, EntitiesFile.model_validate({"countries": {}}), {}, "test")


TAGGER = _tagger()


@given(
    st.text(max_size=30), st.lists(st.sampled_from(["سد", "نهر", "مياه", "\n", "خلاف", "\u200f", "."]), max_size=200)
)
def test_marks_stand_in_the_text(title: str, words: list[str]) -> None:
    article = replace(sample_article("alsaleh", FARM), title=title, body=" ".join(words))
    asked = question(TAGGER, "water", article)
    assert 0 <= asked.lead <= len(article.body)
    for field, start, end in asked.marks:
        assert getattr(article, field)[start:end].strip()


def _train(command: Rasid, *more: str) -> str:
    told = command("topics", "train", "water", *more)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def test_a_topic_learns_where_it_is_better(settings: Settings) -> None:
    with pytest.raises(RasidError, match="water has 0 articles that are right or wrong, 0 of them right; it takes 30"):
        learn_topic(settings, TAGGER, "water")
    _label(settings)
    lesson = learn_topic(settings, TAGGER, "water")
    assert (lesson.texts, lesson.about, lesson.by_words, lesson.differ) == (60, 30, True, 0)
    assert lesson.before.precision == 0.5
    assert lesson.after.f1 > 0.9
    assert lesson.is_better
    assert not lesson.forgotten
    assert learn_topic(settings, TAGGER, "water") == lesson


def test_what_two_people_say_differently_teaches_nothing(settings: Settings) -> None:
    _label(settings)
    _label(settings, "omar", wrong=True)
    with pytest.raises(RasidError, match="water has 0 articles"):
        learn_topic(settings, TAGGER, "water")
    _label(settings, "omar")
    assert learn_topic(settings, TAGGER, "water").differ == 0


def test_a_model_that_forgets_an_example_is_not_better(settings: Settings) -> None:
    _label(settings)
    right = TAGGER.topics["water"].examples
    upside_down = right.model_copy(update={"match": ("سد ونهر",) * 1, "no_match": ()})
    lesson = learn_topic(settings, _tagger(upside_down), "water")
    assert lesson.is_better == (not lesson.forgotten)


def test_labels_by_a_list_cost_single_lines_only(settings: Settings) -> None:
    articles = list(kept_articles(Storage(settings.data), datetime(2020, 1, 1).date()))  # noqa: DTZ001
    lines = [f"{articles[0].id},right\n", "\n", f" {articles[1].id} , 1\n", f"{articles[2].id},maybe\n", "nobody,0\n"]
    wrong = label_by_list(Storage(settings.data), "water", articles, lines, "sana")
    assert [line.split(":")[0] for line in wrong] == ["line 4", "line 5"]
    kept = {each.id: each.grade for each in kept_labels(Storage(settings.data), "water").records}
    assert kept == {articles[0].id: 2, articles[1].id: 1}
    assert {GRADES[word] for word in ("right", "touches", "wrong")} == {0, 1, 2}


def test_only_the_last_revision_of_an_article_counts(settings: Settings) -> None:
    storage, today = Storage(settings.data), datetime.now(UTC).date()
    first = next(kept_articles(storage, today))
    again = replace(first, body="نص آخر", revision=2)
    write_whole(storage.articles(today, "again"), ARTICLES.dumps([first, again], Source(0, whole=True)))
    found = [each for each in kept_articles(storage, today) if each.id == first.id]
    assert [each.revision for each in found] == [2]


def test_a_difference_has_what_is_gained_and_lost_with_its_proof(settings: Settings) -> None:
    articles = [_article(0, about=True), _article(1, about=False)]
    kept = [replace(articles[0], topics=("gone",)), articles[1]]
    found = difference(kept, by(TAGGER))
    assert (found.articles, found.after, found.before) == (2, {"water": 2}, {})
    assert [(each.gained, each.lost) for each in found.changes] == [(("water",), ()), (("water",), ())]
    assert all(each.evidence for each in found.changes)
    tagged = [replace(each, topic_evidence=TAGGER.tag(each.title, each.body).evidence) for each in articles]
    assert not difference(tagged, by(TAGGER)).changes
    nothing = difference(tagged, by(TAGGER.alone("water", Model("water", -9.0, 0.5, {}))))
    assert [(each.gained, each.lost) for each in nothing.changes] == [((), ("water",))] * 2
    assert nothing.changes[0].evidence == tagged[0].topic_evidence


@pytest.mark.service
def test_from_the_command_line(command: Rasid, settings: Settings) -> None:
    assert "water" in command("topics", "diff").stdout
    tried = json.loads(command("topics", "try", "water", "--since", "9d", "--json").stdout)
    assert (tried["articles"], tried["after"]) == (60, {"water": 60})
    unknown = command("topics", "label", "wine", "--from", "-", stdin="")
    assert (unknown.returncode, unknown.stderr) == (1, "no topic wine: there are water\n")
    assert "needs a terminal" in command("topics", "label", "water", stdin="r").stderr
    lines = "".join(f"{id_},{'right' if about else 'wrong'}\n" for id_, about in ABOUT.items())
    labelled = command("topics", "label", "water", "--from", "-", "--as", "sana", stdin=f"{lines}x,right\n")
    assert labelled.returncode == 1
    assert labelled.stderr == "line 61: no article x is kept of that time: --since takes more\n"
    assert "60 labels of water are kept" in labelled.stdout

    told = _train(command)
    assert "your labels: " in told
    assert "installed: " in told
    assert "before: its words alone" in told
    assert "-water" in told
    assert "taught here by 60" in " ".join(command("topics", "list").stdout.replace("│", " ").split())
    tried = json.loads(command("topics", "try", "water", "--json").stdout)
    assert tried["after"]["water"] < 45
    assert "is as it came" in command("topics", "forget", "water").stdout
    assert json.loads(command("topics", "try", "water", "--json").stdout)["after"] == {"water": 60}
    assert len(kept_labels(Storage(settings.data), "water").records) == 60


@pytest.mark.service
def test_without_scikit_learn_one_sentence_says_how_to_get_it(
    command: Rasid, settings: Settings, tmp_path: Path
) -> None:
    _label(settings)
    for name in ("sklearn", "scipy"):
        (tmp_path / "without" / name).mkdir(parents=True)
        told = f"raise ModuleNotFoundError('No module named {name}', name='{name}')\n"
        (tmp_path / "without" / name / "__init__.py").write_text(told)
    path = f"{tmp_path / 'without'}:{os.environ.get('PYTHONPATH', '')}"
    without = Rasid(command.data, command.environment | {"PYTHONPATH": path})
    told = without.program("topics", "train", "water")
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert "pip install 'rasid[training]'" in told.stderr


@pytest.mark.service
def test_keys_label_one_article_each(command: Rasid, settings: Settings) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "topics", "label", "water", "--as", "sana"],
        env=command.environment | {"TERM": "xterm", "LINES": "24", "COLUMNS": "80"},
        stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, cwd=command.data,
    )  # fmt: skip
    os.close(theirs)
    for place, key in ((1, "rص"), (3, "x\x1b[As"), (4, "t"), (5, "b"), (4, "لا"), (3, "r"), (4, "q")):
        shown = _read_until(ours, f"{place}/60")
        os.write(ours, key.encode())
    rest = _read_until(ours, "labels of water")
    assert process.wait() == 0
    os.close(ours)
    assert "نزاعات المياه" in shown
    assert "3 labels of water are kept" in rest
    assert [each.grade for each in kept_labels(Storage(settings.data), "water").records] == [2, 0, 2]
    assert {each.who for each in kept_labels(Storage(settings.data), "water").records} == {"sana"}


def _read_until(terminal: int, text: str) -> str:
    read = b""
    while text not in read.decode(errors="replace"):
        assert select.select([terminal], [], [], 100)[0], f"{text} is not shown after: {read.decode(errors='replace')}"
        read += os.read(terminal, 65536)
    return read.decode()


@pytest.mark.service
def test_reprocessing_brings_a_model_to_articles_in_the_index(
    rasid: Rasid, settings: Settings, client: Elasticsearch, cluster: str
) -> None:
    storage = Storage(UPath(rasid.data))
    shutil.rmtree(rasid.data / "articles")
    shutil.copy(ROOT / "samples" / "outlets.yaml", settings.config)
    rasid.environment.update(ELASTICSEARCH_URL=cluster, RASID_CONFIG=str(settings.config))
    writer = CaptureWriter(storage.captures(DAY, "annasr"))
    for story in SITES["annasr"].stories:
        page = sample_capture("annasr", story)
        writer.write(page.url, page.link, page.status, page.headers, page.body, page.fetched_at)
    writer.close()

    def tagged() -> int:
        for stage in ("process", "index"):
            done = rasid(stage, "--date", DAY.isoformat(), "--outlet", "annasr")
            assert done.returncode == 0, done.stderr
        client.indices.refresh(index="articles")
        return client.count(index="articles", query={"term": {"topics": "water"}})["count"]

    assert tagged() == 0
    everything = Model("water", 5.0, 0.5, {"في": 9.0, "من": 9.0, "علي": 9.0})
    save(everything, storage.model("water"))
    stories = len(SITES["annasr"].stories)
    since = f"{(datetime.now(UTC).date() - DAY).days + 1}d"
    tried = json.loads(rasid("topics", "diff", "--since", since, "--json").stdout)
    assert tried["after"] == {"water": stories}
    assert tagged() == stories
    assert json.loads(rasid("topics", "diff", "--since", since, "--json").stdout)["changes"] == []
