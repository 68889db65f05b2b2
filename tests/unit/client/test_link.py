"""The link, with a server that the test itself plays: what is sent when, and what is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from tests.clock import Clock

from huechat.client.link import Link
from huechat.client.link_news import Back, ClosedError, HeldBack, Lost, ShutOut
from huechat.client.outbox import WINDOW
from huechat.config import ClientSettings
from huechat.protocol import (
    VERSION,
    Ack,
    Edit,
    Edited,
    Error,
    Hello,
    Join,
    Joined,
    Login,
    Message,
    Pong,
    RoomPlace,
    Say,
    Token,
    Welcome,
    You,
)
from huechat.wire.jsonlines import encode_line

FAILURE_S = 20.0
WELCOME = Welcome(VERSION, "ana", "red", "session", ())


class PlayedServer:
    """A server whose lines the test reads and writes, one after the other."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.threads = ThreadPoolExecutor(max_workers=8)

    def link(self, login: Login | None = None, now_s: Clock | None = None) -> Link:
        settings = ClientSettings(reconnect_max_s=0.1, silence_timeout_s=0.4)
        hello = Hello(VERSION, "ana", "red")
        return Link("127.0.0.1", self.port, hello, settings, login, now_s=now_s or Clock())

    def accepts(self) -> None:
        self._sock, _ = self._listening.accept()
        self._sock.settimeout(FAILURE_S)
        self._reader = self._sock.makefile("rb")

    def hears(self, kind: str) -> dict[str, Any]:
        command: dict[str, Any] = json.loads(self._reader.readline())
        assert command["type"] == kind, command
        return command

    def tells(self, *events: Any) -> None:
        self._sock.sendall(b"".join(map(encode_line, events)))

    def hangs_up(self) -> None:
        self._reader.close()
        self._sock.close()

    def welcomes(self, link: Link) -> Welcome:
        """Let the link in; return what it makes of that."""
        connecting = self.threads.submit(link.connect)
        self.accepts()
        self.hears("hello")
        self.tells(WELCOME)
        return connecting.result(FAILURE_S)

    def close(self) -> None:
        self._listening.close()
        self.threads.shutdown()


@pytest.fixture
def server() -> Iterator[PlayedServer]:
    played = PlayedServer()
    yield played
    played.close()


@pytest.fixture
def link(server: PlayedServer) -> Iterator[Link]:
    """Give a link that is in; the server hangs up in the end."""
    linked = server.link()
    server.welcomes(linked)
    yield linked
    linked.close()
    server.hangs_up()
    assert list(linked.events()) == []  # this closes its socket


def ack(id_: str, seq: int) -> Ack:
    return Ack(id_, "lobby", seq, "")


def test_an_ack_that_comes_again_is_told_once(server: PlayedServer, link: Link) -> None:
    id_ = link.say("hi")
    server.hears("say")
    server.tells(ack(id_, 1), ack(id_, 1), You("ana", "green"))
    events = link.events()
    assert [next(events), next(events)] == [ack(id_, 1), You("ana", "green")]
    assert link.unconfirmed == 0


def test_ones_own_message_after_a_lost_link_is_its_ack(server: PlayedServer, link: Link) -> None:
    id_ = link.say("hi")
    server.tells(Message("lobby", 3, id_, "12:00", "ana", "red", "hi"), ack(id_, 3))
    server.tells(You("ana", "green"))
    events = link.events()
    assert [next(events), next(events)] == [Ack(id_, "lobby", 3, "12:00"), You("ana", "green")]


def test_what_one_did_before_the_link_was_lost_is_told_by_its_ack(
    server: PlayedServer, link: Link
) -> None:
    id_ = link.new_id()
    link.enter(Edit(id_, "ho", 3))
    edited = Edited("lobby", 4, id_, "12:00", "ana", "red", "ho", 3, "ana: hi")
    server.tells(edited)
    assert next(link.events()) == Ack(id_, "lobby", 4, "12:00", edited)


def test_anothers_message_with_the_same_id_confirms_nothing(
    server: PlayedServer, link: Link
) -> None:
    link.enter(Say("1", "hi"))
    server.tells(Message("lobby", 3, "1", "", "ben", "red", "ho"))
    events = link.events()
    assert isinstance(next(events), Message)
    assert link.unconfirmed == 1


def test_what_was_too_fast_is_sent_again_in_its_order(server: PlayedServer, link: Link) -> None:
    ids = [link.say(f"{number}") for number in range(3)]
    assert [server.hears("say")["id"] for _ in ids] == ids
    refused = [Error("rate_limited", "wait", id_, 0.05) for id_ in ids[1:]]
    server.tells(ack(ids[0], 1), *refused)
    events = link.events()
    assert [next(events), next(events)] == [ack(ids[0], 1), HeldBack("")]
    assert [server.hears("say")["id"] for _ in ids[1:]] == ids[1:]


def test_after_a_lost_link_no_more_is_sent_at_once_than_the_server_confirms(
    server: PlayedServer, link: Link
) -> None:
    """Or one who has much to say would be told that it is too much, again and again."""
    events = link.events()
    server.hangs_up()
    assert next(events) == Lost(0)
    ids = [link.say(f"{number}") for number in range(WINDOW + 2)]
    coming_back = server.threads.submit(next, events)
    server.accepts()
    server.hears("hello")
    server.tells(WELCOME)
    assert coming_back.result(FAILURE_S) == Back(WINDOW + 2, WELCOME)
    assert [server.hears("say")["id"] for _ in range(WINDOW)] == ids[:WINDOW]
    server.tells(ack(ids[0], 1))
    assert next(events) == ack(ids[0], 1)
    assert server.hears("say")["id"] == ids[WINDOW]


def test_a_room_that_was_asked_for_is_asked_for_again_until_it_is_answered(
    server: PlayedServer, link: Link
) -> None:
    events = link.events()
    assert link.join(Join("den", id="1"))
    assert server.hears("join")["id"] == "1"
    server.hangs_up()
    assert next(events) == Lost(0)
    assert not link.join(Join("attic", id="2"))
    said = link.say("hi")
    coming_back = server.threads.submit(next, events)
    server.accepts()
    server.hears("hello")
    server.tells(WELCOME)
    assert coming_back.result(FAILURE_S) == Back(1, WELCOME)
    assert [server.hears("join")["id"], server.hears("join")["id"]] == ["1", "2"]
    assert server.hears("say")["id"] == said
    den = Joined("1", RoomPlace("den", 1))
    refused = Error("not_allowed", "no", "2")
    server.tells(den, refused, You("ana", "green"))
    assert [next(events), next(events), next(events)] == [den, refused, You("ana", "green")]
    server.hangs_up()
    assert next(events) == Lost(1)
    coming_back = server.threads.submit(next, events)
    server.accepts()
    server.hears("hello")
    server.tells(WELCOME)
    assert coming_back.result(FAILURE_S) == Back(1, WELCOME)
    assert server.hears("say")["id"] == said


def test_a_password_is_said_once_and_not_after_a_logout(server: PlayedServer) -> None:
    link = server.link(Login("ana", "correct horse"))
    connecting = server.threads.submit(link.connect)
    server.accepts()
    server.hears("login")
    server.tells(Token("", "ana", "t0ken"))
    assert server.hears("hello")["token"] == "t0ken"
    server.tells(WELCOME, You("guest-1", "red"))
    connecting.result(FAILURE_S)
    events = link.events()
    next(events)
    server.hangs_up()
    assert next(events) == Lost(0)
    coming_back = server.threads.submit(next, events)
    server.accepts()
    assert server.hears("hello").get("token", "") == ""
    server.tells(Error("banned", "you are kept out"))
    assert coming_back.result(FAILURE_S) == ShutOut("you are kept out")
    server.hangs_up()


def test_what_is_said_to_a_closed_link_raises(server: PlayedServer, link: Link) -> None:
    link.close()
    with pytest.raises(ClosedError):
        link.say("hi")
    assert link.unconfirmed == 0


def test_who_waits_to_say_something_is_told_that_the_link_is_closed(
    server: PlayedServer, link: Link
) -> None:
    for number in range(WINDOW):
        link.say(f"{number}")
    waiting = server.threads.submit(link.say, "one more")
    link.close()
    with pytest.raises(ClosedError):
        waiting.result(FAILURE_S)


def test_ids_are_unique_though_many_threads_ask_for_them(server: PlayedServer) -> None:
    link = server.link()
    start = threading.Barrier(8)

    def take() -> list[str]:
        start.wait(FAILURE_S)
        return [link.new_id() for _ in range(2_000)]

    taken = [server.threads.submit(take) for _ in range(8)]
    ids = [id_ for one in taken for id_ in one.result(FAILURE_S)]
    assert len(set(ids)) == len(ids) == 16_000


def test_waiting_for_a_confirmation_where_it_would_be_heard_is_refused(
    server: PlayedServer, link: Link
) -> None:
    server.tells(You("ana", "green"))
    events = link.events()
    next(events)  # this thread is the listener now
    link.say("hi")
    with pytest.raises(RuntimeError, match="another thread"):
        link.wait_confirmed()


def test_nobody_there_is_told_with_where() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    link = Link("127.0.0.1", port, Hello(VERSION), ClientSettings())
    with pytest.raises(ConnectionRefusedError, match=f"no server can be reached at .*:{port}"):
        link.connect()


def test_a_host_that_can_be_no_name_is_told(server: PlayedServer) -> None:
    link = Link("a..b", server.port, Hello(VERSION), ClientSettings())
    with pytest.raises(OSError, match=r"no server can be reached at a\.\.b"):
        link.connect()


def test_a_server_that_owes_an_answer_for_too_long_is_left_and_told_again(
    server: PlayedServer,
) -> None:
    clock = Clock()
    link = server.link(now_s=clock)
    server.welcomes(link)
    events = link.events()
    first = server.threads.submit(next, events)
    link.say("hi")
    said = server.hears("say")
    clock.now += 1
    assert first.result(FAILURE_S) == Lost(1)
    back = server.threads.submit(next, events)
    server.hangs_up()
    server.accepts()
    server.hears("hello")
    server.tells(WELCOME)
    assert back.result(FAILURE_S) == Back(1, WELCOME)
    assert server.hears("say") == said
    server.tells(ack(said["id"], 1))
    assert next(events) == ack(said["id"], 1)
    events.close()
    server.hangs_up()


def test_a_server_that_told_something_and_then_no_more_is_left_too(server: PlayedServer) -> None:
    clock = Clock()
    link = server.link(now_s=clock)
    server.welcomes(link)
    events = link.events()
    link.say("hi")
    server.hears("say")
    server.tells(You("ana", "green"))
    assert next(events) == You("ana", "green")
    assert link.silent_s == 0
    lost = server.threads.submit(next, events)
    for _ in range(int(FAILURE_S / 0.05)):
        clock.now += 1  # until it looks again and finds that it waits still
        if wait([lost], 0.05).done:
            break
    assert lost.result(0) == Lost(1)
    events.close()
    server.hangs_up()


def test_a_quiet_server_is_asked_for_a_sign_of_life_of_which_nobody_is_told(
    server: PlayedServer,
) -> None:
    clock = Clock()
    link = server.link(now_s=clock)
    server.welcomes(link)
    events = link.events()
    told = server.threads.submit(next, events)
    clock.now += 60  # as long as ClientSettings.keepalive_s
    asked = server.hears("ping")
    server.tells(Pong(asked["id"]), Pong("another's"))
    assert told.result(FAILURE_S) == Pong("another's")
    events.close()
    server.hangs_up()
