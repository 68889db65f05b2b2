"""The seed's own client, unmodified, chats with all the others, both ways."""

from __future__ import annotations

import queue

import pytest
from tests.scenarios.talkers import FAILURE_S, TALKERS, FirstClient, Heard

from huechat import ChatClient


@pytest.mark.parametrize("wire", TALKERS)
def test_what_the_first_client_says_is_heard(port: int, wire: str) -> None:
    with TALKERS[wire](port) as other, FirstClient(port, "red") as first:
        first.says("hi")
        other.hears(Heard("red", "hi"))


@pytest.mark.parametrize("wire", TALKERS)
def test_the_first_client_hears_the_seeds_form(port: int, wire: str) -> None:
    with TALKERS[wire](port, "green") as other, FirstClient(port) as first:
        first.says("hi")
        other.hears(Heard("blue", "hi"))
        other.says("hello you")
        first.receives("[COLOR (green)] said -> hello you\n")


def test_first_clients_chat_with_each_other(port: int) -> None:
    with (
        TALKERS["json"](port) as witness,
        FirstClient(port, "red") as red,
        FirstClient(port, "blue") as blue,
    ):
        red.says("red is here")
        witness.hears(Heard("red", "red is here"))
        blue.says("blue is here")
        red.receives("[COLOR (blue)] said -> blue is here\n")
        red.says("hi")
        blue.receives("[COLOR (red)] said -> red is here\n[COLOR (red)] said -> hi\n")


def test_the_first_client_and_our_client_chat_both_ways(port: int) -> None:
    shown: queue.Queue[str] = queue.Queue()
    client = ChatClient(port=port, color="magenta", show=shown.put, show_status=lambda _: None)
    with client, FirstClient(port, "red") as first:
        first.says("hi")
        assert "[COLOR (red)] said -> hi" in shown.get(timeout=FAILURE_S)
        client.say("hi yourself")
        first.receives("[COLOR (magenta)] said -> hi yourself\n")


def test_messages_sent_at_once_without_newlines_are_heard_one_by_one(port: int) -> None:
    with TALKERS["json"](port) as other, FirstClient(port, "red") as first:
        first.client_socket.send(b"[COLOR (red)] said -> one[COLOR (red)] said -> two")
        other.hears(Heard("red", "one"), Heard("red", "two"))


def test_a_character_cut_by_the_network_is_whole_when_it_is_heard(port: int) -> None:
    with TALKERS["json"](port) as other, FirstClient(port, "red") as first:
        whole = "[COLOR (red)] said -> 👋".encode()
        for number in range(len(whole)):
            first.client_socket.send(whole[number : number + 1])
        other.hears(Heard("red", "👋"))


def test_the_first_client_changes_its_color_as_it_talks(port: int) -> None:
    with TALKERS["json"](port) as other, FirstClient(port, "red") as first:
        first.says("one")
        other.hears(Heard("red", "one"))
        first.color = "light_cyan"
        first.says("two")
        other.hears(Heard("light_cyan", "two"))


def test_an_unknown_color_of_the_first_client_is_heard_as_text(port: int) -> None:
    with TALKERS["json"](port) as other, FirstClient(port, "mauve") as first:
        first.says("hi")
        other.hears(Heard("blue", "[COLOR (mauve)] said -> hi"))


def test_nc_is_heard_line_by_line_and_needs_no_form(port: int) -> None:
    with TALKERS["plain"](port) as nc, TALKERS["json"](port) as other:
        nc.send(b"hello\nworld\r\n")
        other.hears(Heard("blue", "hello"), Heard("blue", "world"))


def test_telnets_negotiation_is_not_heard(port: int) -> None:
    with TALKERS["plain"](port) as telnet, TALKERS["json"](port) as other:
        telnet.send(b"\xff\xfb\x01\xff\xfd\x03hello\r\n")
        other.hears(Heard("blue", "hello"))


def test_someone_with_a_name_is_shown_with_it_in_plain_text(port: int) -> None:
    with TALKERS["plain"](port) as plain, TALKERS["json"](port, "red", "ana") as ana:
        ana.says("hi")
        assert plain.line() == b"ana [COLOR (red)] said -> hi\n"
