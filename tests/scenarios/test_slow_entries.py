"""Entries of every kind, for one who reads slowly: they are told from the disk."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.mark.parametrize("wire", TALKERS)
def test_a_slow_reader_is_told_all_of_it_from_the_disk_in_order(wire: str) -> None:
    """The tails are as short as they may be: what the reader is behind is not in memory."""
    settings = ServerSettings(messages_per_s=0, tail_bytes=64 * 1024)
    long = "x" * 2_000
    with ExitStack() as leaving:
        server = leaving.enter_context(ChatServer(port=0, settings=settings))
        slow = leaving.enter_context(TALKERS[wire](server.port, receive_buffer=4096))
        ana = leaving.enter_context(JsonTalker(server.port, name="ana"))
        ana.joins("builds")
        slow.joins("builds")
        expected = ["topic", "slow"]
        ana.ask(type="topic", room="builds", text="many things")
        ana.ask(type="slow", room="builds", every_s=0)
        ana.event("topic")
        ana.event("notice")
        ana.does("", type="say", room="builds", text="first one")
        ana.hears_nothing_more()
        ana.does("", type="say", room="builds", text="to be deleted")
        expected.append("say first")
        for number in range(200):
            ana.does("", type="say", room="builds", text=f"{number} {long}")
            ana.does("", type="edit", room="builds", seq=3, text=f"{number} edited {long}")
            ana.does("", type="react", room="builds", seq=3, emoji="👍", on=number % 2 == 0)
            expected += [f"say {number}", f"edit {number}", f"react {number % 2}"]
        ana.does("", type="delete", room="builds", seq=4)
        ana.hears_nothing_more()
        told = list(iter(lambda: _kind(slow), "delete"))
        # Whether what is deleted was told before, with its words, is a matter of luck.
        assert [kind for kind in told if kind not in ("say to", "say ")] == expected
        slow.hears_nothing_more()


def _kind(slow: JsonTalker | PlainTalker) -> str:
    """Return what the next is, in a word or two."""
    if isinstance(slow, PlainTalker):
        return _kind_of_line(slow.line().decode())
    event = slow.line_of("message", "edit", "react", "delete", "topic", "notice")
    number = slow.last.get("text", "").split(" ")[0]
    shown = {"message": f"say {number}", "edit": f"edit {number}", "notice": "slow"}
    if event == "react":
        return f"react {0 if slow.last['on'] else 1}"
    return shown.get(event, event)


def _kind_of_line(line: str) -> str:
    if " said -> " in line and not line.startswith("*"):
        return f"say {line.split(' said -> ')[1].split(' ', maxsplit=1)[0]}"
    if " edited: " in line:
        return f"edit {line.split(' -> ')[1].split(' ', maxsplit=1)[0]}"
    signs = {" put 👍": "react 0", " took 👍": "react 1", " set the topic": "topic",
             " slow mode": "slow", " took a message back": "delete"}  # fmt: skip
    return next(kind for sign, kind in signs.items() if sign in line)
