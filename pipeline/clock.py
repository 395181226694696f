"""Time as a value: UTC is what is stored, Shanghai is what people read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MORNING = 6


def system() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that always shows `moment`.

    >>> fixed(datetime(2011, 9, 13, 6, 32, tzinfo=UTC))().isoformat()
    '2011-09-13T06:32:00+00:00'
    """
    stopped = moment.astimezone(UTC)
    return lambda: stopped


def shown(moment: datetime) -> str:
    """Return `moment` as people in the office read it.

    >>> shown(datetime(2011, 9, 13, 6, 32, tzinfo=UTC))
    '2011-09-13 14:32'
    """
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def stamp(moment: datetime) -> str:
    """Return the month, day and minute that stand in the name of an answer.

    >>> stamp(datetime(2011, 9, 13, 6, 32, tzinfo=UTC))
    '0913-1432'
    """
    return moment.astimezone(SHANGHAI).strftime("%m%d-%H%M")


def local_date(moment: datetime) -> date:
    """Return the Shanghai calendar day of `moment`.

    >>> local_date(datetime(2011, 9, 12, 16, 0, tzinfo=UTC))
    datetime.date(2011, 9, 13)
    """
    return moment.astimezone(SHANGHAI).date()


def night_of(moment: datetime) -> date:
    """Return the day whose night `moment` belongs to: before six, the day before.

    >>> night_of(datetime(2011, 9, 13, 16, 30, tzinfo=UTC))
    datetime.date(2011, 9, 13)
    """
    local = moment.astimezone(SHANGHAI)
    return (local - timedelta(days=local.hour < _MORNING)).date()


def day_start(day: date) -> datetime:
    """Return the first moment of a Shanghai day, in UTC.

    >>> day_start(date(2011, 9, 13)).isoformat()
    '2011-09-12T16:00:00+00:00'
    """
    return datetime.combine(day, time.min, tzinfo=SHANGHAI).astimezone(UTC)


def day_end(day: date) -> datetime:
    """Return the first moment after a Shanghai day, in UTC.

    >>> day_end(date(2011, 9, 13)).isoformat()
    '2011-09-13T16:00:00+00:00'
    """
    return day_start(day + timedelta(days=1))


def starting(moment: datetime) -> Clock:
    """Return a clock that shows `moment` now and runs on from there, for rehearsals."""
    began, started = moment.astimezone(UTC), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - started)
