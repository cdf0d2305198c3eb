"""Topics on real articles: ``python -m benchmarks.topics real``; topics and countries on texts written for the
project, and speed: ``python -m benchmarks.topics``.

Real articles were labelled by two readers who knew nothing of each other; those of the part `test` taught no model, and
nobody who worked on topics read them. Where the readers differ, or say that an article only touches a topic, it counts
neither way. The texts of the project are a regression test.

Beside Rasid's rules stand what a team without it would do: a list of good keywords a topic, matched as strings, and the
same keywords as an Elasticsearch ``query_string`` on the fields of the index, with its normalisation and stemming. The
part kept aside was not looked at while the rules were written. Speed is measured on texts of 1,700 characters; ten
times the terms are those of the files and nine times as many made from them.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import sqrt

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from upath import UPath

from benchmarks.labels import read_labels
from benchmarks.timing import median_seconds
from benchmarks.topics.labelled import CODES, HERE, PARTS, Labelled, load
from benchmarks.topics.plain import PlainModel
from benchmarks.topics.real import ABOUT, TOUCHES, load_real
from processing.entities.recogniser import EntitiesFile
from processing.figures import Figures
from processing.topics.file import TopicsFile
from processing.topics.loading import load_tagger
from processing.topics.model import load_models
from processing.topics.tagger import Tagger, Tags
from rasid.settings import ROOT, Settings
from rasid.yaml_file import load_yaml
from search.cluster import connect
from search.node.here import local_node
from search.synonyms import load_synonyms
from search.templates import set_up

TOPICS = ROOT / "config" / "topics.yaml"
KEYWORDS = {row["topic"]: row["keywords"] for row in read_labels(HERE / "keywords.jsonl")}
"""The baseline's."""
ROUNDS = 5
LENGTH = 1_700
TEXTS = 400

Find = Callable[[list[Labelled]], list[set[str]]]


def by_rules(texts: list[Labelled]) -> list[set[str]]:
    """Rasid's own."""
    tagger = load_tagger(TOPICS)
    return [set(tagger.tag(text.title, text.body).topics) for text in texts]


def by_keywords(texts: list[Labelled]) -> list[set[str]]:
    """A topic where one of its keywords stands in the text."""
    return [
        {topic for topic, words in KEYWORDS.items() if any(word in f"{text.title}\n{text.body}" for word in words)}
        for text in texts
    ]


@contextmanager
def node() -> Iterator[Elasticsearch]:
    """A local node with Rasid's template."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=UPath(folder), ELASTICSEARCH_URL=None)
        try:
            with connect(settings) as client:
                set_up(client, load_synonyms(ROOT / "config"))
                yield client
        finally:
            local_node(settings).stop()


def by_query_string(texts: list[Labelled]) -> list[set[str]]:
    """The keywords as phrases of a query over title and body."""
    found: list[set[str]] = [set() for _ in texts]
    with node() as client:
        index = "articles-2025.03"
        for number, text in enumerate(texts):
            client.index(index=index, id=str(number), document={"title": text.title, "body": text.body})
        client.indices.refresh(index=index)
        for topic, words in KEYWORDS.items():
            query = " OR ".join(f'"{word}"' for word in words)
            answer = client.search(
                index=index,
                size=len(texts),
                source=False,
                query={"query_string": {"query": query, "fields": ["title", "body"]}},
            )
            for hit in answer["hits"]["hits"]:
                found[int(hit["_id"])].add(topic)
    return found


def figures(there: set[int], said: set[int]) -> Figures:
    """How right it is to say of some texts, by number, that they have a topic, where others may have it."""
    return Figures(len(said & there), len(said), len(there))


def topics_table(part: str) -> Table:
    """Each topic by each way."""
    texts = load(part)
    ways: dict[str, Find] = {"rules": by_rules, "keywords": by_keywords, "query_string": by_query_string}
    found = {name: way(texts) for name, way in ways.items()}
    table = Table("topic", "texts", *(f"{name}: P / R / F1" for name in ways), title=f"{len(texts)} texts, {part}")
    for topic in CODES.values():
        there = {number for number, text in enumerate(texts) if topic in text.topics}
        told = [figures(there, {number for number, each in enumerate(way) if topic in each}) for way in found.values()]
        cells = [f"{each.precision:.2f} / {each.recall:.2f} / {each.f1:.2f}" for each in told]
        table.add_row(topic, str(len(there)), *cells)
    return table


def real_table() -> Table:
    """Each topic on the real articles of the part `test`, with 95 % intervals (Wilson)."""
    texts = load_real("test")
    learn = load_real("learn")
    own = [text for part in PARTS for text in load(part)]
    plain = PlainModel(
        [(text.title, text.body) for text in (*learn, *own)],
        [*(text.grades for text in learn), *(dict.fromkeys(text.topics, ABOUT) for text in own)],
    )
    labelled = [Labelled(text.title, text.body, frozenset(), None) for text in texts]
    found = {
        "rasid": by_rules(labelled),
        "keywords": by_keywords(labelled),
        "query_string": by_query_string(labelled),
        "plain model": plain.find([(text.title, text.body) for text in texts]),
    }
    table = Table("topic", "there", *found, title=f"{len(texts)} real articles, part test: precision / recall / F1")
    for topic in CODES.values():
        counted = [number for number, text in enumerate(texts) if text.grades.get(topic, 0) != TOUCHES]
        there = {number for number in counted if texts[number].grades.get(topic, 0) == ABOUT}
        cells = []
        for way in found.values():
            told = figures(there, {number for number in counted if topic in way[number]})
            shares = f"{_share(told.right, told.found)} / {_share(told.right, told.there)}"
            cells.append(f"{shares} / {told.f1:.2f}")
        table.add_row(topic, str(len(there)), *cells)
    return table


def _share(right: int, of: int) -> str:
    if not of:
        return "–"
    share, z = right / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.2f} [{middle - half:.2f}–{middle + half:.2f}]"


def right_countries(part: str) -> Figures:
    """All countries of a part together."""
    tagger = load_tagger(TOPICS)
    right = said = there = 0
    for text in load(part):
        if text.countries is not None:
            found = _countries(tagger.tag(text.title, text.body))
            right += len(found & text.countries)
            said += len(found)
            there += len(text.countries)
    return Figures(right, said, there)


def countries_table() -> Table:
    """All countries together."""
    table = Table("part", "mentioned", "precision", "recall", title="countries")
    for part in PARTS:
        told = right_countries(part)
        table.add_row(part, str(told.there), f"{told.precision:.3f}", f"{told.recall:.3f}")
    return table


def _countries(tags: Tags) -> set[str]:
    return {each.entity for each in tags.mentions if each.kind == "countries"}


def many_terms(times: int) -> Tagger:
    """The rules with `times` the terms: the others are the words of the lists with a letter changed."""
    known = load_yaml(TOPICS.with_name("entities.yaml"), EntitiesFile)
    rules_file = load_yaml(TOPICS, TopicsFile, {"entity_lists": known.list_names()})
    extra = {}
    for turn in range(1, times):
        for name, phrases in rules_file.lists.items():
            extra[f"{name}-{turn}"] = tuple(_changed(phrase, turn) for phrase in phrases)
        for kind, each in known.kinds():
            for entity in each.values():
                extra[f"{kind}-{entity.id}-{turn}"] = tuple(_changed(phrase, turn) for phrase in entity.words)
    models = load_models(TOPICS.with_name("models").glob("*.json"))
    return Tagger(rules_file.model_copy(update={"lists": {**rules_file.lists, **extra}}), known, models, "many")


def _changed(phrase: str, turn: int) -> str:
    letters = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
    return " ".join(
        "|".join(word[:2] + letters[turn % len(letters)] + word[2:] for word in choice.split("|"))
        for choice in phrase.split()
    )


def speed_table() -> Table:
    """Texts a second on one core."""
    parts = [f"{text.title} {text.body}" for part in PARTS for text in load(part)]
    whole = "\n".join(parts) * (LENGTH * TEXTS // sum(map(len, parts)) + 1)
    # Each text begins elsewhere, so that none is another's copy.
    texts = [whole[start : start + LENGTH] for start in range(0, LENGTH * TEXTS, LENGTH)]
    taggers = {"rules": load_tagger(TOPICS), "ten times the terms": many_terms(10)}
    ways: dict[str, Callable[[str], object]] = {
        name: (lambda text, t=each: t.tag("", text)) for name, each in taggers.items()
    }
    ways["str.lower().split()"] = lambda text: text.lower().split()
    middle = median_seconds(ways, texts, ROUNDS)
    table = Table(
        "way", "texts/s", "time to rules", title=f"{TEXTS} texts of {LENGTH:,} characters, medians of {ROUNDS}"
    )
    for name, each in middle.items():
        table.add_row(name, f"{TEXTS / each:,.0f}", f"{each / middle['rules']:.3f}")
    return table


def mistakes(part: str) -> None:
    """Prints each text whose topics or countries differ from the labels."""
    tagger = load_tagger(TOPICS)
    for text in load(part):
        tags = tagger.tag(text.title, text.body)
        if set(tags.topics) != text.topics:
            extra, missing = set(tags.topics) - text.topics, text.topics - set(tags.topics)
            quotes = [each.quote for each in tags.evidence if each.topic in extra]
            print(f"+{sorted(extra)} -{sorted(missing)} {quotes}\n   {text.title} {text.body[:300]}")
        countries = _countries(tags)
        if text.countries is not None and countries != text.countries:
            print(f"countries +{countries - text.countries} -{text.countries - countries}\n   {text.body}")


def main() -> None:
    """Prints the tables; with ``real``, that of real articles; with ``mistakes``, what is wrong in texts worked on."""
    if sys.argv[1:] == ["real"]:
        Console(width=200).print(real_table())
        return
    if sys.argv[1:] == ["mistakes"]:
        mistakes("worked on")
        return
    console = Console(width=120)
    for part in PARTS:
        console.print(topics_table(part))
    console.print(countries_table())
    console.print(speed_table())


if __name__ == "__main__":
    main()
