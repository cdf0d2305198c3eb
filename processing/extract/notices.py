"""Lines in which a site speaks to its readers: share, subscribe, comment politely, listen, rate.

Lists of phrases never end; the words do. Where nearly a third of a line's words, in short lines half, are of
the site's own
machinery, the line is no part of an article. Of 134,000 lines of real articles fewer than one in 5,000 are so.
"""

import re

from rasid.letters import normalise

SHORT = 6
"""Words, without those that say nothing of it, below which a line is short."""
OF_SHORT = 0.5
OF_LONG = 0.3
"""Share of a line's words that are of the machinery, at least."""
OF_SENTENCE = 3
"""Such words of a line that ends as a sentence, at least."""

_MACHINERY_WORDS = """
facebook twitter whatsapp telegram instagram youtube linkedin pinterest email print tweet share google news play store
فيس بوك فيسبوك تويتر إكس انستغرام إنستجرام واتس واتساب تلغرام تليغرام تيليغرام تليجرام تيليجرام يوتيوب تيك توك
لينكد سناب
سبوتيفاي بودكاست غوغل جوجل نيوز بلاي ستور
شارك شاركها شاركوا شاركونا شاركنا مشاركة مشاركات مشاركتها مشاركتك مشاركاتك مشاركاتكم انشر انشرها غرد نسخ انسخ
رابط طباعة اطبع أرسل إرسال
صديق أصدقائك
الموقع موقعنا صفحة صفحتنا صفحاتنا قناتنا قنواتنا حسابنا حساباتنا تطبيق تطبيقنا نشرة نشرتنا بريد بريدنا بريدك
بريدكم بريدية
إلكتروني هاتفك هواتفكم حسابك حسابكم اسمك صورتك
تابع تابعو تابعوا تابعنا تابعونا متابعة متابعتنا اشترك اشتركوا اشتراك انضم انضموا حملوا تحميل اضغط اضغطوا هنا سجلوا
راسلنا راسلونا تواصلوا
تعليق تعليقات تعليقك تعليقكم تعليقاتكم علق آراؤكم آرائكم رأيك رأيكم
قراءة قراءات مشاهدة مشاهدات استمع استمعوا صوتي بصوت أوسمة وسوم
تقييم صوتوا صوتا مصوتين أعجبك مفيدا استطلاع
سابق تالي مزيد عودة رئيسية أعلى تصفح
حقوق محفوظة خصوصية استخدام إرشادات ضوابط
آراء رأي تعبر يعبر أصحابها أصحابه كتابها كاتبها كاتبه ضرورة سياسة آداب حوار إساءة إساءات مسيئة حذف مخالف شروط
نشر ينشر نشرها
قراء زوار كرام نرجو ترحب نرحب يرجى تحتفظ نحتفظ حقول إلزامية التزام تطاول تطاولا قذف قذفا شتائم شتم سب تجريح
تسيء نابية لائقة
كلمات دالة مفتاحية دلالية هاشتاغ مواضيع موضوعات ساخنة رائجة الأكثر صلة متعلقة
"""
_NEUTRAL_WORDS = """
على عبر من إلى مع في عن أو هذا هذه ذلك لا أي كل ما هل كان خبر الخبر للخبر مقال المقال مقالات المقالات الموضوع
الموضوعات التقرير أخبار الأخبار آخر عدد مدة وقت روابط كن أول قبل بعد أن إن التي الذي ولا لن سيتم يتم تم
"""
_NEUTRAL = frozenset(map(normalise, _NEUTRAL_WORDS.split()))
_PREFIXES = ("", *"ولبف", "ال", "لل", "وال", "فال", "بال", "ولل")
_MACHINERY = frozenset(prefix + normalise(word) for word in _MACHINERY_WORDS.split() for prefix in _PREFIXES)
_WORD = re.compile(r"[^\W\d_]{2,}")


def is_notice(line: str, sparing: bool = False) -> bool:
    """Whether a line is said by the site to its readers; a sparing one, as a heading is, not for one word."""
    words = [word for word in _WORD.findall(normalise(line)) if word not in _NEUTRAL]
    hits = sum(map(_MACHINERY.__contains__, words))
    if hits < (OF_SENTENCE if line.endswith(".") else 2 if sparing or line.endswith((":", '"', "»")) else 1):
        return False
    return hits >= len(words) * (OF_SHORT if len(words) < SHORT else OF_LONG)
