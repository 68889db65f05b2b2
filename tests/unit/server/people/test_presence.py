"""Who is in a room, and what of it each one is told: what they make of it is always what is so."""

import json
import socket
from collections import deque

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from huechat.chat.people import Person
from huechat.server.logs.outlet import Outlet
from huechat.server.people.presence import PresenceBoard
from huechat.server.people.roll import Roll
from huechat.wire.jsonlines import JsonLines
from huechat.wire.plain import Plain


@pytest.fixture(scope="module")
def sock():
    with socket.socket() as one:
        yield one


def person(name: str, away: str | None = None) -> Person:
    return Person("session", name, "blue", away=away)


class Room:
    """A roll, and what its watchers are told."""

    def __init__(self, sock: socket.socket, listed: int = 10) -> None:
        self.roll = Roll("lobby", listed)
        self._sock = sock

    def comes(self, name: str, away: str | None = None) -> Outlet:
        outlet = Outlet(self._sock, JsonLines.encode)
        self.roll.put(outlet, person(name, away))
        return outlet

    def news(self) -> list[tuple[Outlet, dict]]:
        return [(outlet, json.loads(data)) for outlet, data in self.roll.news()]


@pytest.fixture
def room(sock) -> Room:
    return Room(sock)


def test_the_first_that_is_told_is_who_is_here_oneself_among_them(room):
    room.comes("ana", "tea")
    ben = room.comes("ben")
    assert json.loads(room.roll.first(ben)) == {
        "type": "presence",
        "room": "lobby",
        "here": 2,
        "joined": ["ana", "ben"],
        "away": ["ana"],
    }
    assert room.news() == []


def test_what_comes_and_goes_between_is_not_told(room):
    ana = room.comes("ana")
    room.roll.first(ana)
    room.roll.take_out(room.comes("ben"))
    assert room.news() == []


def test_taking_a_connection_out_twice_or_one_that_never_came_changes_nothing(room, sock):
    ana, ben = room.comes("ana"), room.comes("ana")
    for _ in range(2):
        room.roll.take_out(ben)
        room.roll.take_out(Outlet(sock, JsonLines.encode))
    assert dict(room.roll.here) == {"ana": 1}
    room.roll.take_out(ana)
    assert not room.roll.here


def test_another_name_is_somebody_who_left_and_somebody_who_joined(room):
    ana, ben = room.comes("ana"), room.comes("ben", "tea")
    room.roll.first(ana)
    room.roll.put(ben, person("cyd", "tea"))
    assert room.news() == [
        (
            ana,
            {
                "type": "presence",
                "room": "lobby",
                "here": 2,
                "joined": ["cyd"],
                "left": ["ben"],
                "away": ["cyd"],
                "renamed": [{"old": "ben", "new": "cyd"}],
            },
        )
    ]


def test_a_wire_with_no_words_for_it_is_told_nothing(room, sock):
    outlet = Outlet(sock, Plain.encode)
    room.roll.put(outlet, person("ana"))
    assert room.roll.first(outlet) == b""


def test_the_same_news_is_encoded_once(sock):
    calls = []

    def encode(events):
        calls.append(events)
        return JsonLines.encode(events)

    roll = Roll("lobby", 0)
    for number in range(50):
        outlet = Outlet(sock, encode)
        roll.put(outlet, person(f"p{number}"))
        roll.first(outlet)
    roll.put(Outlet(sock, encode), person("last"))
    calls.clear()
    assert len(list(roll.news())) == 50
    assert len(calls) == 1


class Mail:
    """In place of delivery: keeps what is posted."""

    def __init__(self) -> None:
        self.posted: deque = deque()

    def post(self, outlet, data):
        self.posted.append((outlet, json.loads(data)))


@pytest.fixture
def mail() -> Mail:
    return Mail()


@pytest.fixture
def board(mail) -> PresenceBoard:
    """A board whose thread is not started: `_tell_all` is its work."""
    return PresenceBoard(mail, 0.05, 10)


def test_a_room_that_nobody_is_in_any_more_is_forgotten(board, mail, sock):
    ana = Outlet(sock, JsonLines.encode)
    board.enter("lobby", person("ana"), ana, curious=True)
    mail.posted.clear()
    board.leave("lobby", ana)
    board.leave("lobby", ana)
    board.changed("lobby", person("ben"), ana)
    board.typing("lobby", "ana")
    board._tell_all()
    assert (board.count("lobby"), board.here("lobby"), list(mail.posted)) == (0, [], [])


def test_who_is_not_in_the_room_does_not_come_into_it_by_another_name(board, sock):
    board.enter("lobby", person("ana"), Outlet(sock, JsonLines.encode), curious=False)
    board.changed("lobby", person("ben"), Outlet(sock, JsonLines.encode))
    assert board.here("lobby") == ["ana"]


def test_who_comes_in_twice_is_here_once(board, sock):
    ana = Outlet(sock, JsonLines.encode)
    for _ in range(2):
        board.enter("lobby", person("ana"), ana, curious=False)
    board.leave("lobby", ana)
    assert board.count("lobby") == 0


def test_who_left_is_told_nothing_more(board, mail, sock):
    ana, ben = Outlet(sock, JsonLines.encode), Outlet(sock, JsonLines.encode)
    board.enter("lobby", person("ana"), ana, curious=True)
    board.enter("lobby", person("ben"), ben, curious=True)
    mail.posted.clear()
    board.leave("lobby", ana)
    board._tell_all()
    assert [outlet for outlet, _ in mail.posted] == [ben]


def test_people_are_listed_by_name_and_case_does_not_count(board, sock):
    for name in ("b", "C", "A", "a", "é", "e", "f"):
        board.enter("lobby", person(name), Outlet(sock, JsonLines.encode), curious=False)
    assert board.here("lobby") == ["A", "a", "b", "C", "e", "f", "é"]


NAMES = st.sampled_from(["ana", "ben", "cyd", "dan"])
LISTED = 2


class Watching(RuleBasedStateMachine):
    """People come, go, and change; each watcher's picture is held against what is so."""

    def __init__(self) -> None:
        super().__init__()
        self.sock = socket.socket()
        self.roll = Roll("lobby", LISTED)
        self.here: dict[Outlet, Person] = {}
        self.pictures: dict[Outlet, tuple[int, set[str], set[str]]] = {}
        self.called: dict[Outlet, dict[Outlet, str]] = {}  # by watcher: who was who, last time

    @rule(name=NAMES, away=st.booleans(), curious=st.booleans())
    def come(self, name, away, curious):
        outlet = Outlet(self.sock, JsonLines.encode)
        self.here[outlet] = person(name, "tea" if away else None)
        self.roll.put(outlet, self.here[outlet])
        if curious:
            self.pictures[outlet] = (0, set(), set())
            assert self._take(outlet, self.roll.first(outlet)) == set()
            self.called[outlet] = self._names()

    @precondition(lambda self: self.here)
    @rule(who=st.integers(0, 9))
    def go(self, who):
        outlet = list(self.here)[who % len(self.here)]
        del self.here[outlet]
        self.pictures.pop(outlet, None)
        self.roll.take_out(outlet)

    @precondition(lambda self: self.here)
    @rule(who=st.integers(0, 9), name=NAMES, away=st.booleans())
    def change(self, who, name, away):
        outlet = list(self.here)[who % len(self.here)]
        self.here[outlet] = person(name, "tea" if away else None)
        self.roll.put(outlet, self.here[outlet])

    @rule()
    def tell(self):
        due = {outlet: self._renamed(outlet) for outlet in self.pictures}
        for outlet, data in self.roll.news():
            assert self._take(outlet, data) == due.pop(outlet)
        assert not any(due.values())
        self.called = dict.fromkeys(self.pictures, self._names())
        names = {one.name for one in self.here.values()}
        awake = {one.name for one in self.here.values() if one.away is None}
        for here, known, away in self.pictures.values():
            assert here == len(names)
            if len(names) <= LISTED:
                assert (known, away) == (names, names - awake)

    @invariant()
    def the_roll_has_who_is_here(self):
        assert set(self.roll.here) == {one.name for one in self.here.values()}

    def teardown(self):
        self.tell()
        self.sock.close()

    def _take(self, outlet, data):
        told = json.loads(data)
        _, names, away = self.pictures[outlet]
        joined, left = set(told.get("joined", ())), set(told.get("left", ()))
        went, back = set(told.get("away", ())), set(told.get("back", ()))
        assert not (joined & names) | (left - names) | (went & away) | (back - away)
        names = (names | joined) - left
        self.pictures[outlet] = (told["here"], names, ((away | went) - back) & names)
        return {(one["old"], one["new"]) for one in told.get("renamed", ())}

    def _names(self) -> dict[Outlet, str]:
        return {outlet: one.name for outlet, one in self.here.items()}

    def _renamed(self, watcher: Outlet) -> set[tuple[str, str]]:
        """Return the old and the new name of each whom a watcher knew, and who has both alone."""
        before, now = self.called[watcher], self._names()
        both = {(before[one], now[one]) for one in before if one in now}
        same = {old for old, new in both if old == new}
        known = self.pictures[watcher][1] if len(set(now.values())) <= LISTED else set()
        return {two for two in both if two[0] in known and same.isdisjoint(two)}


class TestWatching(Watching.TestCase):
    settings = settings(max_examples=80, stateful_step_count=40)
