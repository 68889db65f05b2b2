"""How long a server has said nothing to one who waits for an answer."""

import pytest
from tests.clock import Clock

from huechat.client.silence import NOTICED_S, Silence


def test_nothing_is_told_of_a_server_that_was_asked_nothing():
    clock = Clock()
    silence = Silence(now_s=clock)
    clock.now += 100
    assert silence.lasts_s == 0


def test_a_silence_is_told_once_it_is_long_and_counts_from_the_first_question():
    clock = Clock()
    silence = Silence(now_s=clock)
    silence.asked()
    clock.now += NOTICED_S - 0.1
    silence.asked()
    assert silence.lasts_s == 0
    clock.now += 0.1
    assert silence.lasts_s == NOTICED_S
    clock.now += 10.5
    assert silence.lasts_s == NOTICED_S + 10


def test_whatever_comes_in_ends_it():
    clock = Clock()
    silence = Silence(now_s=clock)
    silence.asked()
    clock.now += 100
    silence.broken()
    assert silence.lasts_s == 0
    clock.now += 100
    assert silence.lasts_s == 0
    silence.asked()
    clock.now += 5
    assert silence.lasts_s == 5


def test_a_silence_is_too_long_only_while_an_answer_is_owed():
    clock = Clock()
    silence = Silence(60, clock)
    clock.now += 100
    assert not silence.is_too_long
    silence.asked()
    clock.now += 59.9
    assert not silence.is_too_long
    clock.now += 0.1
    assert silence.is_too_long
    silence.broken()
    assert not silence.is_too_long


def test_a_silence_may_last_for_ever():
    clock = Clock()
    silence = Silence(0, clock)
    silence.asked()
    clock.now += 1_000_000
    assert not silence.is_too_long
    assert silence.look_every_s is None


def test_a_quiet_server_is_asked_for_a_sign_of_life_once():
    clock = Clock()
    silence = Silence(now_s=clock, probe_s=60)
    clock.now += 59.9
    assert not silence.needs_probe
    clock.now += 0.1
    assert silence.needs_probe
    silence.asked()
    assert not silence.needs_probe  # it is waited for
    silence.broken()
    assert not silence.needs_probe
    clock.now += 60
    assert silence.needs_probe


def test_no_sign_of_life_is_wanted():
    clock = Clock()
    silence = Silence(now_s=clock)
    clock.now += 1_000_000
    assert not silence.needs_probe


@pytest.mark.parametrize(
    ("longest_s", "probe_s", "look_every_s"),
    [(0, 0, None), (60, 0, 15), (0, 20, 5), (60, 20, 5), (20, 60, 5)],
)
def test_one_looks_as_often_as_the_shorter_time_needs(longest_s, probe_s, look_every_s):
    assert Silence(longest_s, probe_s=probe_s).look_every_s == look_every_s
