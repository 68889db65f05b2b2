"""Bots made of ChatClient: what they are called with, and what they may do then."""

from __future__ import annotations

import queue
import sys
import threading
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import FAILURE_S, Heard, JsonTalker

from huechat import ChatClient, ChatServer
from huechat.client.link_news import ClosedError
from huechat.protocol import Join, Message


def bot(port: int, name: str = "bot", **called: object) -> ChatClient:
    return ChatClient(port=port, name=name, show=None, **called)  # type: ignore[arg-type]


def test_a_bot_answers_from_what_it_is_called_with(port: int) -> None:
    def answer(message: Message) -> None:
        echo.reply(message, f"{message.text}?")

    with bot(port, on_message=answer) as echo, JsonTalker(port, name="ana") as ana:
        ana.says("ready")
        heard = ana.event("message")
        assert (heard["text"], heard["reply"]) == ("ready?", 1)
        assert echo.wait_confirmed(FAILURE_S) == 0


def test_a_bot_may_say_much_at_once_from_what_it_is_called_with(port: int) -> None:
    """More than may be under way: it must not wait for acks that it alone could hear."""
    many = [f"{number}" for number in range(500)]

    def answer(_: Message) -> None:
        for text in many:
            talkative.say(text)

    with bot(port, on_message=answer) as talkative, JsonTalker(port, name="ana") as ana:
        ana.says("go")
        ana.hears(*(Heard("blue", text, "bot") for text in many))
        assert talkative.wait_confirmed(FAILURE_S) == 0


def test_a_bot_that_closed_itself_is_told_nothing_more(port: int) -> None:
    told: list[str] = []

    def quit_at_once(message: Message) -> None:
        told.append(message.text)
        quitter.close()

    with JsonTalker(port, name="ana") as ana:
        for text in ("one", "two", "three"):
            ana.says(text)
        ana.hears_nothing_more()
        quitter = bot(port, history=3, on_message=quit_at_once)
        quitter.connect()
        quitter.wait_closed()
    assert told == ["one"]


def test_what_is_no_text_and_no_command_is_refused(port: int) -> None:
    with bot(port) as talker:
        for nonsense in (None, 5, b"hi"):
            with pytest.raises(TypeError, match="a text is a str, and this is "):
                talker.say(nonsense)  # type: ignore[arg-type]
            with pytest.raises(TypeError, match=r"a command is one of huechat\.protocol's"):
                talker.send(nonsense)  # type: ignore[arg-type]


def test_a_bot_may_close_itself_from_what_it_is_called_with(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        quitter = bot(port, on_message=lambda _: quitter.close()).connect()
        ana.says("go away")
        quitter.wait_closed()
        with pytest.raises(ClosedError):
            quitter.say("too late")
        with pytest.raises(RuntimeError, match="connects once"):
            quitter.connect()


def test_what_a_bot_raises_is_raised_where_it_is_waited_for(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Message) -> None:
        raise LookupError("no such build")

    with JsonTalker(port, name="ana") as ana, bot(port, on_message=fail) as broken:
        ana.says("hi")
        with pytest.raises(LookupError, match="no such build"):
            broken.wait_closed()
        assert broken.client_socket is None
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        "the receiving thread failed"
    ]
    caplog.clear()


def test_sys_exit_in_what_a_bot_is_called_with_ends_the_program(port: int) -> None:
    ending = bot(port, on_message=lambda _: sys.exit(3))
    with JsonTalker(port, name="ana") as ana, ending:
        ana.says("!quit")
        with pytest.raises(SystemExit, match="3"):
            ending.wait_closed()
        assert ending.client_socket is None


def test_what_many_threads_say_is_said_once_and_in_the_order_of_each(port: int) -> None:
    start = threading.Barrier(4)

    def talk(number: int) -> None:
        start.wait(FAILURE_S)
        for at in range(100):
            talker.say(f"{number} {at}")

    with JsonTalker(port, name="ana") as ana, bot(port) as talker:
        threads = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        heard = [ana.next_heard().text for _ in range(400)]
        for thread in threads:
            thread.join(FAILURE_S)
        ana.hears_nothing_more()
    for number in range(4):
        own = [text for text in heard if text.startswith(f"{number} ")]
        assert own == [f"{number} {at}" for at in range(100)]


def test_several_bots_in_one_program_do_not_mix(port: int) -> None:
    heard: dict[str, queue.Queue[str]] = {name: queue.Queue() for name in ("ben", "cyd")}
    with ExitStack() as stack:
        ana = stack.enter_context(JsonTalker(port, name="ana"))
        for name, ear in heard.items():
            one = bot(port, name, on_message=lambda message, ear=ear: ear.put(message.text))
            stack.enter_context(one).send(Join(f"room-of-{name}"))
        for name, ear in heard.items():
            ana.joins(f"room-of-{name}")
            ana.says_here(f"for {name}")
            assert ear.get(timeout=FAILURE_S) == f"for {name}"
        ana.says("all")
        assert [ear.get(timeout=FAILURE_S) for ear in heard.values()] == ["all", "all"]


def test_a_bot_whose_server_closes_waits_for_it_and_goes_on(server: ChatServer) -> None:
    heard: queue.Queue[str] = queue.Queue()
    with bot(server.port, on_message=lambda message: heard.put(message.text)) as patient:
        server.shutdown()
        patient.say("still here")
        with ChatServer(port=server.port) as back, JsonTalker(back.port, name="ana") as ana:
            assert patient.wait_confirmed(FAILURE_S) == 0
            ana.says("hi")
            assert heard.get(timeout=FAILURE_S) == "hi"
