"""The rooms that were asked for and not come into yet."""

from __future__ import annotations

import pytest

from huechat.client.joins import MOST_JOINS, Joins
from huechat.protocol import Done, Error, Join, Joined, RoomPlace


def asked(number: int) -> Joins:
    joins = Joins()
    for one in range(number):
        joins.add(Join(f"room{one}", id=f"{one}"), is_sent=False)
    return joins


def ids(joins: Joins) -> list[str]:
    return [join.id for join in joins.unanswered]


def test_what_is_asked_is_kept_in_its_order_until_it_is_answered() -> None:
    joins = asked(4)
    joins.note(Joined("1", RoomPlace("room1", 1)))
    joins.note(Error("not_allowed", "no", "3"))
    joins.note(Done("0", "something else"))
    joins.note(Joined("", RoomPlace("another", 1)))
    assert ids(joins) == ["0", "2"]


def test_too_many_are_refused_with_no_connection_and_with_one_sent_but_not_kept() -> None:
    joins = asked(MOST_JOINS)
    with pytest.raises(ValueError, match=f"{MOST_JOINS} rooms are asked for already"):
        joins.add(Join("one-more", id="more"), is_sent=False)
    joins.add(Join("one-more", id="more"), is_sent=True)
    assert ids(joins) == [f"{one}" for one in range(MOST_JOINS)]
