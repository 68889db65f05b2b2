"""Who is called otherwise: told to those who knew them, once for all that came together."""

import json
import socket

import pytest

from huechat.chat.people import Person
from huechat.server.logs.outlet import Outlet
from huechat.server.people.roll import Roll
from huechat.wire.jsonlines import JsonLines

LISTED = 4


class Room:
    """A roll that ana watches."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.roll = Roll("lobby", LISTED)
        self.ana = self.comes("ana")
        self.roll.first(self.ana)

    def comes(self, name: str) -> Outlet:
        outlet = Outlet(self._sock, JsonLines.encode)
        self.is_called(outlet, name)
        return outlet

    def is_called(self, outlet: Outlet, name: str) -> None:
        self.roll.put(outlet, Person("session", name, "blue"))

    def told(self, watcher: Outlet | None = None) -> list[tuple[str, str]]:
        """Return who is told to have another name, of all that came since."""
        return self.all_told().get(watcher or self.ana, [])

    def all_told(self) -> dict[Outlet, list[tuple[str, str]]]:
        """Return the same for each who is told anything."""
        news = {outlet: json.loads(data) for outlet, data in self.roll.news()}
        return {
            outlet: [(one["old"], one["new"]) for one in told.get("renamed", ())]
            for outlet, told in news.items()
        }


@pytest.fixture
def room():
    with socket.socket() as sock:
        yield Room(sock)


@pytest.fixture
def ben(room):
    """Somebody whom ana was told of."""
    outlet = room.comes("ben")
    room.told()
    return outlet


def test_who_has_another_name_is_told_with_both_once(room, ben):
    room.is_called(ben, "cyd")
    assert room.told() == [("ben", "cyd")]
    room.is_called(ben, "dan")
    assert room.told() == [("cyd", "dan")]


def test_of_several_names_one_after_the_other_the_last_is_told(room, ben):
    for name in ("cyd", "dan"):
        room.is_called(ben, name)
    assert room.told() == [("ben", "dan")]


def test_there_and_back_is_nothing(room, ben):
    for name in ("cyd", "ben"):
        room.is_called(ben, name)
    assert list(room.roll.news()) == []


def test_several_are_told_in_order(room, ben):
    dan = room.comes("dan")
    room.told()
    room.is_called(dan, "eva")
    room.is_called(ben, "finn")
    assert room.told() == [("ben", "finn"), ("dan", "eva")]


def test_who_left_after_it_left_under_the_name_that_was_known(room, ben):
    room.is_called(ben, "cyd")
    room.roll.take_out(ben)
    room.comes("dan")
    assert room.told() == []


def test_who_came_in_under_another_name_is_only_told_under_the_last(room):
    ben = room.comes("ben")
    room.is_called(ben, "cyd")
    assert room.told() == []


def test_a_name_that_another_connection_still_has_was_not_given_up(room, ben):
    other = room.comes("ben")
    room.told()
    room.is_called(other, "cyd")
    assert room.told() == []


def test_a_name_that_another_connection_had_already_is_nobodys_new_one(room, ben):
    """As of a guest who logs in where another connection of the account is."""
    room.comes("cyd")
    room.told()
    room.is_called(ben, "cyd")
    assert room.told() == []


def test_who_takes_a_name_over_is_told_after_the_one_who_had_it(room, ben):
    guest = room.comes("zed")
    room.told()
    room.is_called(guest, "guest-7")
    room.is_called(ben, "zed")
    assert room.told() == [("zed", "guest-7"), ("ben", "zed")]


def test_a_name_that_somebody_new_has_now_was_given_up(room, ben):
    room.is_called(ben, "cyd")
    room.comes("ben")
    assert room.told() == [("ben", "cyd")]


def test_who_takes_the_name_of_one_who_left_is_told(room, ben):
    room.roll.take_out(room.comes("cyd"))
    zed = room.comes("zed")
    room.told()
    room.roll.take_out(ben)
    room.is_called(zed, "ben")
    assert room.told() == [("zed", "ben")]


def test_two_who_swap_their_names_are_both_told_once(room, ben):
    cyd = room.comes("cyd")
    room.told()
    swap(room, ben, cyd)
    assert room.told() == [("ben", "cyd"), ("cyd", "ben")]
    assert room.told() == []


def swap(room: Room, ben: Outlet, cyd: Outlet) -> None:
    for outlet, name in ((ben, "dan"), (cyd, "ben"), (ben, "cyd")):
        room.is_called(outlet, name)


def test_who_came_in_between_is_told_what_changed_since(room, ben):
    cyd = room.comes("cyd")
    room.told()
    room.is_called(ben, "zed")
    watcher = room.comes("eye")
    room.roll.first(watcher)
    room.is_called(cyd, "ben")
    news = room.all_told()
    assert news[room.ana] == [("ben", "zed"), ("cyd", "ben")]
    assert news[watcher] == [("cyd", "ben")]


def test_who_came_in_after_a_swap_is_told_nothing_of_it(room, ben):
    cyd = room.comes("cyd")
    room.told()
    swap(room, ben, cyd)
    watcher = room.comes("eye")
    room.roll.first(watcher)
    assert watcher not in room.all_told()


def test_who_came_in_after_it_is_not_told_of_a_name_that_they_never_saw(room, ben):
    room.is_called(ben, "cyd")
    watcher = room.comes("dan")
    room.roll.first(watcher)
    assert room.told(watcher) == []


def test_where_names_are_not_listed_none_is_told(room, ben):
    for number in range(LISTED):
        room.comes(f"p{number}")
    room.told()
    room.is_called(ben, "cyd")
    assert room.told() == []
    room.is_called(ben, "dan")
    assert b"renamed" not in b"".join(data for _, data in room.roll.news())
