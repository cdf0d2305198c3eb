"""Dates as outlets write them."""

import calendar
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.dates.in_text import mentioned_days, relative_date
from rasid.dates.stated import Published, stated_date, written_dates

ALGIERS, RIYADH, CAIRO = ZoneInfo("Africa/Algiers"), ZoneInfo("Asia/Riyadh"), ZoneInfo("Africa/Cairo")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2025, 3, 11, 0, 30, tzinfo=UTC)

LEVANT = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
EGYPT = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
ALGERIA = ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
MOROCCO = ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"]
FRANCE = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DAYS = [
    *(f"{{d}} {{{names}}} {{y}}" for names in ("levant", "egypt", "algeria", "morocco", "france", "english", "short")),
    "{d} {levant}/{egypt} {y}", "{d} {levant} ({egypt}) {y}", "{d} {levant} - {egypt} {y}", "{d} من {egypt} {y}م",
    "{egypt} {d}، {y}", "{egypt} {d} {y}", "{levant}/{egypt} {d}, {y}", "{english} {d}, {y}", "{short}. {d}th, {y}",
    "{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y}", "{y}/{m:02}/{d:02}", "{y}-{m}-{d}", "{d:02}/{m:02}/{yy:02}",
    "{weekday}, {d:02} {short} {y}", "{weekday}, {d:02}-{short}-{yy:02}", "{y} {egypt} {d}",
]  # fmt: skip
CLOCKS = [
    "{h}:{mm}", "{h:02}:{mm}:{ss}", "{h}h{mm}", "{h:02}سا{mm}", "الساعة {h}.{mm}", "{h12}:{mm} {half}",
    "{h12}:{mm}{half}",
    "{h12}:{mm}:{ss} {pm}", "{h12}:{mm} {dotted}", "{long} {h12}:{mm}", "{part} {h12}:{mm}",
]  # fmt: skip
ZONES = {
    " GMT": 0, " UTC": 0, " بتوقيت غرينتش": 0, " (GMT+1)": 1, " GMT+0300": 3, " +0200": 2, " +05:30": 5.5, " -0400": -4,
    " بتوقيت مكة المكرمة": 3, " بتوقيت أبوظبي": 4, " AST": 3, " CET": 1, " EET": 2, "": 3, " بالتوقيت المحلي": 3,
}  # fmt: skip


def _part_of_day(hour: int) -> str:
    parts = [(4, "ليلا"), (6, "فجرا"), (12, "صباحا"), (15, "ظهرا"), (17, "عصرا"), (20, "مساء"), (24, "ليلا")]
    return next(word for end, word in parts if hour < end)


def _moments(year: int, *zones: tzinfo) -> st.SearchStrategy[datetime]:
    first, last = datetime(year, 1, 1), datetime(2025, 3, 8)  # noqa: DTZ001  Hypothesis adds the zone
    return st.datetimes(first, last, timezones=st.sampled_from(zones or [None]))


@given(
    moment=_moments(1995).map(lambda at: at.replace(second=0, microsecond=0)),
    day=st.sampled_from(DAYS),
    clock=st.sampled_from(CLOCKS),
    zone=st.sampled_from(sorted(ZONES)),
    between=st.sampled_from([" ", " - ", "، ", " | ", " الساعة "]),
    eastern=st.booleans(),
)
def test_a_moment_written_in_any_way_is_read_back(
    moment: datetime, day: str, clock: str, zone: str, between: str, eastern: bool
) -> None:
    written = f"{day}{between}{clock}{zone}".format(
        d=moment.day, m=moment.month, y=moment.year, yy=moment.year % 100,
        levant=LEVANT[moment.month - 1], egypt=EGYPT[moment.month - 1], algeria=ALGERIA[moment.month - 1],
        morocco=MOROCCO[moment.month - 1], france=FRANCE[moment.month - 1],
        english=calendar.month_name[moment.month], short=calendar.month_abbr[moment.month],
        weekday=calendar.day_name[moment.weekday()],
        h=moment.hour, mm=f"{moment.minute:02}", ss="00", h12=moment.hour % 12 or 12,
        half="ص" if moment.hour < 12 else "م", pm="AM" if moment.hour < 12 else "PM",
        dotted="a.m." if moment.hour < 12 else "p.m.", long="صباحًا" if moment.hour < 12 else "مساءً",
        part=_part_of_day(moment.hour),
    )  # fmt: skip
    if "{pm}" in clock and "/{y}" in day:
        return  # an American's: the month comes first
    found = stated_date(written.translate(EASTERN) if eastern else written, RIYADH, NOW)
    assert found == Published(moment.replace(tzinfo=UTC) - timedelta(hours=ZONES[zone]), "second"), written


@given(_moments(2002, UTC, CAIRO, ALGIERS))
def test_what_machines_print_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, fold=0).astimezone(UTC).astimezone(moment.tzinfo)
    seconds = int(moment.timestamp())
    local = f"{moment:%Y-%m-%d %H:%M:%S}"
    for written in (
        moment.isoformat(), moment.isoformat(" "), moment.isoformat(timespec="milliseconds"), f"{local} {moment:%z}",
        moment.isoformat().replace("+", " "), format_datetime(moment), f"{moment:%a %b %d %Y %H:%M:%S GMT%z} (a zone)",
        f"{moment:%a %b %d %H:%M:%S %z %Y}", f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", str(seconds),
        f"{seconds}000", f"/Date({seconds}000)/", f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}",
    ):  # fmt: skip
        assert stated_date(written, RIYADH, NOW) == Published(moment.astimezone(UTC), "second"), written
    there = moment.astimezone(RIYADH)
    american = f"{there.month}/{there.day}/{there.year} {there.hour % 12 or 12}:{there:%M:%S %p}"
    for written in (f"{there:%Y-%m-%d %H:%M:%S}", f"{there:%Y%m%d%H%M%S}", american):
        assert stated_date(written, RIYADH, NOW) == Published(moment.astimezone(UTC), "second"), written


@pytest.mark.parametrize("hours", range(-12, 15))
@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1970-01-01", "9999-12-31", "2025-03-14", "1969-12-31"])
def test_what_programs_write_for_no_date_is_none(day: str, hours: int) -> None:
    year, month, number = day.split("-")
    offset = f"{hours:+03}:00"
    for written in (
        f"{day}T00:00:00{offset}", f"{day}T23:59:59{offset}", f"{day} 12:00:00 {hours:+03}00",
        f"{number}/{month}/{year}",
        f"{number} {EGYPT[int(month) - 1]} {year} 12:00 ص",
    ):  # fmt: skip
        assert stated_date(written, RIYADH, NOW) is None


@pytest.mark.parametrize(
    "text",
    ["0000-00-00 00:00:00", "0000-00-00T00:00:00", "-0001-11-30T00:00:00+00:00", "0", "-62135596800", "null", "2025"],
)
def test_other_ways_to_say_nothing(text: str) -> None:
    assert stated_date(text, RIYADH, NOW) is None


@given(st.sampled_from(sorted(available_timezones())), st.sampled_from([" {}", "[{}]", " ({})", "{}"]))
def test_a_clock_may_stand_in_a_place_of_the_time_zone_database(place: str, form: str) -> None:
    local = datetime(2025, 1, 15, 14, 30, tzinfo=ZoneInfo(place))
    if "/" not in place:
        return  # such as EST and Egypt
    for day in ("2025-01-15T14:30:00", "Wed, 15 Jan 2025 14:30:00"):
        assert stated_date(day + form.format(place), RIYADH, NOW) == Published(local.astimezone(UTC), "second")
    assert stated_date("2025-01-15T14:30:00 No/Where", UTC_ZONE, NOW) == stated_date(
        "2025-01-15T14:30:00", UTC_ZONE, NOW
    )


@pytest.mark.parametrize("before", ["الأحد-", "الأحد/", "الأحد.", "القاهرة -", "الأحد: ", "(", ""])
@pytest.mark.parametrize(
    "day", ["2025-03-09", "9/3/2025", "9.3.2025", "09–03–2025", "9، مارس، 2025", "9 – مارس – 2025"]
)
def test_a_mark_may_join_a_day_to_the_word_before_it(before: str, day: str) -> None:
    found = stated_date(f"{before}{day}", RIYADH, NOW)
    assert found == Published(datetime(2025, 3, 9, tzinfo=UTC), "day")


@pytest.mark.parametrize("text", ["12-2025-03-09", "5/9/3/2025", "example.org/2025/03/09/a", "a-2025-03-09"])
def test_digits_of_something_longer_are_no_day(text: str) -> None:
    assert [each.value for each in written_dates(text, RIYADH, NOW)] == []


@given(st.text(max_size=60) | st.text("0123456789-/:.TZ+ صمam", max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = stated_date(text, RIYADH, NOW)
    assert found is None or datetime(1990, 1, 1, tzinfo=UTC) <= found.at <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "abbreviation", "hours"),
    [
        ("Asia/Riyadh", "AST", 3), ("America/Halifax", "AST", -4), ("Africa/Cairo", "EET", 2),
        ("Asia/Beirut", "EET", 2),
        ("Asia/Jerusalem", "IST", 2), ("Asia/Kolkata", "IST", 5.5), ("Asia/Baghdad", "IST", 3),
        ("Asia/Dubai", "GST", 4),
        ("Africa/Algiers", "CET", 1), ("America/Chicago", "CST", -6), ("Asia/Shanghai", "CST", 8),
        ("Asia/Riyadh", "EST", -5),
    ],
)  # fmt: skip
def test_abbreviations_mean_what_the_outlets_country_means_by_them(zone: str, abbreviation: str, hours: float) -> None:
    found = stated_date(f"Wed, 15 Jan 2025 10:00:00 {abbreviation}", ZoneInfo(zone), NOW)
    assert found
    assert found.at == datetime(2025, 1, 15, 10, tzinfo=UTC) - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("3 مساء", "15:00"), ("الساعة الثالثة والنصف مساءً", "15:30"), ("الساعة 3 إلا ربعا عصرا", "14:45"),
        ("14h", "14:00"),
        ("الثانية عشرة ليلا", "00:00"), ("12:10 بعد منتصف الليل", "00:10"), ("الساعة التاسعة والربع صباحا", "09:15"),
        ("11 ظهرا", "11:00"), ("10 ليلا", "22:00"), ("الساعة السادسة", "06:00"), ("à 14h30", "14:30"),
        ("at 2:05pm", "14:05"),
    ],
)  # fmt: skip
def test_clocks_in_words(clock: str, time: str) -> None:
    for text in (f"10 مارس 2025 - {clock}", f"{clock}، 10 مارس 2025"):
        found = stated_date(text, ZoneInfo("UTC"), NOW)
        assert found == Published(datetime.fromisoformat(f"2025-03-10T{time}Z"), "second"), text


@pytest.mark.parametrize(
    "text", ["10 مارس 2025 ارتفع 10.25 نقطة", "10 مارس 2025 بنسبة 3.15%", "10 مارس 2025 فاز 3 - 2"]
)
def test_numbers_beside_a_date_are_no_clock(text: str) -> None:
    assert stated_date(text, RIYADH, NOW) == Published(datetime(2025, 3, 10, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("10 مارس 2025", "2025-03-10T00:00", "day"),
        ("الاثنين 10 آذار/مارس 2025 - 14:30", "2025-03-10T13:30", "second"),
        ("10 آذار (مارس) 2025", "2025-03-10T00:00", "day"),
        ("١٠/٠٣/٢٠٢٥", "2025-03-10T00:00", "day"),
        ("10-03-2025 09:05", "2025-03-10T08:05", "second"),
        ("2025-03-10", "2025-03-10T00:00", "day"),
        ("5 كانون الثاني 2025 الساعة 11:15 م", "2025-01-05T22:15", "second"),
        ("12:05 ص، 5 جانفي 2025", "2025-01-04T23:05", "second"),
        ("3 تشرين الثاني، 2024", "2024-11-03T00:00", "day"),
        ("1 غشت 2024", "2024-08-01T00:00", "day"),
        ("نشر: 15:48-11 غشت 2024 م ـ 7 صفر 1446 هـ", "2024-08-11T14:48", "second"),
        ("09:05 -1/8/2024", "2024-08-01T08:05", "second"),
        ("09:05-01/08/2024", "2024-08-01T08:05", "second"),
    ],
)
def test_written_dates(text: str, at: str, precision: str) -> None:
    found = stated_date(text, ALGIERS, NOW)
    assert found
    assert (found.at, found.precision) == (datetime.fromisoformat(at).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize("text", ["", "31 شباط 2025", "2025", "10:30", "آذار 2025", "ارتفع 10 مارس وحده"])
def test_what_is_no_date(text: str) -> None:
    assert stated_date(text, ALGIERS, NOW) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("الثلاثاء 11 رجب 1446هـ", "2025-01-11"),
        ("١١ رجب ١٤٤٦ هـ", "2025-01-11"),
        ("1446/07/11", "2025-01-11"),
        ("السبت 11 رجب 1446هـ الموافق 11 يناير 2025م", "2025-01-11"),
        ("1 رمضان 1446", "2025-03-01"),
        ("۱۰ مارس ۲۰۲۵", "2025-03-10"),
        ("10 March 2025", "2025-03-10"),
        ("مارس 10, 2025", "2025-03-10"),
        ("15 يوليوز 2024", "2024-07-15"),
        ("2 دجنبر 2024", "2024-12-02"),
        ("5 جويلية 2024", "2024-07-05"),
        ("22 يناير/كانون الثاني 2025", "2025-01-22"),
        ("2025/03/10", "2025-03-10"),
        ("10.03.2025", "2025-03-10"),
    ],
)
def test_days_of_both_calendars_and_scripts(text: str, day: str) -> None:
    assert [each.value.at.date().isoformat() for each in written_dates(text, ALGIERS, NOW)] == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("منذ 3 ساعات", "2025-03-10"),  # the 10th, 22:30 in Algiers
        ("قبل ساعتين", "2025-03-10"),
        ("منذ دقيقة", "2025-03-11"),
        ("منذ 10 دقائق", "2025-03-11"),
        ("منذ يومين", "2025-03-09"),
        ("منذ ٥ أيام", "2025-03-06"),
        ("منذ أسبوع", "2025-03-04"),
        ("منذ ثلاثة أيام", "2025-03-08"),
        ("نُشر قبل أربع ساعات", "2025-03-10"),
        ("عشر دقائق", None),
        ("6 أيام مضت", "2025-03-05"),
        ("وقع قبل ثلاثة أيام انفجار آخر", None),
        ("أمس", "2025-03-10"),
        ("اليوم", "2025-03-11"),
    ],
)
def test_relative_days(text: str, day: str | None) -> None:
    found = relative_date(text, ALGIERS, NOW)
    assert found == (Published(datetime.fromisoformat(f"{day}T00:00Z"), "day") if day else None)


def test_a_relative_day_with_a_time() -> None:
    found = relative_date("أمس 14:30", ALGIERS, NOW)
    assert found
    assert (found.at, found.precision) == (datetime(2025, 3, 10, 13, 30, tzinfo=UTC), "second")


@pytest.mark.parametrize("text", ["قال الوزير أمس إن", "منذ عام", "10 مارس 2025", ""])
def test_what_is_no_relative_day(text: str) -> None:
    assert relative_date(text, ALGIERS, NOW) is None


def test_the_date_of_a_change_is_told_apart() -> None:
    told = [each.of_update for each in written_dates("نشر: 9 مارس 2025 آخر تحديث: 10 مارس 2025", ALGIERS, NOW)]
    assert told == [False, True]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("آخر تعديل بواسطة بنت البلد العربية ، 10-03-2025, 10:00 AM", [True]),
        ("آخر تحديث للصفحة يوم الأحد 9 مارس 2025", [True]),
        ("آخر تحديث 14:00 - نشر 9 مارس 2025", [False]),
        ("آخر تحديث 10/03/2025 | 09/03/2025", [True, False]),
    ],
)
def test_words_may_part_a_date_from_what_it_is_of(text: str, told: list[bool]) -> None:
    assert [each.of_update for each in written_dates(text, ALGIERS, NOW)] == told


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("وقعت في 22 يناير/كانون الثاني الماضي وتنفذ في 5 مايو المقبل", ["2025-01-22", "2025-05-05"]),
        ("بعد هجوم 7 أكتوبر 2023 وحتى ٣ مارس", ["2023-10-07", "2025-03-03"]),
        ("في 20 ديسمبر", ["2024-12-20"]),
        ("في 5 مايو/أيار 2020", ["2020-05-05"]),
        ("في 5 أيار (مايو) 2020 وفي 5 تشرين الثاني/نوفمبر، 2021", ["2020-05-05", "2021-11-05"]),
        ("في 5 مايو/أيار 2020", ["2020-05-05"]),
        ("في 5 أيار (مايو) 2020 وفي 5 تشرين الثاني/نوفمبر، 2021", ["2020-05-05", "2021-11-05"]),
        ("في 5 مايو/أيار 2020", ["2020-05-05"]),
        ("في 5 أيار (مايو) 2020 وفي 5 تشرين الثاني/نوفمبر، 2021", ["2020-05-05", "2021-11-05"]),
        ("في 5 مايو/أيار 2020", ["2020-05-05"]),
        ("في 5 أيار (مايو) 2020 وفي 5 تشرين الثاني/نوفمبر، 2021", ["2020-05-05", "2021-11-05"]),
        ("في 5 مايو/أيار 2020", ["2020-05-05"]),
        ("في 5 أيار (مايو) 2020 وفي 5 تشرين الثاني/نوفمبر، 2021", ["2020-05-05", "2021-11-05"]),
        ("في 31 فبراير الماضي ولا شيء غيره", []),
    ],
)
def test_days_that_a_text_mentions(text: str, days: list[str]) -> None:
    found = mentioned_days(text, datetime(2025, 3, 10, tzinfo=UTC))
    assert [day.isoformat() for day in found] == days


def test_a_hundred_thousand_dates_are_no_burden() -> None:
    assert len(mentioned_days("10/03/2025 " * 100_000, datetime(2025, 3, 10, tzinfo=UTC))) == 1


@pytest.mark.parametrize(
    "filler", ["م ", " ", "مارس ", "10 ", "10/", "1:1", "الساعة ", "مارس / ", "والنصف ", "2025 مارس ", "(", "بتوقيت "]
)
def test_no_repetition_holds_the_reader_up(filler: str) -> None:
    text = f"10 مارس{filler * 5_000}2025 {filler * 5_000}x"
    assert all(each.value.at < NOW + timedelta(days=2) for each in written_dates(text, RIYADH, NOW))
    assert len(mentioned_days(text, NOW)) < 10
