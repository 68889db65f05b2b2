"""Since when a guest has a name, and who had it before."""

import pytest

from huechat.chat.tenure import Tenures
from huechat.chat.times import now


@pytest.fixture
def tenures():
    return Tenures(most=3)


def test_the_first_of_a_name_has_it_from_now_on(tenures):
    before = now()
    assert before <= tenures.since("ana", "~1") <= now()


def test_one_who_comes_back_has_had_it_all_the_time(tenures):
    first = tenures.since("ana", "~1")
    tenures.since("ben", "~2")
    assert tenures.since("ana", "~1") is first


def test_a_name_that_was_anothers_begins_after_all_that_was_said(tenures):
    tenures.since("ana", "~1")
    before = now()
    assert tenures.since("ana", "~2") > before


def test_one_who_comes_back_after_another_begins_anew(tenures):
    first = tenures.since("ana", "~1")
    other = tenures.since("ana", "~2")
    assert first < other
    assert tenures.since("ana", "~1") > first


def test_names_are_told_apart_as_they_are_written(tenures):
    tenures.since("ana", "~1")
    assert tenures.since("Ana", "~2") <= now()


def test_names_that_were_taken_least_lately_are_forgotten(tenures):
    first = tenures.since("ana", "~1")
    for name in ("ben", "cyd", "dan"):
        tenures.since(name, "~2")
    assert tenures.since("ana", "~1") is not first
