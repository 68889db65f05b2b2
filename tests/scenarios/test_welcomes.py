"""Coming in while others talk, and while they deal with who comes in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.talkers import FAILURE_S, PRIVATE, Heard, JsonTalker

from huechat import ChatServer
from huechat.protocol import LOBBY
from huechat.server.admin.administration import administrate
from huechat.server.admin.control_socket import Request
from huechat.server.commands import greeting
from huechat.server.connection import Connection
from huechat.server.rooms import places

Newcomer = tuple[JsonTalker, JsonTalker, Callable[[], None]]


class Held:
    """Does something once it may go on."""

    def __init__(self, does: Callable[..., None]) -> None:
        self._does = does
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, *what: object) -> None:
        self.begun.set()
        assert self.go_on.wait(FAILURE_S)
        self._does(*what)


@pytest.fixture
def listener(server: ChatServer) -> Iterator[JsonTalker]:
    with JsonTalker(server.port, name="ana") as ana:
        ana.hears_nothing_more()  # so it listens by now
        yield ana


@pytest.fixture
def welcomed(
    server: ChatServer, listener: JsonTalker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Newcomer]:
    """Give one who is welcomed and does not listen yet, one who does, and how it goes on."""
    listens = Held(places.listen)
    monkeypatch.setattr(greeting, "listen", listens)
    with JsonTalker(server.port, name="ben") as newcomer:
        yield newcomer, listener, listens.go_on.set


@pytest.fixture
def coming(
    server: ChatServer, listener: JsonTalker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Newcomer]:
    """Give one who has a name, and is not welcomed yet, one who is, and how it goes on."""
    hides = Held(greeting.hide_blocked)
    monkeypatch.setattr(greeting, "hide_blocked", hides)
    with JsonTalker(server.port, hello=False) as newcomer:
        newcomer.ask(type="hello", v=1, name="ben", presence=True)
        assert hides.begun.wait(FAILURE_S)
        yield newcomer, listener, hides.go_on.set
        hides.go_on.set()


def connection_of(server: ChatServer, name: str) -> Connection:
    [found] = server.hall.crowd.named(name)
    return found


def test_what_is_said_once_the_welcome_is_there_is_told(welcomed: Newcomer) -> None:
    ben, ana, go_on = welcomed
    ana.says("you missed nothing")
    ana.hears_nothing_more()
    go_on()
    ben.hears(Heard("blue", "you missed nothing", "ana"))
    ben.hears_nothing_more()


def test_who_was_welcomed_just_now_is_heard_by_others_only(
    server: ChatServer, welcomed: Newcomer
) -> None:
    ben, ana, go_on = welcomed
    sender = next(s for s in server.clients if s.getpeername() == ben.sock.getsockname())
    server.broadcast_message("[COLOR (red)] said -> hi", sender)
    ana.hears(Heard("red", "hi", "ben"))
    go_on()
    ben.hears_nothing_more()


def test_who_is_put_out_just_after_the_welcome_hears_nothing_more(
    server: ChatServer, welcomed: Newcomer
) -> None:
    ben, ana, go_on = welcomed
    held = connection_of(server, "ben")
    server.hall.writer.do(lambda: places.leave(server.hall, held, LOBBY, "out with you"))
    go_on()
    assert ben.event("left")["message"] == "out with you"
    ana.says("hi")
    ana.hears_nothing_more()
    ben.hears_nothing_more()
    assert server.hall.presence.here(LOBBY) == ["ana"]


def test_who_is_put_out_before_the_welcome_is_not_in(server: ChatServer, coming: Newcomer) -> None:
    ben, ana, go_on = coming
    held = connection_of(server, "ben")
    server.hall.writer.do(lambda: places.leave(server.hall, held, LOBBY, "out with you"))
    go_on()
    assert ben.event("welcome")["rooms"] == []
    ana.says("hi")
    ana.hears_nothing_more()
    ben.hears_nothing_more()
    assert server.hall.presence.here(LOBBY) == ["ana"]


def test_what_others_say_in_private_comes_after_the_welcome(coming: Newcomer) -> None:
    ben, ana, go_on = coming
    ana.does("", type="say", to="ben", text="hi ben")
    room = ana.event("joined")["place"]["room"]
    ana.hears_nothing_more()
    go_on()
    welcome = ben.event("welcome")
    assert welcome["rooms"][0]["room"] == LOBBY
    assert ben.event("joined")["place"]["room"] == room
    ben.hears_in(PRIVATE, Heard("blue", "hi ben", "ana"))


def test_who_loses_a_name_while_coming_in_is_told_so_after_the_welcome(
    server: ChatServer, coming: Newcomer
) -> None:
    ben, _, go_on = coming
    administrate(server.hall, Request("user add", name="ben", password="correct-horse"))
    go_on()
    name = ben.event("welcome")["name"]
    told = ben.event("you")
    assert (told["name"], "ben belongs to an account" in told["message"]) == (name, True)
    assert name.startswith("guest-")
