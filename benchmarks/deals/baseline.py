"""A plain way to read deals: around each trade word of a sentence the nearest states and weapon systems, the nearest
state as the supplier.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rasid.records import Mention

_TRADE = re.compile(r"صفق|بيع|شراء|اشتر|تسل[يم]|تزويد|توريد|تصدير|مساعدات عسكرية|شحن")
_SENTENCE = re.compile(r"[^.\n؟!؛]+")


def nearest(title: str, body: str, mentions: Iterable[Mention]) -> Iterator[dict[str, Any]]:
    """The deals of an article, as labels have them."""
    given = list(mentions)
    seen = set()
    for field, text in (("title", title), ("body", body)):
        for sentence in _SENTENCE.finditer(text):
            trade = _TRADE.search(sentence[0])
            if not trade:
                continue
            place = sentence.start() + trade.start()
            inside = [each for each in given if each.field == field and sentence.start() <= each.start < sentence.end()]
            inside.sort(key=lambda each: abs(each.start - place))
            states = list(dict.fromkeys(each.entity for each in inside if each.kind == "countries"))[:2]
            weapons = [each.quote for each in inside if each.kind == "weapons"][:1]
            if len(states) == 2 and (*states, *weapons) not in seen:
                seen.add((*states, *weapons))
                supplier, recipient = states
                yield {
                    "supplier": [supplier],
                    "recipient": [recipient],
                    "weapon": weapons,
                    "quantity": "",
                    "value": "",
                    "stage": "delivered",
                }
