"""The words of dates, for people who read them to extend: a line is one thing with all its names, ``_`` is a blank.

Spelling does not matter where `rasid.letters.normalise` folds it: أ and ا, ة and ه, vowels, é and e are one.
"""

import re
from collections.abc import Iterable

from rasid.letters import normalise

_MONTHS = """
يناير كانون_الثاني كانون_ثاني كانون_ثان جانفي january jan janvier janv
فبراير شباط فيفري فبرائر february feb fevrier fevr fev
مارس آذار march mar mars
أبريل إبريل نيسان أفريل april apr avril avr
مايو أيار ماي may mai
يونيو حزيران جوان يونيه june jun juin
يوليو تموز جويلية يوليوز يوليه july jul juillet juil
أغسطس آب أوت غشت august aug aout
سبتمبر أيلول شتنبر september sept sep septembre
أكتوبر تشرين_الأول تشرين_أول october oct octobre
نوفمبر تشرين_الثاني تشرين_ثاني تشرين_ثان نونبر november nov novembre
ديسمبر كانون_الأول كانون_أول دجنبر december dec decembre
"""
_HIJRI_MONTHS = """
محرم المحرم محرم_الحرام
صفر صفر_الخير
ربيع_الأول ربيع_أول
ربيع_الآخر ربيع_الثاني ربيع_ثاني ربيع_ثان
جمادى_الأولى جمادى_الأول
جمادى_الآخرة جمادى_الثانية جمادى_الآخر جمادى_الثاني
رجب رجب_الفرد
شعبان
رمضان رمضان_المبارك
شوال
ذو_القعدة ذي_القعدة
ذو_الحجة ذي_الحجة
"""
_HALVES = """
am am ص صباحا صباح الصباح فجرا فجر الفجر سحرا ضحى قبل_الظهر a.m a.m.
pm pm م مساء المساء عصرا العصر بعد_الظهر بعد_العصر المغرب مغربا عشاء p.m p.m.
noon ظهرا ظهر الظهر noon
night ليلا ليل الليل منتصف_الليل بعد_منتصف_الليل
"""
_HOURS = """
الواحدة
الثانية
الثالثة
الرابعة
الخامسة
السادسة
السابعة
الثامنة
التاسعة
العاشرة
الحادية_عشرة الحادية_عشر
الثانية_عشرة الثانية_عشر
"""
_MINUTES = """
30 والنصف ونصف
15 والربع وربع
20 والثلث وثلث
5 وخمس_دقائق
10 وعشر_دقائق
35 والنصف_وخمس_دقائق
25 والنصف_إلا_خمس_دقائق
-15 إلا_ربعا إلا_ربع إلا_الربع
-20 إلا_ثلثا إلا_ثلث إلا_الثلث
-5 إلا_خمس_دقائق
-10 إلا_عشر_دقائق
"""
_ZONES = """
UTC غرينتش غرينيتش جرينتش جرينيتش قرينتش العالمي العالمي_الموحد الدولي ت_غ ت.غ utc gmt ut
Asia/Riyadh مكة مكة_المكرمة السعودية المملكة_العربية_السعودية الرياض أم_القرى جدة ksa
Africa/Cairo القاهرة مصر
Asia/Beirut بيروت لبنان
Asia/Damascus دمشق سوريا سورية
Asia/Amman عمان الأردن
Asia/Jerusalem القدس القدس_المحتلة فلسطين غزة رام_الله إسرائيل تل_أبيب
Asia/Baghdad بغداد العراق أربيل
Asia/Kuwait الكويت
Asia/Qatar الدوحة قطر
Asia/Bahrain المنامة البحرين
Asia/Dubai أبوظبي أبو_ظبي دبي الإمارات uae
Asia/Muscat مسقط سلطنة_عمان
Asia/Aden صنعاء عدن اليمن
Africa/Khartoum الخرطوم السودان
Africa/Tripoli طرابلس ليبيا بنغازي
Africa/Tunis تونس
Africa/Algiers الجزائر
Africa/Casablanca الرباط المغرب الدار_البيضاء
Africa/Nouakchott نواكشوط موريتانيا
Africa/Mogadishu مقديشو الصومال
Africa/Djibouti جيبوتي
Asia/Tehran طهران إيران
Europe/Istanbul إسطنبول أنقرة تركيا
Europe/Moscow موسكو روسيا
Europe/Kyiv كييف أوكرانيا
Europe/London لندن بريطانيا
Europe/Paris باريس فرنسا
Europe/Berlin برلين ألمانيا وسط_أوروبا بروكسل جنيف روما مدريد
America/New_York واشنطن نيويورك شرق_الولايات_المتحدة شرق_أمريكا الساحل_الشرقي
America/Los_Angeles لوس_أنجلوس غرب_الولايات_المتحدة
Asia/Kabul كابول كابل أفغانستان
Asia/Karachi إسلام_أباد باكستان
Asia/Kolkata نيودلهي الهند
Asia/Shanghai بكين بيجين الصين
Asia/Tokyo طوكيو اليابان
"""
_ABBREVIATIONS = """
z +0
wet +0
west +1
bst +1 +6
cet +1
cest +2
eet +2
eest +3
ist +5.5 +2 +1 +3
idt +3
ast +3 -4
adt -3 +4
trt +3
msk +3
irst +3.5
irdt +4.5
gst +4
pkt +5
est -5
edt -4
cst -6 +8
cdt -5
mst -7
mdt -6
pst -8
pdt -7
"""


def _named(lines: str) -> dict[str, str]:
    """Normalised name → the first word of its line."""
    return {
        normalise(name.replace("_", " ")): line.split()[0]
        for line in lines.strip().splitlines()
        for name in line.split()[1:]
    }


def _numbered(lines: str) -> dict[str, int]:
    return {
        normalise(name.replace("_", " ")): number
        for number, line in enumerate(lines.strip().splitlines(), start=1)
        for name in line.split()
    }


MONTHS = _numbered(_MONTHS)
"""Normalised name → number, as the Levant and Iraq, Egypt and the Gulf, Algeria and Tunisia, and Morocco say them, and
in English and French.
"""
HIJRI_MONTHS = _numbered(_HIJRI_MONTHS)
"""Normalised name → number."""
HALVES = _named(_HALVES)
"""Normalised word → the part of the day: ``am``, ``pm``, ``noon`` or ``night``."""
HOURS = _numbered(_HOURS)
"""Normalised word → hour, from 1."""
MINUTES = {name: int(number) for name, number in _named(_MINUTES).items()}
"""Normalised words → minutes after the hour; less than none before it."""
ZONES = _named(_ZONES)
"""Normalised name, as after «بتوقيت» → time zone."""
ABBREVIATIONS = {line.split()[0]: tuple(map(float, line.split()[1:])) for line in _ABBREVIATIONS.strip().splitlines()}
"""Abbreviation of a zone → its meanings, in hours from UTC, the likeliest in an Arabic text first."""


def any_of(names: Iterable[str]) -> str:
    """A regular expression for one of the names, in a normalised text."""
    longest_first = sorted(names, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(name) for name in longest_first)})(?![^\\W\\d_])"
