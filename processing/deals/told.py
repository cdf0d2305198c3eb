"""What else a sentence tells of a trade: how far it has come, what it is worth, and when."""

from collections.abc import Container, Iterable

from processing.arabic import Words
from processing.deals.sentence import Head, Text
from processing.matcher import Span
from rasid.records import DealStage, Stated

STAGE_BEFORE, STAGE_AFTER, STAGE_BESIDE = 8, 5, 6
"""Words in which a stage is told: before a trade's words, after them, and so near that an end of it is meant."""
LISTED = 40
"""Words before a trade's words in which a stage may stand, with the parties of a list between them."""
NEVER = 3
"""Words from «will not» to the trade's words that it means."""
WISHED = 6
"""Words from a wish to the end that it asks for: «دعت إلى وقف بيع»."""
AFTER = 3
"""By how many words a stage after a trade's words counts as further off than one before them."""
ENDING: frozenset[DealStage] = frozenset({"suspended", "cancelled", "embargo"})
_WILL = {"ان", "بان", "لان", "سوف", "قد", "لكي", "كي", "حتي", "لن"}
_RELATIVE_DAYS = {"الماضي", "المقبل", "الجاري", "الاول", "الثاني"}
_YEAR = {"عام", "سنه", "العام"}


def stage_of(head: Head, read: Text) -> tuple[Span, DealStage] | None:
    """The words that tell how far a trade has come, and how far: its own, if they say what has come to pass; else the
    nearest before them, else after them.
    """
    first, last = head.span
    trade = head.trade
    own = trade.noun_stage if head.form == "noun" and trade.role != "pact" else trade.stage
    here = [(span, stage) for span, stage in read.stages if head.sentence.first <= span.first <= head.sentence.last]
    named = {word for party in read.parties for word in party.span.words()}
    near = [(span, stage) for span, stage in here if 0 < first - span.last <= LISTED]
    before = [(_words(span.last, first, named), span, stage) for span, stage in near]
    before = [each for each in before if each[0] <= STAGE_BEFORE]
    after = [(span.first - last + AFTER, span, stage) for span, stage in here if 0 < span.first - last <= STAGE_AFTER]
    ends = [each for each in (*before, *after) if each[0] <= STAGE_BESIDE and _is_end(each[1], each[2], here)]
    wished = [span for span, stage in here if stage in ENDING and not _is_end(span, stage, here)]
    if any(0 < first - span.last <= STAGE_BESIDE for span in wished):
        return head.span, "delivered"  # what they want to end goes on
    ends += [(0, span, "cancelled") for span in read.spans.get("never", ()) if 0 < first - span.last <= NEVER]
    claims = [span for span in read.spans.get("claims", ()) if head.sentence.first <= span.first < first]
    if ends and not claims:
        return min(ends)[1:]
    before = [each for each in before if each[2] not in ENDING]
    if own and (own == "embargo" or _is_fact(head, read.words)):
        return head.span, own
    if before or after:
        return min(before or after)[1:]
    if head.form == "present":
        return head.span, "approved"
    pact = head.pact if head.pact and head.pact[1] else (head.span, own)
    return (pact[0], pact[1]) if pact[1] else None


def _words(begin: int, end: int, named: Container[int]) -> int:
    """How far one word is from another: a list of parties between them counts nothing."""
    return 1 + sum(word not in named for word in range(begin + 1, end))


def _is_end(span: Span, stage: DealStage, here: Iterable[tuple[Span, DealStage]]) -> bool:
    """Whether words tell that a trade has ended, and do not only ask for it."""
    return stage in ENDING and not any(
        other == "requested" and 0 < span.first - asked.last <= WISHED for asked, other in here
    )


def _is_fact(head: Head, cut: Words) -> bool:
    """Whether a verb says what has come to pass, and not what will or may."""
    if head.form != "present":
        return head.form == "past"
    form, before = cut.forms[head.span.first].lstrip("وف"), cut.forms[max(head.span.first - 3, 0) : head.span.first]
    return not form.startswith(("س", "ل")) and _WILL.isdisjoint(before)


def money_of(head: Head, read: Text, currencies: Iterable[str]) -> Stated | None:
    """The sum nearest to a trade's words in their sentence.

    Args:
        head: the trade's words.
        read: the text.
        currencies: codes.
    """
    sums: list[tuple[int, int, Stated]] = []
    ends = {amount.span.last: amount for amount in read.numbers}
    for currency in currencies:
        for span in read.spans.get(f"currency:{currency}", ()):
            amount = ends.get(span.first - 1)
            if amount and head.sentence.first <= span.first <= head.sentence.last:
                where = Span(amount.span.first, span.last)
                sums.append(
                    (_apart(head.span, where), -span.last, read.stated(f"{amount.value:.0f} {currency}", where))
                )
    return min(sums, key=lambda each: each[:2])[2] if sums else None


def date_of(head: Head, read: Text) -> Stated | None:
    """The date nearest to a trade's words in their sentence: a month with its year, a year, «العام الماضي»."""
    forms, places = read.words.forms, []
    for span in (*read.spans.get("months", ()), *read.spans.get("dates", ())):
        if not head.sentence.first <= span.first <= head.sentence.last:
            continue
        first, last = span
        if first > head.sentence.first and forms[first - 1].isdecimal() and len(forms[first - 1]) <= 2:
            first -= 1
        while last < head.sentence.last and (
            (forms[last + 1].isdecimal() and len(forms[last + 1]) == 4) or forms[last + 1] in _RELATIVE_DAYS
        ):
            last += 1
        if forms[span.first].lstrip("وبلف") not in _YEAR or last > span.first:
            places.append(Span(first, last))
    nearest = min(places, key=lambda span: _apart(head.span, span), default=None)
    return read.stated("", nearest) if nearest else None


def _apart(one: Span, other: Span) -> int:
    return max(other.first - one.last, one.first - other.last)
