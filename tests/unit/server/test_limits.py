"""How much clients may do."""

import time

import pytest
from tests.clock import Clock

from huechat.server.limits import Admission, TokenBucket


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def taken(bucket: TokenBucket, tries: int) -> int:
    """How many of so many tries, all at once, were let through."""
    return sum(bucket.take() == 0 for _ in range(tries))


def test_a_burst_passes_and_no_more(clock):
    assert taken(TokenBucket(10, 5), 8) == 5


def test_one_is_told_when_to_come_back_and_is_let_through_then(clock):
    bucket = TokenBucket(10, 1)
    assert bucket.take() == 0
    wait_s = bucket.take()
    assert wait_s == pytest.approx(0.1)
    clock.now += wait_s
    assert bucket.take() == 0


def test_in_the_long_run_so_many_a_second_pass(clock):
    bucket = TokenBucket(10, 5)
    let_through = 0
    for _ in range(1000):
        clock.now += 0.01
        let_through += taken(bucket, 3)
    assert 100 <= let_through <= 105


def test_rest_gives_a_whole_burst_and_no_more(clock):
    bucket = TokenBucket(10, 5)
    taken(bucket, 9)
    clock.now += 3600
    assert taken(bucket, 9) == 5


def test_who_stays_below_the_rate_is_never_refused(clock):
    bucket = TokenBucket(10, 1)
    for _ in range(100):
        assert bucket.take() == 0
        clock.now += 0.1001


def test_a_rate_of_0_lets_anything_through(clock):
    assert taken(TokenBucket(0, 1), 10_000) == 10_000


def test_a_burst_is_one_at_least(clock):
    assert taken(TokenBucket(10, 0), 5) == 1


def test_after_a_refusal_nothing_passes_for_the_pause_even_if_there_are_tokens(clock):
    """Else of many lines sent at once some would pass after one that did not."""
    bucket = TokenBucket(10, 1, pause_s=1.0)
    bucket.take()
    assert bucket.take() == 1.0
    clock.now += 0.75
    assert bucket.take() == 0.25
    clock.now += 0.25
    assert bucket.take() == 0


def test_asking_during_the_pause_does_not_make_it_longer(clock):
    bucket = TokenBucket(10, 1, pause_s=1.0)
    taken(bucket, 2)
    for left in (0.75, 0.5, 0.25):
        clock.now += 0.25
        assert bucket.take() == left


def test_so_many_connections_are_let_in(clock):
    admission = Admission(2, 0)
    assert (admission.admit("a"), admission.admit("b")) == ("", "")
    assert admission.admit("c") == "the server has 2 connections and takes no more; try later"


def test_so_many_connections_of_one_address_are_let_in():
    admission = Admission(0, 2)
    assert [admission.admit("a") for _ in range(2)] == ["", ""]
    assert "takes 2 connections from one address" in admission.admit("a")
    assert admission.admit("b") == ""


def test_who_leaves_makes_room():
    admission = Admission(2, 1)
    admission.admit("a")
    admission.admit("b")
    admission.release("a")
    assert admission.admit("a") == ""
    assert admission.admit("c") != ""


def test_who_was_not_let_in_is_not_counted():
    admission = Admission(0, 1)
    admission.admit("a")
    assert [bool(admission.admit("a")) for _ in range(3)] == [True] * 3
    admission.release("a")
    assert admission.admit("a") == ""


def test_0_lets_any_number_in():
    admission = Admission(0, 0)
    assert {admission.admit("a") for _ in range(10_000)} == {""}
