"""Who wrote an article: names in metadata and bylines, and the agencies that it is credited to."""

import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice

from processing.blocks import Block, role_of
from processing.characters import line_key, visible
from processing.dates import is_date
from rasid.letters import normalise, view_pattern

_AGENCIES = """
رويترز: رويترز, reuters
أ ف ب: أ ف ب, أ.ف.ب, ا.ف.ب, أف ب, فرانس برس, afp
أ ب: أسوشيتد برس, أسوشييتد برس, ا ب, أ.ب, associated press
د ب أ: د ب أ, د.ب.أ, dpa
واس: واس, وكالة الأنباء السعودية, spa
وام: وام, وكالة أنباء الإمارات
كونا: كونا, وكالة الأنباء الكويتية
قنا: قنا, وكالة الأنباء القطرية
بنا: بنا, وكالة أنباء البحرين
وأج: وأج, وكالة الأنباء الجزائرية
وات: وات, وكالة تونس إفريقيا للأنباء
و م ع: و م ع, ومع, وكالة المغرب العربي للأنباء
وال: وال, وكالة الأنباء الليبية
سونا: سونا, وكالة السودان للأنباء
أ ش أ: أ ش أ, أ.ش.أ, وكالة أنباء الشرق الأوسط
سانا: سانا, وكالة الأنباء السورية
بترا: بترا, وكالة الأنباء الأردنية
وفا: وفا, وكالة الأنباء الفلسطينية
واع: واع, وكالة الأنباء العراقية
سبأ: سبأ, وكالة الأنباء اليمنية
الأناضول: الأناضول, وكالة الأناضول
شينخوا: شينخوا, xinhua
تاس: تاس, tass
سبوتنيك: سبوتنيك, نوفوستي
وكالات: وكالات, الوكالات, agencies
"""
AGENCIES = {
    line_key(spelling): name
    for name, _, spellings in (line.partition(": ") for line in _AGENCIES.strip().splitlines())
    for spelling in spellings.split(", ")
}
"""Letters of each spelling → the agency's usual name."""

_BY = (
    r"كتب|كتبت|كتبه|كتبته|بقلم|إعداد|أعده|أعدته|أعدها|أعد التقرير|تحرير|تقرير|حوار|أجر[ىت] (?:الحوار|المقابلة|اللقاء)"
    r"|حاورت?(?:ه|ها|هم)|التقت?(?:ه|ها)|ترجمة|متابعة|تغطية|رصد|نص|تحقيق"
    r"|مرسلة بواسطة|أرسلت بواسطة|نشر بواسطة|كتب بواسطة|بواسطة|الكاتب|كاتب|الكاتبة|المحرر|مراسلنا"
    r"|من مراسلنا|by|author|posted by"
)
_LABEL = view_pattern(
    rf"^(?:\([^)]*\)\s*)?(?:{_BY})(?:\s*[:/،,–-]\s*|$)|^(?:بقلم|مرسلة بواسطة|نشر بواسطة|أرسلت بواسطة)\s+"
)
_DESK = view_pattern(r"^(?:تحرير|إعداد|ترجمة|متابعة|كتب|كتبت)\s*[:/]\s*(?:قسم|فريق|وحدة|غرفة|هيئة|إدارة|محرر)")
_POSTED_BY = view_pattern(
    r"^(?:أرسله|أرسلها|كتبه|كتبها|نشره|نشرها|أضافه|أضافها|نشر بواسطة|بواسطة"
    r"|كتب بواسطة)\s+(?P<name>.{5,50}?)\s+(?:في|بتاريخ|يوم)(?!\w)"
)
# Without a colon these may begin a sentence: «كتب الوزير».
_LOOSE_LABEL = view_pattern(r"^(?:كتب|كتبت|إعداد|تقرير|حوار|تحقيق|by)\s+(?!ال)")
_CREDIT = re.compile(
    r"^\(?\s*(?:إعداد|اعداد)\s+(?P<author>[^-–()]+?)(?:\s+للنشرة العربية)?\s*(?:[-–]\s*تحرير\s+[^()]+)?\)?\.?$"
)
_LETTERS = r"[ء-ي](?:\s?\.\s?[ء-ي]){1,2}\.?"
_INITIALS = re.compile(
    rf"(?:{_LETTERS}|[ء-ي] [ء-ي])(?:\s*/\s*(?:{_LETTERS}|[ء-ي] [ء-ي]))*\s*(?:\([^)]*\))?$|[ء-ي]/[ء-ي]$"
)
_BETWEEN = re.compile(r"\s*[|·•/:،,\u2022]\s*|\s+[-–—ـ]\s*|\s*[-–—]\s+|\s*\(|\)\s*|\s+و\s+|\n")
_NAME = re.compile(r"(?:د\.|أ\.|م\.)?\s*[ء-ي]{2,}\.?(?:[ -][ء-ي]{1,}\.?){1,4}|[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}")
# «فلان الفلاني وفلان الفلاني»; in a name of three words, the و may be a letter of it.
_WITH_WAW = "ليد|ائل|سيم|فاء|داد|جدي|سام|هيب|ديع|اصل|جيه|ردة"
_TWO_NAMES = re.compile(rf"([ء-ي]+ [ء-ي]+(?: [ء-ي]+)?) و(?!{_WITH_WAW})([ء-ي]{{2,}} [ء-ي]+(?: [ء-ي]+)?)")
_NO_NAME_WORDS = """
اترك أضف اكتب علق
في من على إلى عن مع هذا هذه التي الذي بعد قبل حتى كل منذ خاص آخر أحدث الأكثر
ساعة الساعة يوم اليوم دقيقة دقائق تاريخ التاريخ نشر النشر نشرت تحديث التحديث أرشيف أرشيفية تعبيرية العدد
أخبار الأخبار خبر الخبر مواضيع موضوع موضوعات مقال مقالات تقارير حوارات رأي آراء ملخص كلمات وسوم صلة متعلقة مشابهة مرتبطة
صورة صور تصوير فيديو بث البث مباشر عاجل حصري متابعات قراءة مشاهدة استمع اقرأ شارك مشاركة تعليق تعليقات طباعة حجم الخط
صحافي صحافية صحفي صحفية إعلامي إعلامية مراسل مراسلة محرر محررة متدرب متدربة باحث باحثة محلل خبير أستاذ أكاديمي رئيس مدير
رابط الرابط المصدر وكالة صحيفة موقع جريدة قناة الرئيسية فريق هيئة التحرير تحرير قسم غرفة إدارة نسخة حقوق محفوظة
"""
_NO_NAME = frozenset(normalise(_NO_NAME_WORDS).split())
_STAFF = view_pattern(r"admin|editor|staff|newsroom|team|desk|webmaster|user|التحرير|الإدارة|المحرر|مدير الموقع|^مراسل")
_ROLE = view_pattern(r"^\W*(?:كاتب|باحث|صحا?في|إعلامي|محلل|أكاديمي|أستاذ|خبير|رئيس|مدير|سفير|وزير|ناشط)ة? ")
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|auteurs?|writers?|columnists?|editors?|journalists?|reporters?|profiles?|كاتب|كتاب|الكتاب)/",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"^(?:المصدر|المصادر|مصدر الخبر|نقلا عن)\s*[:/+-]?\s*(?P<names>.{2,60})$")
_DATELINE = re.compile(
    r"^[ء-ي][ء-ي \u0640]{1,30}?\s*(?:[،,]\s*[ء-ي \d]{2,30})?\s*[-–—/]?\s*\((?P<names>[^()]{2,40})\)"
    r"|^[ء-ي][ء-ي ]{1,20}\s*[-–—/]\s*(?P<agency>[ء-ي. ]{2,20}?)\s*[-–—/:]"
)
_PLACES = """
القاهرة الإسكندرية بيروت طرابلس دمشق حلب حمص عمّان بغداد البصرة أربيل الموصل النجف الرياض جدة الدمام الدوحة
المنامة الكويت مسقط أبوظبي دبي الشارقة صنعاء عدن الخرطوم القدس غزة نابلس الجزائر وهران قسنطينة عنابة تونس صفاقس سوسة
الرباط فاس مراكش طنجة أكادير بنغازي نواكشوط مقديشو جيبوتي واشنطن نيويورك لندن باريس موسكو بروكسل جنيف أنقرة إسطنبول
طهران برلين مدريد روما
"""
PLACES = {line_key(place) for place in _PLACES.split()} | {
    line_key(place) for place in ("مكة المكرمة", "رام الله", "الدار البيضاء", "أبو ظبي")
}
"""Letters of places from which articles are written: they stand beside the name."""
LABEL_WORDS = 6
SIGNATURE_WORDS = 4
ROLE_WORDS = 10
MAX_BYLINE = 120
"""Characters of a line that may name the author."""


def is_byline(line: str, above: bool = False) -> bool:
    """Whether a line is nothing but «بقلم: فلان» or such; above a text «كتب فلان» is enough."""
    if _INITIALS.match(line):
        return True
    if match := _CREDIT.match(line):
        return line.startswith("(") and bool(_names(match["author"], ()))
    desk = len(line.split()) <= LABEL_WORDS and bool(_DESK.match(normalise(line)))
    return desk or (_labelled(line, loose=above) and bool(_names(line, ())))


def written_authors(
    before: Iterable[Block], after: Iterable[Block], above: Iterable[Block], strangers: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """The authors that the lines around a text name, and how each was recognised, the surest first.

    Args:
        before: lines between the title and the text.
        after: lines that close the text. Strangers' names may stand there, so only a byline counts.
        above: lines above the title.
        strangers: what looks like a name and is none: the outlet's names, the section.
    """
    strangers = tuple(strangers)
    known = {line_key(name) for name in strangers}
    before, after, above = (
        [block for block in blocks if len(block.text) <= MAX_BYLINE] for blocks in (before, after, above)
    )
    for loose, block in (*((True, block) for block in before), *((False, block) for block in after)):
        yield from (("byline", name) for name in _bylines(block, loose, strangers))
    yield from (("author element", name) for block in before for name in _marked_names(block, strangers))
    yield from _unlabelled(before, known, strangers)
    yield from (("signature", block.text) for block in after[:1] if is_signature(block))
    yield from (("bold above", block.text) for block in before if not block.roles and _is_bold_name(block, strangers))
    yield from (("author element above", name) for block in above for name in _marked_names(block, strangers))
    yield from (("author's page", name) for block in after if links_to_author(block) for name in block.parts[:1])


def links_to_author(block: Block) -> bool:
    """Whether a line is the name of a person, linked to the person's page."""
    return bool(_names(block.text, ())) and any(
        _AUTHORS_PAGE.search(link.get("href", "")) for link in block.element.iter("a")
    )


def _unlabelled(before: list[Block], known: Container[str], strangers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names that stand beside a place, or else beside or above a date."""
    beside_places: list[tuple[str, str]] = []
    beside_dates: list[tuple[str, str]] = []
    for number, block in enumerate(before):
        if any(role not in {"author", "date"} for _, role in block.roles):
            continue
        text = "\n".join(part.removeprefix("من ") for part in block.parts)
        parts = _BETWEEN.split(text)
        names = _names(text, strangers)
        rest = {line_key(part) for part in parts if part and part.strip() not in names} - {""}
        if not names:
            continue
        if any(key in known or key in PLACES for key in rest):
            beside_places += [("beside the place", name) for name in names]
        elif is_date(" ".join(block.parts)):
            beside_dates.append(("beside the date", names[0]))
        elif not rest and any(_together(block, other) for other in before[max(0, number - 2) : number + 3]):
            beside_dates.append(("above the date", names[0]))
    return beside_places or beside_dates


def _bylines(block: Block, loose: bool, strangers: tuple[str, ...]) -> Iterator[str]:
    """The names in a line that says that it names the author."""
    if (match := _CREDIT.match(block.text)) and is_byline(block.text):
        yield from _names(match["author"], strangers)
    if match := _POSTED_BY.match(normalise(block.text)):
        # Folding keeps the number of letters in text without marks, which bylines are.
        yield from _names(block.text[slice(*match.span("name"))], strangers)
    if loose and block.text.endswith(":") and len(block.text.split()) <= LABEL_WORDS:
        yield from _names(block.text, strangers)
    for label, part in zip(("", *block.parts), block.parts, strict=False):
        if _labelled(part, loose) or (_labelled(label, loose) and len(label.split()) <= LABEL_WORDS):
            yield from _names(part, strangers)


def _marked_names(block: Block, strangers: tuple[str, ...]) -> Iterator[str]:
    """The names in a line of which the page says that it names an author, or that it links to an author's page."""
    links = (block.element, *block.element.iter("a"), *islice(block.element.iterancestors(), 2))
    if any(role == "author" for _, role in block.roles) or any(
        _AUTHORS_PAGE.search(link.get("href", "")) for link in links if link.tag == "a"
    ):
        texts: Iterable[str] = block.parts
    else:
        inline = block.element.iter("span", "em", "b", "strong", "a", "i")
        texts = [visible(element.text_content()) for element in inline if role_of(element) == "author"]
    for text in texts:
        if len(text.split()) <= 2 * LABEL_WORDS:  # longer ones tell of the author
            yield from _names(text, strangers)


def _together(block: Block, dated: Block) -> bool:
    """Whether a line stands in one small element with a date."""
    near = block.element is dated.element or block.element.getparent() is dated.element.getparent()
    return near and block is not dated and len(block.text.split()) <= LABEL_WORDS and is_date(" ".join(dated.parts))


def person(stated: str, strangers: Iterable[str]) -> list[str]:
    """The persons that a statement of metadata names; none if it names the outlet, its staff or an agency."""
    return _names(stated, strangers)


def agencies(first: str, others: Iterable[str]) -> tuple[str, ...]:
    """The agencies that an article credits: in its dateline, «واشنطن (رويترز) - », or in lines of their own.

    Args:
        first: its first paragraph.
        others: short lines around the text.
    """
    claims: list[str] = []
    if match := _DATELINE.match(first):
        claims += re.split(r"[،,/+]|\s-\s|\s+و\s*", match["names"] or match["agency"])
    for line in others:
        credit = _SOURCE.match(line)
        claims += re.split(r"[،,/+|]|\s[-–—]\s|\s+و\s*", credit["names"] if credit else line)
    found = (AGENCIES.get(line_key(claim)) for claim in claims)
    return tuple(dict.fromkeys(name for name in found if name))


def is_signature(block: Block) -> bool:
    """Whether a text's last line is its author's name: emphasised, or a paragraph of its own."""
    alone = block.element.tag in {"p", "div"} or _is_bold_name(block, ())
    return alone and len(block.text.split()) <= SIGNATURE_WORDS and _names(block.text, ()) == [block.text]


def _is_bold_name(block: Block, strangers: Iterable[str]) -> bool:
    styled = block.element.iter("strong", "b", "em", "i")
    return any(visible(each.text_content()) == block.text for each in styled) and (
        _names(block.text, strangers) == [block.text]
    )


def is_role(line: str) -> bool:
    """Whether a line tells what somebody is, as under a signature: «كاتب وباحث من الجزائر»."""
    return len(line.split()) <= ROLE_WORDS and bool(_ROLE.match(normalise(line)))


def is_source(line: str, names: Container[str]) -> bool:
    """Whether a line does nothing but credit a source: «المصدر: رويترز», or agencies and the outlet's names alone."""
    parts = [key for part in re.split(r"[،,/+|]|\s[-–—]\s", line) if (key := line_key(part))]
    return bool(_SOURCE.match(line)) or (bool(parts) and all(key in AGENCIES or key in names for key in parts))


def _labelled(text: str, loose: bool) -> bool:
    view = normalise(text)
    return bool(_LABEL.match(view) or (loose and _LOOSE_LABEL.match(view)))


def _names(text: str, strangers: Iterable[str]) -> list[str]:
    """The names in a line that holds nothing else of note."""
    known = {line_key(name) for name in strangers}
    view = normalise(text)
    if match := _LABEL.match(view) or _LOOSE_LABEL.match(view):
        # Folding keeps the letters' number except for marks, which bylines do not carry.
        text = text[match.end() :] if len(view) == len(text) else re.sub(r"^\S+\s*[:/-]?\s*", "", text)
    names = []
    for raw in _BETWEEN.split(text):
        part = raw.strip(" :-–—.،")
        name, _, place = part.rpartition(" من ")
        part = name if line_key(place) in PLACES else part
        two = _TWO_NAMES.fullmatch(part)
        names += [part] if _is_name(part, known) else []
        names += two.groups() if two and all(_is_name(each, known) for each in two.groups()) else []
    return names


def _is_name(text: str, known: Container[str]) -> bool:
    view = normalise(text)
    if not _NAME.fullmatch(text) or _NO_NAME.intersection(view.split()) or _STAFF.search(view):
        return False
    key = line_key(text)
    return not (_TWO_NAMES.fullmatch(text) or key in known or key in AGENCIES or key in PLACES)
