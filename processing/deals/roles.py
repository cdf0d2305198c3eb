"""Who gives and who takes: the parties around a trade's words, by their prepositions and place and the kind of word."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from processing.deals.arms import Arm
from processing.deals.file import Side
from processing.deals.sentence import OPPOSITE, Found, Head, Text
from processing.deals.sides import Party
from processing.matcher import Span
from rasid.records import DealStage

REACH = 25
"""Words around a trade's words in which a party has a role."""
MARKED = 10
"""Words after a trade's words, or after its last weapon, in which a preposition tells a party's role."""
FOLLOWING = 2
"""Words after a noun in which stands whose doing it is, and after him the other party."""
BESIDE = 4
"""Words after a verb in which its subject or object stands."""
IN_LINE = 8
"""Words between a verb and the subject before it, at most, if a party right after it is its object."""
NEAR_NOUN = 10
"""Words from a party to a noun that is its doing, at most, where no verb leads from one to the other."""
NEAR_PACT = 8
"""Words from the party that closes a pact to the pact, at most."""
PERMITTED = 3
"""Words from a party to what it is permitted: «لتركيا بشراء»."""
FROM = 6
"""Words after a gift, its weapon or its other party in which «from» says whose it is."""
LEFT = 12
"""Words from the head in which a party that has no role may have the one that is missing."""
LISTED = 4
_THAT = {"ان", "بان", "لان", "بسبب"}
_WHO = frozenset({"التي", "الذي", "والتي", "والذي"})
_PRONOUNS = ("ها", "هم", "هما", "ه")


class Roles:
    """The roles of the parties around a head.

    Args:
        head: a trade's words.
        read: the text.
        marks: preposition → the side that it tells.
        arms: that are traded.
        stage: how far it has come.
    """

    def __init__(
        self, head: Head, read: Text, marks: Mapping[str, Side], arms: Sequence[Arm], stage: DealStage | None
    ) -> None:
        self._head, self._read, self._marks, self._arms = head, read, marks, arms
        self._asked = stage == "requested" and head.trade.role == "gives"
        self._banned = stage == "embargo" and head.trade.role == "gives"
        self._taken: dict[Span, Side] = {}
        first, last = head.sentence
        self._here = [party for party in read.parties if first <= party.span.first <= last]
        end = max(head.reach.last, arms[-1].span.last if arms else 0)
        reach = min(end, head.span.last + REACH - 1)
        self._after = [party for party in self._here if head.span.last < party.span.first <= reach]
        before = [party for party in reversed(self._here) if party.span.last < head.span.first]
        near = [party for party in before if party.span.first >= head.reach.first]
        self._before = near if any(party.acts for party in near) else before
        self._bare = [party for party in self._after if party.acts and not party.before and not party.joined]

    def tell(self, found: Found) -> None:
        """Gives the parties their sides, and says which near ones have none."""
        self._found = found
        if self._head.form == "noun":
            self._beside_noun()
        else:
            self._beside_verb()
        self._marked()
        self._earlier()
        self._makers()
        self._acting()
        if self._head.trade.role != "gives" and not found.supplier:
            self._take(self._maker, "supplier")
        self._left()

    def _left(self) -> None:
        """Parties near the head of which nothing said what they do."""
        head, found = self._head, self._found
        for party in self._here:
            far = max(party.span.first - head.span.last, head.span.first - party.span.last)
            if far > LEFT or party.span in self._taken:
                continue
            stated = self._read.stated(party.code, party.name)
            if party.acts:
                found.others["recipient"].setdefault(party.code, stated)
            if party.acts or party.describes:
                found.others["supplier"].setdefault(party.code, stated)

    def _take(self, party: Party | None, side: Side) -> None:
        if party:
            if party.code not in self._found.side(OPPOSITE[side]):
                self._found.side(side).setdefault(party.code, self._read.stated(party.code, party.name))
            self._taken[party.span] = side

    def _beside_noun(self) -> None:
        """Whom a noun's pronoun means, and who stands right after it."""
        head, actor = self._head, self._head.actor
        follower = head.trade.follower or actor
        self._take(self._pronoun, follower)
        self._take(self._whose, actor)
        near = next((party for party in self._bare if party.span.first - head.span.last <= FOLLOWING), None)
        if near is None or head.trade.role == "pact":
            return
        if self._pronoun:
            self._take(near, OPPOSITE[follower])
            return
        second = next((party for party in self._bare if 0 < party.span.first - near.span.last <= FOLLOWING), None)
        if second:
            self._take(near, actor)
            self._take(second, OPPOSITE[actor])
        elif self._subject and head.trade.role == "gives":
            self._take(near, OPPOSITE[actor])  # «وافقت واشنطن على بيع فنلندا ذخائر»
        else:
            self._take(near, follower)

    def _beside_verb(self) -> None:
        """Whom a verb's pronoun means, and its subject and object after it."""
        head, actor = self._head, self._head.actor
        other = OPPOSITE[actor]
        self._take(self._pronoun, other)
        near = [party for party in self._bare if party.span.first - head.span.last <= BESIDE]
        gives = head.trade.role == "gives" and not self._pronoun
        if len(near) > 1 and gives:
            self._take(near[0], actor)
            self._take(near[1], other)
        elif near:
            follows = self._subject and head.span.first - self._subject.span.last <= IN_LINE
            self._take(near[0], other if follows and gives else actor)

    def _marked(self) -> None:
        """Parties after the head, by the preposition before them, and what they go on."""
        head, actor = self._head, self._head.actor
        previous: Party | None = None
        for party in self._after:
            if not party.acts:
                continue
            if self._is_permitted(party):
                break  # «إرسال دبابات والسماح لبولندا بنقلها»: another's doing begins
            if party.span not in self._taken:
                side = self._marks.get(party.before) if party.before and self._is_near(party) else None
                if party.joined and not party.before and previous and party.span.first - previous.span.last <= LISTED:
                    side = self._taken.get(previous.span)
                if head.trade.role == "pact" and side == "supplier" and not self._subject:
                    side = None  # «صفقة مع» says not who sells
                if side and (side != actor or party.joined or not self._found.side(side)):
                    self._take(party, side)
            previous = party

    def _is_permitted(self, party: Party) -> bool:
        before = party.span.first - 1
        said = any(span.last == before and stage == "approved" for span, stage in self._read.stages)
        return said and party.before == "ل"

    def _is_near(self, party: Party) -> bool:
        ends = [self._head.span.last, *(arm.span.last for arm in self._arms if arm.span < party.span)]
        far = party.span.first - max(ends)
        if party.before == "من" and self._head.trade.role == "gives":
            ends += [span.last for span in self._taken if span < party.span]
            return party.span.first - max(ends) <= FROM
        return far <= MARKED

    def _earlier(self) -> None:
        """Parties before the head whose preposition tells their role."""
        head, found = self._head, self._found
        for party in self._before:
            far = head.span.first - party.span.last
            if not party.acts or party.span in self._taken or far > REACH:
                continue
            asked = self._asked and (party.before in {"من", "الي"} or (not party.before and found.recipient))
            banned = self._banned and party.before == "علي" and far <= PERMITTED
            if (asked or banned) and not found.supplier:
                self._take(party, "supplier")
            elif head.form == "noun" and party.before == "ل" and far <= PERMITTED and not found.side(head.actor):
                self._take(party, head.actor)
            elif head.trade.role != "gives" and head.form == "noun" and party.before == "مع" and not found.supplier:
                self._take(party, "supplier")

    def _makers(self) -> None:
        """«تسليم أسلحة غربية»: whose weapons they are, where nobody nearer gives them."""
        head, maker, subject = self._head, self._maker, self._subject
        gives = head.trade.role == "gives" and head.form == "noun" and head.trade.follower == "supplier"
        if maker and gives and not self._found.supplier and maker.code not in self._found.recipient:
            far = subject is None or head.span.first - subject.span.last > BESIDE
            if far and self._arms[0].span.first - head.span.last <= FOLLOWING:
                self._take(maker, "supplier")

    def _acting(self) -> None:
        """The subject before the head, and those in one list with it."""
        subject = self._subject
        side = OPPOSITE[self._head.actor] if self._asked else self._head.actor
        if subject is None or subject.span in self._taken or self._found.side(side):
            return
        self._take(subject, side)
        current = subject
        for party in (each for each in self._before if each.span < subject.span):
            if not current.joined or current.span.first - party.span.last > LISTED - 1:
                break
            if party.acts and not party.before:
                self._take(party, side)
            current = party

    @cached_property
    def _whose(self) -> Party | None:
        """The adjective right after a noun that says whose doing it is: «المساعدات العسكرية الأميركية»."""
        head = self._head
        if self._pronoun or head.trade.follower != head.actor:
            return None
        return next((party for party in self._here if party.describes and party.span.first == head.span.last + 1), None)

    @cached_property
    def _maker(self) -> Party | None:
        """Whose weapons the first of them are, by the adjective after them."""
        for arm in self._arms:
            for party in self._here:
                if party.describes and 0 < party.span.first - arm.span.last <= FOLLOWING:
                    return None if party.code in self._found.recipient else party
        return None

    @cached_property
    def _subject(self) -> Party | None:
        """The party before the head that does what it says: the nearest or, of «التي أرسلتها», the first one named.
        What stands before «that» only says so, if «that» has a subject of its own. A noun further off has a subject
        only by a verb that leads to it: «وافقت واشنطن … على بيع».
        """
        head, cut = self._head, self._read.words
        bare = [party for party in self._before if party.acts and not party.before]
        if self._who or not bare:
            return self._who
        if head.form != "noun" and head.is_relative(cut):
            return bare[0] if bare[-1].joined else bare[-1]
        nearest = next((party for party in bare if not self._is_object(party, bare)), bare[0])
        far = head.span.first - nearest.span.last
        end = head.span.first - (head.form != "noun")  # «أن تسلّم» has no other subject
        if any(cut.forms[word].lstrip("و") in _THAT for word in range(nearest.span.last + 1, end)):
            return None
        if head.trade.role == "pact" and (nearest.joined or far > NEAR_PACT):
            return None
        if head.form == "noun" and far > NEAR_NOUN:
            begin = nearest.span.first - BESIDE
            return nearest if any(begin <= span.first < head.span.first for span, _ in self._read.stages) else None
        return nearest

    @cached_property
    def _who(self) -> Party | None:
        """The party right before a verb that is its clause: «شركة روسية تبيع», «من واشنطن التي تزود»."""
        nearest = next((party for party in self._before if party.acts), None)
        if self._head.form == "noun" or nearest is None:
            return None
        between = self._read.words.forms[nearest.span.last + 1 : self._head.span.first]
        return nearest if len(between) < 2 and _WHO.issuperset(between) else None

    def _is_object(self, party: Party, bare: Sequence[Party]) -> bool:
        """Whether it stands right after a verb of the present that another party before it does: «يزور بولندا»."""
        if any(span.last == party.span.first - 1 for span in self._read.spans.get("accusing", ())):
            return False
        verb = self._read.words.forms[party.span.first - 1] if party.span.first else ""
        return verb.startswith(("ي", "ت")) and len(verb) > LISTED - 1 and party is not bare[-1]

    @cached_property
    def _pronoun(self) -> Party | None:
        """The party that a pronoun joined to the head means, if it means one."""
        head = self._head
        form = self._read.words.forms[head.span.first]
        supplies = head.trade.role == "gives" and head.trade.follower == "recipient"
        if not form.endswith(_PRONOUNS) or len(form) <= LISTED or len(head.span.words()) > 1:
            return None
        if head.form == "noun":
            if form.endswith("ه") and not form.endswith("ته") and not supplies:
                return None  # the end of the word
        elif head.is_relative(self._read.words) or head.trade.role == "takes":
            return None  # «التي أرسلتها», «تسلّمها»: the weapons
        named = [party for party in self._before if not party.describes]
        if self._asked:  # «حثت كييف الغرب على تزويدها»: the one who asks
            asking = [party for party in named if party.acts and not party.before and not party.joined]
            return next(iter(asking[1:2] if head.trade.role == "gives" else []), next(iter(asking), None))
        acting = [party for party in named if party.acts] if head.form != "noun" or supplies else []
        return next(iter([*acting, *named]), None)
