"""Moments, as messages carry them and as people write them."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from huechat.chat.errors import RefusedError
from huechat.chat.times import NEVER, as_time, check_time, next_now, now


def test_the_time_is_utc_to_the_millisecond():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now())


def test_a_moment_anywhere_is_written_in_utc():
    moment = datetime(2026, 11, 22, 20, 0, 0, 123_999, timezone(timedelta(hours=1)))
    assert as_time(moment) == "2026-11-22T19:00:00.123Z"


@pytest.mark.parametrize(
    ("time", "taken"),
    [
        ("2026-11-22T19:00:00Z", "2026-11-22T19:00:00.000Z"),
        ("2026-11-22T19:00:00.1234Z", "2026-11-22T19:00:00.123Z"),
        ("2026-11-22T20:00:00+01:00", "2026-11-22T19:00:00.000Z"),
        ("2026-11-22T19:00:00", "2026-11-22T19:00:00.000Z"),
        ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_may_be_asked_for_as_people_write_it(time, taken):
    assert check_time(time) == taken


@pytest.mark.parametrize("time", ["now", "19:00", "2026-13-01", "0001-01-01T00:00:00+01:00", "\0"])
def test_what_is_no_time_is_refused_with_an_example(time):
    with pytest.raises(RefusedError, match="2026-11-22T19:00:00Z") as refused:
        check_time(time)
    assert refused.value.code == "bad_time"


def test_times_are_in_order_and_never_is_after_all():
    before, after = now(), next_now()
    assert before < after < NEVER
    assert max(as_time(datetime.max), NEVER) == NEVER
