"""Looking back, a page after the other: what was said before, and what else was found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import JsonTalker, PlainTalker

FOUND = b"Found in #lobby, newest first (in UTC):\n"
FOUND_MORE = b"Found in #lobby, newest first (in UTC; more: /search):\n"
NO_MORE = b"Error: there is no more of a search here: name a word, as in /search pasta\n"


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ana") as talker:
        yield talker


@pytest.fixture
def typist(port: int) -> Iterator[PlainTalker]:
    with PlainTalker(port, "blue", "tom") as talker:
        yield talker


def say_apples(ana: JsonTalker, typist: PlainTalker, count: int) -> None:
    for number in range(1, count + 1):
        ana.says(f"apple {number}")
        assert typist.line().endswith(f" -> apple {number}\n".encode())


def numbers(typist: PlainTalker, count: int) -> list[int]:
    """Return which apples the next `count` lines are about."""
    return [int(typist.line().rpartition(b" ")[2]) for _ in range(count)]


def test_search_alone_shows_what_else_was_found_until_there_is_no_more(
    ana: JsonTalker, typist: PlainTalker
) -> None:
    say_apples(ana, typist, 45)
    typist.types("/search apple")
    assert typist.line() == FOUND_MORE
    assert numbers(typist, 20) == [*range(45, 25, -1)]
    ana.says("apple 46")  # is newer: not of this search
    assert typist.line().endswith(b" -> apple 46\n")
    typist.types("/search")
    assert typist.line() == FOUND_MORE
    assert numbers(typist, 20) == [*range(25, 5, -1)]
    typist.types("/search")
    assert typist.line() == FOUND
    assert numbers(typist, 5) == [5, 4, 3, 2, 1]
    typist.types("/search")
    assert typist.line() == NO_MORE
    typist.hears_nothing_more()


def test_search_alone_needs_a_search_in_that_room(ana: JsonTalker, typist: PlainTalker) -> None:
    typist.types("/search")
    assert typist.line() == NO_MORE
    say_apples(ana, typist, 21)
    typist.types("/search apple")
    assert typist.line() == FOUND_MORE
    assert numbers(typist, 20) == [*range(21, 1, -1)]
    typist.types("/join orchard")
    assert typist.line() == b"You are in #orchard (you are its owner)\n"
    typist.types("/search")
    assert typist.line() == NO_MORE
    typist.hears_nothing_more()


def test_a_search_that_found_all_has_no_more(ana: JsonTalker, typist: PlainTalker) -> None:
    say_apples(ana, typist, 21)
    typist.types("/search apple")
    assert typist.line() == FOUND_MORE
    assert numbers(typist, 20) == [*range(21, 1, -1)]
    typist.types("/search 7")
    assert typist.line() == FOUND
    assert numbers(typist, 1) == [7]
    typist.types("/search")
    assert typist.line() == NO_MORE
    typist.hears_nothing_more()


def test_a_program_goes_on_as_well(ana: JsonTalker) -> None:
    for number in range(3):
        ana.says(f"pear {number}")
    ana.hears_nothing_more()
    first = ana.answer("found", type="search", text="pear", limit=2)
    assert ([one["seq"] for one in first["messages"]], first["more"]) == ([3, 2], True)
    rest = ana.answer("found", type="search", text="", before=2**53 - 1, limit=2)
    assert ([one["seq"] for one in rest["messages"]], rest["more"]) == ([1], False)


def test_history_more_pages_back_and_says_when_there_is_nothing_older(
    ana: JsonTalker, typist: PlainTalker
) -> None:
    typist.types("/history more")
    assert typist.line() == b"Error: nothing older was said in #lobby\n"
    say_apples(ana, typist, 5)
    typist.types("/history 3")
    assert typist.line() == b"Said in #lobby (in UTC; more: /history more):\n"
    assert numbers(typist, 3) == [3, 4, 5]
    typist.types("/history more 3")
    assert typist.line() == b"Said in #lobby (in UTC):\n"
    assert numbers(typist, 2) == [1, 2]
    typist.types("/history more")
    assert typist.line() == b"Error: nothing older was said in #lobby\n"
    typist.hears_nothing_more()
