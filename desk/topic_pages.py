"""The topics: what each goes by, what it tagged last, and teaching it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import get_args
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.guard import who
from desk.marking import Part
from desk.rendering import page
from desk.signing import changing
from desk.work import Desk
from pipeline.retagging import by, difference
from pipeline.teaching import LEAST, Question, install, learn_topic, question, state_of, worth_labelling
from processing.topics.file import Topic
from processing.topics.labels import Grade, keep, kept_labels, label_of
from rasid.errors import RasidError
from search.hits import STORIES_OF, search
from search.indexed import article_of
from search.indices import ARTICLES
from search.query import EVERYTHING

BACK = "back"
"""What a form has in place of a grade to take an answer back."""
ANSWERS = 20
"""Answers shown that were given last."""
RECENT = 20
"""Articles shown that a topic tagged last."""
LATER, AROUND = 3, 80
"""Passages shown that speak for a topic after an article's first words, and the letters around each."""


def topics_page(request: Request) -> Response:
    """All topics."""
    desk: Desk = request.app.state.desk
    tagger = desk.tagger
    since = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    week = {"bool": {"filter": [{"range": {"published_at": {"gte": since}}}]}}
    answer = desk.client.search(
        index=ARTICLES,
        size=0,
        query=week,
        aggs={"topics": {"terms": {"field": "topics", "size": 1000}, "aggs": {"stories": STORIES_OF}}},
    )
    buckets = answer.get("aggregations", {}).get("topics", {}).get("buckets", ())
    return page(
        request,
        "topics.html.j2",
        topics=list(tagger.topics.values()),
        states={id_: state_of(desk.settings, tagger, id_) for id_ in tagger.topics},
        cards={id_: model.card for id_, model in tagger.models.items()},
        counts={bucket["key"]: (bucket["doc_count"], bucket["stories"]["value"]) for bucket in buckets},
    )


def topic_page(request: Request) -> Response:
    """One topic."""
    desk, id_ = request.app.state.desk, _topic(request)
    tagger = desk.tagger
    return page(
        request,
        "topic.html.j2",
        topic=tagger.topics[id_],
        words=_by_level(tagger.topics[id_]),
        state=state_of(desk.settings, tagger, id_),
        least=LEAST,
        card=tagger.models[id_].card if id_ in tagger.models else {},
        hits=search(desk.client, EVERYTHING, [{"term": {"topics": id_}}], RECENT, newest=True),
        lesson=desk.lessons.get(id_),
        change=desk.changes.get(id_),
        installed="installed" in request.query_params,
        answers=kept_labels(desk.storage, id_).records[: -ANSWERS - 1 : -1],
    )


@dataclass
class Proving:
    """What proves a topic, as an analyst wrote it: phrases, and names of word lists that stand near each other."""

    phrases: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


def _by_level(topic: Topic) -> dict[str, Proving]:
    found: dict[str, Proving] = defaultdict(Proving)
    for level, _, words in topic.words():
        if words.phrase:
            found[level].phrases.append(words.phrase.replace("|", " / "))
        else:
            groups = (" / ".join((group,) if isinstance(group, str) else group) for group in words.groups())
            found[level].lists.append(" … ".join(groups))
    return found


def teach_page(request: Request) -> Response:
    """The article whose label teaches a topic most, to be labelled; the next one after each label."""
    desk, id_ = request.app.state.desk, _topic(request)
    passed, answered = request.query_params.getlist("passed"), request.query_params.get("answered")
    labels = kept_labels(desk.storage, id_).records
    worth = worth_labelling(desk.judged(id_), labels, id_ not in desk.tagger.models)
    found = next((each for each in worth if each.id not in passed), None)
    asked = question(desk.tagger, id_, found) if found else None
    return page(
        request,
        "teach.html.j2",
        topic=desk.tagger.topics[id_],
        asked=asked,
        title=_marked(asked.article.title, _spans(asked, "title")) if asked else [],
        lead=_marked(asked.article.body[: asked.lead], _spans(asked, "body")) if asked else [],
        is_cut=asked is not None and asked.lead < len(asked.article.body),
        later=_later(asked) if asked else [],
        labelled=len(labels),
        last=next((each for each in labels if (each.id, each.who) == (answered, who(request))), None),
        passed=[*passed, found.id] if found else passed,
    )


async def label(request: Request) -> Response:
    """Keeps what a person says of an article, or takes it back."""
    name, form = await changing(request)
    desk, id_ = request.app.state.desk, _topic(request)
    article, given = str(form.get("article", "")), form.get("grade")
    grade = next((each for each in get_args(Grade) if str(each) == given), None)
    if given == BACK:
        await run_in_threadpool(_take_back, desk, id_, article, name)
    elif grade is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"grade: expected 0, 1, 2 or {BACK}")
    else:
        await run_in_threadpool(_keep, desk, id_, article, grade, name)
    pages = {
        "article": f"/articles/{quote(article)}?labelled={id_}#said-{id_}",
        "topic": f"/topics/{id_}#answers",
        "teach": f"/topics/{id_}/teach?answered={quote(article)}",
    }
    return RedirectResponse(pages.get(str(form.get("from")), pages["teach"]), HTTPStatus.SEE_OTHER)


def _keep(desk: Desk, topic: str, id_: str, grade: Grade, name: str) -> None:
    article = article_of(desk.client, id_)
    if not article:
        raise RasidError(f"no article {id_} in the index")
    keep(desk.storage, topic, [label_of(article, topic, grade, name, datetime.now(UTC))])


def _take_back(desk: Desk, topic: str, id_: str, name: str) -> None:
    said = [each for each in kept_labels(desk.storage, topic).records if (each.id, each.who) == (id_, name)]
    keep(desk.storage, topic, [], gone=said)


async def train(request: Request) -> Response:
    """Learns from the labels. What that would change is shown, and nothing is changed."""
    await changing(request)
    desk, id_ = request.app.state.desk, _topic(request)
    await run_in_threadpool(_learn, desk, id_)
    return RedirectResponse(f"/topics/{id_}#lesson", HTTPStatus.SEE_OTHER)


def _learn(desk: Desk, id_: str) -> None:
    tagger = desk.tagger
    lesson = learn_topic(desk.settings, tagger, id_)
    then, now = (by(tagger.alone(id_, model)) for model in (lesson.model, tagger.models.get(id_)))
    desk.lessons[id_], desk.changes[id_] = lesson, difference(desk.newest(), then, now)


async def install_lesson(request: Request) -> Response:
    """Has a topic go by what it has learned."""
    await changing(request)
    desk, id_ = request.app.state.desk, _topic(request)
    lesson = desk.lessons.pop(id_, None)
    desk.changes.pop(id_, None)
    if not lesson:
        return RedirectResponse(f"/topics/{id_}", HTTPStatus.SEE_OTHER)
    await run_in_threadpool(install, desk.settings, lesson)
    return RedirectResponse(f"/topics/{id_}?installed=1", HTTPStatus.SEE_OTHER)


def _topic(request: Request) -> str:
    id_: str = request.path_params["id"]
    if id_ not in request.app.state.desk.tagger.topics:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return id_


def _spans(asked: Question, field: str) -> list[tuple[int, int]]:
    return [(start, end) for name, start, end in asked.marks if name == field]


def _marked(text: str, marks: Iterable[tuple[int, int]]) -> list[Part]:
    """A text with some of its passages marked."""
    parts, place = [], 0
    for start, end in sorted(marks):
        if place <= start < end <= len(text):
            parts += [Part(text[place:start]), Part(text[start:end], topics=("",))]
            place = end
    return [part for part in [*parts, Part(text[place:])] if part.text]


def _later(asked: Question) -> list[list[Part]]:
    """What speaks for the topic after the first words, each with some words around it."""
    text, found = asked.article.body, []
    after = [(start, end) for field, start, end in asked.marks if field == "body" and end > asked.lead]
    for start, end in after[:LATER]:
        first = text.rfind(" ", 0, max(start - AROUND, 0)) + 1
        found.append(_marked(text[first : end + AROUND], [(start - first, end - first)]))
    return found
