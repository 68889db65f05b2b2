"""Moments, as messages carry them and as people write them."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from huechat.chat import times
from huechat.chat.errors import RefusedError
from huechat.chat.times import (
    MOST_BACK,
    NEVER,
    SteadyClock,
    as_time,
    check_time,
    next_now,
    now,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


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


class Machine:
    """A machine's clocks: the one on its wall, and the one that nobody sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.run_s = NOON, 0.0
        machine = self

        class Wall(datetime):
            @classmethod
            def now(cls, tz=None):
                return machine.wall

        monkeypatch.setattr(times, "datetime", Wall)
        monkeypatch.setattr(times, "monotonic", lambda: self.run_s)

    def runs(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.run_s += seconds


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


def test_a_clock_that_is_put_back_does_not_put_the_time_back(machine):
    clock = SteadyClock()
    assert clock.now() == NOON
    machine.wall -= timedelta(seconds=5)
    machine.runs(2)
    assert clock.now() == NOON + timedelta(seconds=2)
    machine.runs(1)
    assert clock.now() == NOON + timedelta(seconds=3)


def test_a_clock_that_is_put_forward_is_followed(machine):
    clock = SteadyClock()
    clock.now()
    machine.wall += timedelta(days=1)
    assert clock.now() == NOON + timedelta(days=1)


def test_a_clock_that_was_badly_wrong_is_believed_once_it_is_set(machine):
    clock = SteadyClock()
    clock.now()
    machine.wall -= MOST_BACK + timedelta(seconds=1)
    assert clock.now() == machine.wall


def test_the_time_goes_on_from_what_was_said_before_the_process_began(machine):
    clock = SteadyClock()
    clock.not_before(NOON + timedelta(seconds=7))
    clock.not_before(NOON - timedelta(days=7))
    machine.runs(1)
    assert clock.now() == NOON + timedelta(seconds=8)
