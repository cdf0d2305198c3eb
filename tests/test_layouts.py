"""One article in many layouts, with lists of teasers around it: its text is the same in all of them."""

import itertools
import random
from collections.abc import Iterator

import pytest

from processing.extract.extraction import NotAnArticleError, extract
from tests.pages import ANY_OUTLET, make_capture

ARTICLES = {
    "رصيف الحاويات الجديد يدخل الخدمة مطلع الشهر المقبل": [
        "أعلنت هيئة الموانئ في بيان صدر عنها مساء أمس أن رصيف الحاويات الجديد سيدخل الخدمة مطلع الشهر المقبل بعد "
        "عامين من الأشغال.",
        "وقال مدير الهيئة سالم الراجحي في مؤتمر صحفي إن كلفة المشروع بلغت مئتي مليون دينار، دفعت الدولة ثلثيها وتكفل "
        "القطاع الخاص بما تبقى منها.",
        "وأوضح أن الرصيف يستقبل أربع سفن كبيرة في وقت واحد، وأن رافعاته تفرغ ثلاثين حاوية في الساعة، وهو ضعف ما كانت "
        "عليه الحال قبل المشروع.",
        "من جهته رأى الخبير في شؤون النقل البحري وليد الحمداني أن الميناء يحتاج إلى طريق بري سريع يصله بالمنطقة "
        "الصناعية حتى تظهر فائدته على الأسعار.",
        "وكانت شركات الشحن قد شكت في العام الماضي من تأخر السفن في عرض البحر أسابيع طويلة، مما رفع أجور النقل وأثقل "
        "على المستوردين الصغار.",
        "ويتوقع أن يوفر الرصيف أكثر من ألف فرصة عمل مباشرة لأبناء المدينة والقرى المجاورة لها خلال السنوات الثلاث "
        "القادمة.",
    ],
    "وزير الصحة يفتتح مستشفى الأطفال في ضاحية الزيتون": [
        "افتتح وزير الصحة صباح اليوم مستشفى الأطفال في ضاحية الزيتون بعد ترميمه وتجهيزه بأجهزة حديثة للأشعة والتحاليل.",
        "وأكد الوزير خلال جولته أن المستشفى يستقبل المرضى على مدار الساعة وأن العلاج فيه مجاني لمن هم دون السادسة.",
        "وشكر مدير المستشفى المتبرعين الذين أسهموا في شراء الأجهزة.",
    ],
    "هزة أرضية بقوة خمس درجات تضرب سواحل المدينة": [
        "عاجل: ضربت هزة أرضية بقوة خمس درجات سواحل المدينة فجر اليوم من دون أن تقع إصابات أو أضرار كبيرة، وفق ما أعلن "
        "مركز رصد الزلازل في بيان مقتضب نشره قبل قليل.",
    ],
}  # fmt: skip
OTHERS = {
    "مجلس النواب يناقش مشروع الموازنة العامة في جلسة علنية غدا": "قال رئيس المجلس إن الجلسة ستنقل مباشرة وإن النواب "
    "سيصوتون على بنود الموازنة كلها قبل نهاية الأسبوع.",
    "منتخب الشباب يفوز على ضيفه بثلاثة أهداف نظيفة في التصفيات": "سجل المهاجم هدفين في الشوط الأول قبل أن يضيف البديل "
    "الهدف الثالث في الوقت بدل الضائع من المباراة.",
    "أمطار غزيرة تغلق طرقا جبلية في شمال البلاد والدفاع المدني يحذر": "دعت فرق الدفاع المدني السائقين إلى تجنب الطرق "
    "الجبلية حتى انتهاء المنخفض الجوي مساء الجمعة المقبل.",
    "ارتفاع أسعار الخضار في الأسواق مع اقتراب موسم الأعياد": "عزا تجار الزيادة إلى قلة المعروض وارتفاع أجور النقل بين "
    "المحافظات منذ بداية الشهر الحالي.",
    "جامعة العلوم تعلن قبول دفعة جديدة من طلبة الدراسات العليا": "بلغ عدد المتقدمين هذا العام تسعة آلاف طالب تنافسوا "
    "على ألف ومئتي مقعد في كليات الجامعة.",
}
EACH: dict[str, tuple[str, str, str]] = {
    "p": ("", "<p>{}</p>", ""),
    "unclosed p": ("", "<p>{}\n", "<p>"),
    "p in li": ("<ul>", "<li><p>{}</p></li>", "</ul>"),
    "li": ("<ul>", "<li>{}</li>", "</ul>"),
    "dd": ("<dl>", "<dd>{}</dd>", "</dl>"),
    "div": ("", "<div>{}</div>", ""),
    "div with a class": ("", '<div class="par">{}</div>', ""),
    "span in div": ("", '<div dir="rtl" style="text-align:right"><span style="font-size:16px">{}</span></div>', ""),
    "section": ("", "<section><p>{}</p></section>", ""),
    "wrapped": ("", '<div class="c-block"><div class="c-inner"><p>{}</p></div></div>', ""),
    "ads between": ("", '<p>{}</p><div class="ad-slot"><script>var a = 1;</script></div>', ""),
    "microdata": ('<div itemprop="articleBody">', "<p>{}</p>", "</div>"),
    "unknown tags": ("<news-text>", "<x-p>{}</x-p>", "</news-text>"),
    "quote": ("<blockquote>", "<p>{}</p>", "</blockquote>"),
    "rows": ("<table>", "<tr><td>{}</td></tr>", "</table>"),
    "cell": ("<table width=100%><tr><td align=right>", "<p>{}</p>", "</td></tr></table>"),
    "spans": ("", "<span><span style='x'>{}</span></span><br>", ""),
    "lines": ("", "{}<br>", ""),
    "lines with ads": ("", '{}<br><ins class="adsbygoogle"></ins><script>x()</script><br>', ""),
    "lines, two breaks": ("", "{}<br/><br/>\n", ""),
    "lines in div": ("<div>", "{}<br><br>", "</div>"),
    "lines in p": ("<p>", "{}<br>", "</p>"),
    "lines in span": ("<span style='font-size:14px'>", "{}<br>", "</span>"),
    "lines in font": ("<font size=4>", "{}<br>", "</font>"),
    "lines in bold": ("<b>", "{}<br>", "</b>"),
    "lines in cell": ("<table><tr><td>", "{}<br>", "</td></tr></table>"),
    "lines in center": ("<center><div align=right>", "{}<br>", "</div></center>"),
    "lines beside an image": ('<img src="/a.jpg" align="left" width=300>', "{}<br><br>", ""),
    "pre": ("<pre>", "{}\n\n", "</pre>"),
}
"""What stands before the paragraphs, around each, and behind them."""
TEASERS: dict[str, str] = {
    "li": "<li>{link}</li>",
    "div": "<div>{link}</div>",
    "p": "<p>{link}</p>",
    "lines": "{link}<br>",
    "bullets": "• {link}<br>",
    "dated": "<div>{link} <span>12/03/2025</span></div>",
    "cell": "<table><tr><td>{link}</td></tr></table>",
    "card": "<div><a href='/n/{n}'><img src=/{n}.jpg></a><h4>{link}</h4><p>{text}</p></div>",
    "card with a class": "<div class=item><h3>{link}</h3><span>{text}</span></div>",
    "card of lines": "<div>{link}<br>{text}</div>",
    "all a link": "<div><a href='/n/{n}'>{title}<p>{text}</p></a></div>",
    "headings": "<h4>{link}</h4><p>{text}</p>",
    "row": "<table><tr><td><img src=/{n}.jpg></td><td>{link}<br>{text}</td></tr></table>",
    "article": "<article><h2>{link}</h2><p>{text}</p><a href='/n/{n}'>التفاصيل</a></article>",
    "more": "<div><b>{title}</b><br>{text} <a href='/n/{n}'>المزيد</a></div>",
}
PLACES: dict[str, str] = {
    "same element": "{text}<br>{teasers}",
    "both in elements": "<div>{text}</div><div>{teasers}</div>",
    "text in an element": "<div>{text}</div>{teasers}",
    "teasers in an element": "{text}<div>{teasers}</div>",
    "labelled": "{text}<h3>أخبار أخرى</h3>{teasers}",
    "teasers first": "<div>{teasers}</div><div>{text}</div>",
    "teasers first, bare": "{teasers}<div>{text}</div>",
}
CONTAINERS: dict[str, str] = {
    "div": "<div><h1>{title}</h1>{all}</div>",
    "body": "<h1>{title}</h1>{all}",
    "post": "<div id=content><div class=post><h1>{title}</h1>{all}</div></div>",
    "table": "<table><tr><td width=70%><h1>{title}</h1>{all}</td><td>{side}</td></tr></table>",
    "main": "<main><article><h1>{title}</h1>{all}</article></main>",
    "heading apart": "<div><div><h1>{title}</h1></div>{all}</div>",
}
LAYOUTS = list(itertools.product(ARTICLES, EACH, TEASERS, PLACES, CONTAINERS))


def _teasers(kind: str) -> str:
    links = [
        TEASERS[kind].format(link=f"<a href='/n/{n}'>{title}</a>", title=title, text=text, n=n)
        for n, (title, text) in enumerate(OTHERS.items())
    ]
    return f"<ul>{''.join(links)}</ul>" if kind == "li" else "".join(links)


def _page(title: str, each: str, teasers: str, place: str, container: str) -> str:
    before, around, behind = EACH[each]
    text = before + "".join(map(around.format, ARTICLES[title])) + behind
    inner = PLACES[place].format(text=text, teasers=_teasers(teasers))
    return (
        f"<!DOCTYPE html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{title} - الاختبار</title></head><body>"
        "<div id=menu><a href='/'>الرئيسية</a> <a href='/p'>سياسة</a> <a href='/s'>رياضة</a></div>"
        f"{CONTAINERS[container].format(title=title, all=inner, side=_teasers('li'))}"
        "<div id=footer>جميع الحقوق محفوظة لصحيفة الاختبار</div></body></html>"
    )


def _sample(count: int) -> Iterator[tuple[str, str, str, str, str]]:
    return iter(random.Random(count).sample(LAYOUTS, count))


def _body(html: str) -> list[str]:
    try:
        return extract(make_capture(html.encode()), ANY_OUTLET).body.splitlines()
    except NotAnArticleError as rejection:
        return [str(rejection)]


@pytest.mark.parametrize("count", [250, pytest.param(1_000, marks=pytest.mark.long)])
def test_the_text_is_the_same_in_each_layout(count: int) -> None:
    wrong = {layout: body for layout in _sample(count) if (body := _body(_page(*layout))) != ARTICLES[layout[0]]}
    assert wrong == {}


MISNAMED = (
    "share-body social-text related-content post-tags author-box reader-time ads-text newsletter-body promo "
    "caption-text "
    "popular-post tag-content poll-wrap vote date category-content inline-story entry-meta-tags cat"
)


@pytest.mark.parametrize("name", MISNAMED.split())
@pytest.mark.parametrize("each", [True, False])
@pytest.mark.parametrize("place", ["both in elements", "same element"])
def test_the_text_may_stand_in_elements_of_any_name(name: str, each: bool, place: str) -> None:
    for title, text in ARTICLES.items():
        parts = text if each else ["<br>".join(text)]
        inner = "".join(f"<div class={name}>{part}</div>" for part in parts)
        page = PLACES[place].format(text=inner, teasers=_teasers("card with a class"))
        assert _body(f"<html lang=ar><title>{title}</title><body><h1>{title}</h1>{page}</body></html>") == text
