"""Dates as outlets write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from processing.dates import mentioned_days, relative_date, written_date, written_dates

ALGIERS = ZoneInfo("Africa/Algiers")
NOW = datetime(2025, 3, 11, 0, 30, tzinfo=UTC)


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
    ],
)
def test_written_dates(text: str, at: str, precision: str) -> None:
    found = written_date(text, ALGIERS)
    assert found
    assert (found.at, found.precision) == (datetime.fromisoformat(at).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize("text", ["", "31 شباط 2025", "2025", "10:30", "آذار 2025", "ارتفع 10 مارس وحده"])
def test_what_is_no_date(text: str) -> None:
    assert written_date(text, ALGIERS) is None


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
    assert [each.value.at.date().isoformat() for each in written_dates(text, ALGIERS)] == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("منذ 3 ساعات", "2025-03-10"),  # the 10th, 22:30 in Algiers
        ("قبل ساعتين", "2025-03-10"),
        ("منذ دقيقة", "2025-03-11"),
        ("منذ يومين", "2025-03-09"),
        ("منذ ٥ أيام", "2025-03-06"),
        ("منذ أسبوع", "2025-03-04"),
        ("أمس", "2025-03-10"),
        ("اليوم", "2025-03-11"),
    ],
)
def test_relative_days(text: str, day: str) -> None:
    found = relative_date(text, ALGIERS, NOW)
    assert found
    assert (found.at.date().isoformat(), found.precision) == (day, "day")


def test_a_relative_day_with_a_time() -> None:
    found = relative_date("أمس 14:30", ALGIERS, NOW)
    assert found
    assert (found.at, found.precision) == (datetime(2025, 3, 10, 13, 30, tzinfo=UTC), "second")


@pytest.mark.parametrize("text", ["قال الوزير أمس إن", "منذ عام", "10 مارس 2025", ""])
def test_what_is_no_relative_day(text: str) -> None:
    assert relative_date(text, ALGIERS, NOW) is None


def test_the_date_of_a_change_is_told_apart() -> None:
    told = [each.of_update for each in written_dates("نشر: 10 مارس 2025 آخر تحديث: 12 مارس 2025", ALGIERS)]
    assert told == [False, True]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("وقعت في 22 يناير/كانون الثاني الماضي وتنفذ في 5 مايو المقبل", ["2025-01-22", "2025-05-05"]),
        ("بعد هجوم 7 أكتوبر 2023 وحتى ٣ مارس", ["2023-10-07", "2025-03-03"]),
        ("في 20 ديسمبر", ["2024-12-20"]),
        ("في 31 فبراير الماضي ولا شيء غيره", []),
    ],
)
def test_days_that_a_text_mentions(text: str, days: list[str]) -> None:
    found = mentioned_days(text, datetime(2025, 3, 10, tzinfo=UTC))
    assert [day.isoformat() for day in found] == days


def test_a_hundred_thousand_dates_are_no_burden() -> None:
    assert len(mentioned_days("10/03/2025 " * 100_000, datetime(2025, 3, 10, tzinfo=UTC))) == 1
