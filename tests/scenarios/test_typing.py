"""Who is writing: told to those who want to know, and only in small rooms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.connection import TYPING_BURST

LISTED = 4
PASSWORD = "correct-horse-battery"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    settings = ServerSettings(messages_per_s=0, presence_s=0.05, presence_listed=LISTED)
    with ChatServer(port=0, settings=settings) as running:
        yield running


class Watcher(JsonTalker):
    """Wants to know who is here, and who is writing; of the first it takes note in passing."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(port, name=name, presence=True)
        self.hears_nothing_more()  # a welcome comes just before one is in

    def event(self, kind: str) -> dict[str, Any]:
        while True:
            event: dict[str, Any] = json.loads(self.line())
            if event["type"] == kind:
                return event
            assert event["type"] == "presence", f"heard {event}, waiting for {kind}"

    def sees_all_here(self, here: int) -> None:
        """Wait until it is told that so many are here: all is told that was to be told before."""
        while self.event("presence")["here"] != here:
            pass


def test_who_wants_to_know_is_told_who_is_writing_and_where(port: int) -> None:
    with Watcher(port, "ana") as ana, JsonTalker(port, name="ben") as ben:
        ben.ask(type="typing")
        assert ana.event("typing") == {"type": "typing", "room": "lobby", "names": ["ben"]}
        for each in (ana, ben):
            each.joins("builds")
        ben.ask(type="typing", room="builds")
        assert ana.event("typing") == {"type": "typing", "room": "builds", "names": ["ben"]}
        ben.ask(type="typing", room=".")
        assert ana.event("typing")["room"] == "builds"


def test_several_are_told_together_and_nobody_of_themselves(port: int) -> None:
    with (
        Watcher(port, "ana") as ana,
        JsonTalker(port, name="cyd") as cyd,
        Watcher(port, "ben") as ben,
    ):
        ana.ask(type="typing")
        assert ben.event("typing")["names"] == ["ana"]
        names = set()
        while names != {"cyd", "ben"}:  # it may be told of in two pieces
            cyd.ask(type="typing")
            ben.ask(type="typing")
            told = ana.event("typing")["names"]
            assert told == sorted(told)
            assert "ana" not in told
            names |= set(told)


def test_who_does_not_want_to_know_is_told_nothing(port: int) -> None:
    with (
        JsonTalker(port, name="ana") as ana,
        PlainTalker(port, name="dan") as dan,
        Watcher(port, "ben") as ben,
        JsonTalker(port, name="cyd") as cyd,
    ):
        cyd.ask(type="typing")
        assert ben.event("typing")["names"] == ["cyd"]
        for each in (ana, cyd, dan):
            each.hears_nothing_more()


def test_only_those_in_the_room_are_told(port: int) -> None:
    with Watcher(port, "ana") as ana, Watcher(port, "ben") as ben, Watcher(port, "cyd") as cyd:
        for each in (ana, ben):
            each.joins("builds")
        ben.ask(type="typing", room="builds")
        assert ana.event("typing")["names"] == ["ben"]
        ben.ask(type="typing")
        assert cyd.event("typing") == {"type": "typing", "room": "lobby", "names": ["ben"]}


def test_in_a_large_room_nobody_is_told(port: int) -> None:
    with Watcher(port, "ana") as ana, JsonTalker(port, name="ben") as ben:
        crowd = [JsonTalker(port) for _ in range(LISTED)]
        ana.sees_all_here(LISTED + 2)
        ben.ask(type="typing")
        ben.hears_nothing_more()  # the server has it
        with JsonTalker(port):
            ana.sees_all_here(LISTED + 3)  # with this it would have been told
        for each in crowd:
            each.close()


def test_where_one_is_not_one_does_not_write(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.ask(type="typing", room="builds")
        ana.is_refused("not_in_room", "you are not in #builds: join it, or another room")


def test_nobody_is_told_that_somebody_writes_whom_they_have_blocked(port: int) -> None:
    with (
        Watcher(port, "ana") as ana,
        JsonTalker(port, name="ben") as ben,
        JsonTalker(port, name="cyd") as cyd,
        Watcher(port, "dan") as dan,
    ):
        assert ana.answer("blocked", type="block", name="ben")["names"] == ["ben"]
        ben.ask(type="typing")
        assert dan.event("typing")["names"] == ["ben"]
        cyd.ask(type="typing")
        assert ana.event("typing")["names"] == ["cyd"]


@pytest.mark.parametrize("where", ["lobby", "*"])
@pytest.mark.usefixtures("cheap_passwords")
def test_who_is_muted_is_not_shown_as_writing(server: ChatServer, port: int, where: str) -> None:
    server.hall.accounts.add("ana", PASSWORD, "red", administrator=True)
    with (
        JsonTalker(port, name="ben") as ben,
        JsonTalker(port, name="cyd") as cyd,
        JsonTalker(port, hello=False) as ana,
    ):
        ana.answer("token", type="login", name="ana", password=PASSWORD)
        ana.ask(type="hello", v=1, presence=True)
        ana.event("welcome")
        watcher = Told(ana)
        watcher.does(type="mute", name="ben", room=where)
        ben.ask(type="typing")
        ben.says("a muted one is told so when they say something")
        while ben.line_of("notice", "error") != "error":
            pass
        assert ben.last["code"] == "muted"
        cyd.ask(type="typing")
        assert watcher.typing() == ["cyd"]
        watcher.does(type="pardon", name="ben", room=where)
        ben.ask(type="typing")
        assert watcher.typing() == ["ben"]


class Told:
    """Takes from what a talker is told who is writing, and passes the rest over."""

    def __init__(self, talker: JsonTalker) -> None:
        self._talker = talker

    def does(self, **command: Any) -> None:
        """Do something, and wait until it is done."""
        self._talker.does("", **command)
        self._talker.ask(type="ping")
        self._next("pong")

    def typing(self) -> list[str]:
        names: list[str] = self._next("typing")["names"]
        return names

    def _next(self, kind: str) -> dict[str, Any]:
        while (event := json.loads(self._talker.line()))["type"] != kind:
            pass
        found: dict[str, Any] = event
        return found


def test_who_tells_it_without_end_is_not_heard_and_not_answered(port: int) -> None:
    """In a room where one is not each is answered, as long as it is heard at all."""
    flood = 2_000
    with JsonTalker(port, name="ben") as ben:
        ben.send(b'{"type":"typing","room":"builds"}\n' * flood)
        ben.ask(type="ping", id="end")
        answers = 0
        while ben.line_of("error", "pong") == "error":
            assert ben.last["code"] == "not_in_room"
            answers += 1
    assert 1 <= answers < flood / 2


def test_who_tells_it_as_often_as_clients_do_is_heard(port: int) -> None:
    with JsonTalker(port, name="ben") as ben:
        for _ in range(TYPING_BURST):
            ben.ask(type="typing", room="builds")
        for _ in range(TYPING_BURST):
            ben.error("not_in_room")
