"""Those who keep order, and what they and others are told of it, whatever wire they speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker, Talker

from huechat import ChatServer

SECRET = "correct-horse"


def make_account(server: ChatServer, name: str, *, administrator: bool = False) -> None:
    server.hall.accounts.add(name, SECRET, "red", administrator=administrator)


@contextmanager
def account(server: ChatServer, name: str, wire: str = "json") -> Iterator[Any]:
    """Give somebody who is logged in to an account that there is."""
    with TALKERS[wire](server.port) as talker:
        talker.logs_in(name, SECRET)
        yield talker


@contextmanager
def administrator(server: ChatServer, name: str = "boss", wire: str = "json") -> Iterator[Any]:
    make_account(server, name, administrator=True)
    with account(server, name, wire) as talker:
        yield talker


def keeps(who: Talker, line: str, kind: str, room: str = "den", **fields: Any) -> None:
    """Do something that keeps order: on plain text in the room in which `who` is."""
    who.does(line, type=kind, room=room, **fields)


def sees(who: Talker, words: str, room: str = "den") -> None:
    """Check that `who` is told next, in the room, what was done."""
    if isinstance(who, JsonTalker):
        notice = who.event("notice")
        assert (notice["room"], notice["text"]) == (room, words)
    if isinstance(who, PlainTalker):
        who.reads(f"* {words}" if room == "lobby" else f"* #{room}: {words}")


def all_see(those: tuple[Talker, ...], words: str, room: str = "den") -> None:
    for each in those:
        sees(each, words, room)


def is_out(who: Talker, words: str, room: str = "den") -> None:
    """Check that `who` is told next that they are not in the room any more."""
    if isinstance(who, JsonTalker):
        assert who.event("left") == {"type": "left", "room": room, "message": words}
    if isinstance(who, PlainTalker):
        who.reads(words)


def is_told(who: Talker, words: str) -> None:
    """Check that `who` gets an answer that is in words."""
    if isinstance(who, JsonTalker):
        assert who.event("done")["message"] == words
    if isinstance(who, PlainTalker):
        who.reads(words)


def listed(who: JsonTalker, room: str = "den") -> list[dict[str, str]]:
    bans: list[dict[str, str]] = who.answer("bans", type="bans", room=room)["bans"]
    return bans


def is_turned_away(port: int, code: str, words: str, **hello: object) -> None:
    with JsonTalker(port, hello=False) as who:
        who.ask(type="hello", v=1, **hello)
        who.is_refused(code, words)
        assert who.line() == b""
