"""Time: UTC is stored, Shanghai is shown."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline import clock


def test_a_moment_is_shown_in_shanghai_whatever_zone_it_came_in() -> None:
    tokyo = datetime(2011, 9, 13, 15, 32, tzinfo=timezone(timedelta(hours=9)))
    assert clock.shown(tokyo) == "2011-09-13 14:32"
    assert clock.stamp(tokyo) == "0913-1432"


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert clock.system().tzinfo is UTC


def test_a_fixed_clock_stands_still_in_utc() -> None:
    stopped = clock.fixed(datetime(2011, 9, 13, 15, 32, tzinfo=timezone(timedelta(hours=9))))
    assert stopped() == stopped() == datetime(2011, 9, 13, 6, 32, tzinfo=UTC)
    assert stopped().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2011, 9, 12, 15, 59, 59, tzinfo=UTC), date(2011, 9, 12)),
        (datetime(2011, 9, 12, 16, 0, tzinfo=UTC), date(2011, 9, 13)),
        (datetime(1988, 7, 1, 15, 0, tzinfo=UTC), date(1988, 7, 2)),  # Shanghai had summer time
    ],
)
def test_a_day_turns_at_midnight_in_shanghai(moment: datetime, day: date) -> None:
    assert clock.local_date(moment) == day
    assert clock.day_start(day) <= moment < clock.day_end(day)
