"""Which index an article is in: there are few, whatever dates the pages of an outlet have."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from search.indexing import EARLIEST
from search.months import MONTHLY_SINCE, index_of, indices_around
from search.retention import month_of

MONTHS = st.builds(
    lambda year, month: datetime(year, month, 28, tzinfo=UTC), st.integers(EARLIEST + 1, 2060), st.integers(1, 12)
)


@given(MONTHS)
def test_stories_are_looked_for_where_the_months_around_are(at: datetime) -> None:
    number = at.year * 12 + at.month - 1
    around = [datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC) for each in (number - 1, number, number + 1)]
    assert indices_around(at) == list(dict.fromkeys(f"{index_of(each)}*" for each in around))


@given(MONTHS)
def test_an_index_is_as_old_as_its_newest_month(at: datetime) -> None:
    """What `rasid` deletes by age has no article that is younger."""
    assert month_of(index_of(at)) >= (at.year, at.month)


def test_an_archive_of_all_months_takes_few_indices() -> None:
    months = [datetime(year, month, 1, tzinfo=UTC) for year in range(EARLIEST, 2028) for month in range(1, 13)]
    assert len({index_of(at) for at in months}) == MONTHLY_SINCE - EARLIEST + 12 * (2028 - MONTHLY_SINCE)
    assert index_of(datetime(2025, 3, 31, tzinfo=UTC)) == "articles-2025.03"
    assert index_of(datetime(2011, 3, 31, tzinfo=UTC)) == "articles-2011.01"
