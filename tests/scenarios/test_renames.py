"""Who is called otherwise: those who were with them are told, and know with whom they talk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.screens import Screen
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

QUICK = ServerSettings(messages_per_s=0, presence_s=0.05)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(port=0, settings=QUICK) as running:
        yield running


@pytest.fixture
def ben(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ben") as talker:
        yield talker


def watching(port: int, *, knows: str, **hello: Any) -> JsonTalker:
    """Return one who wants to be told who is here, and was told that `knows` is."""
    watcher = JsonTalker(port, name="eye", presence=True, **hello)
    told: dict[str, Any] = {}
    while knows not in told.get("joined", ()):
        told = watcher.event("presence")
    return watcher


def renamed(watcher: JsonTalker, old: str) -> list[dict[str, str]]:
    """Return who has another name, as told when `old` is here no more."""
    told: dict[str, Any] = {}
    while old not in told.get("left", ()):
        told = watcher.event("presence")
    return list(told.get("renamed", ()))


def test_a_guests_new_name_is_told(port: int, ben: JsonTalker) -> None:
    with watching(port, knows="ben") as watcher:
        ben.ask(type="name", name="bob")
        assert renamed(watcher, "ben") == [{"old": "ben", "new": "bob"}]


def test_a_login_under_another_name_is_told(server: ChatServer, port: int, ben: JsonTalker) -> None:
    make_account(server, "ada")
    with watching(port, knows="ben") as watcher:
        ben.ask(type="login", name="ada", password=SECRET)
        assert renamed(watcher, "ben") == [{"old": "ben", "new": "ada"}]


def test_registering_under_another_name_is_told(port: int, ben: JsonTalker) -> None:
    with watching(port, knows="ben") as watcher:
        ben.ask(type="register", name="ada", password=SECRET)
        assert renamed(watcher, "ben") == [{"old": "ben", "new": "ada"}]


def test_a_guest_whose_name_its_owner_takes_keeps_being_known(server: ChatServer) -> None:
    """The owner is elsewhere; here it is the guest alone whose name is another."""
    with JsonTalker(server.port, name="ben") as guest:
        guest.joins("den")
        with JsonTalker(server.port, name="eye", presence=True) as watcher:
            watcher.ask(type="join", room="den")
            told: dict[str, Any] = {}
            while told.get("room") != "den" or "ben" not in told.get("joined", ()):
                told = next_presence(watcher)
            make_account(server, "ben")
            with JsonTalker(server.port) as owner:
                owner.ask(type="login", name="ben", password=SECRET)
                guest_now = guest.event("you")["name"]
                while told["room"] != "den" or "ben" not in told.get("left", ()):
                    told = next_presence(watcher)
                assert told["renamed"] == [{"old": "ben", "new": guest_now}]


def next_presence(watcher: JsonTalker) -> dict[str, Any]:
    """Return what is told next of who is here, whatever else comes between."""
    while (event := json.loads(watcher.line()))["type"] != "presence":
        pass
    return dict(event)


def test_who_blocked_somebody_is_told_as_the_others_are(port: int, ben: JsonTalker) -> None:
    with watching(port, knows="ben") as watcher:
        watcher.ask(type="block", id="b", name="ben")
        watcher.event("blocked")
        ben.ask(type="name", name="bob")
        assert renamed(watcher, "ben") == [{"old": "ben", "new": "bob"}]


def test_plain_text_and_who_did_not_ask_are_told_nothing(port: int, ben: JsonTalker) -> None:
    with (
        PlainTalker(port, name="cyd") as plain,
        JsonTalker(port, name="dan") as incurious,
        watching(port, knows="ben") as watcher,
    ):
        ben.ask(type="name", name="bob")
        assert renamed(watcher, "ben")
        plain.hears_nothing_more()
        incurious.hears_nothing_more()


def test_at_a_terminal_one_reads_it_where_one_looks_and_nothing_of_ones_own(
    tmp_path: Path, port: int, ben: JsonTalker
) -> None:
    with Screen(tmp_path, port, "--name", "ana") as ana:
        ana.shows_status("2 here")
        ben.ask(type="name", name="bob")
        ana.shows("* ben is now bob", "You:")
        ana.type("/name ann\r")
        ana.shows("You are ann now.", "You:")
        ben.ask(type="name", name="ben")
        ana.shows("You are ann now.", "* bob is now ben", "You:")


def test_what_happens_in_a_room_that_one_does_not_look_at_is_not_shown(
    tmp_path: Path, port: int, ben: JsonTalker
) -> None:
    with Screen(tmp_path, port, "--name", "ana") as ana:
        ana.shows_status("2 here")
        ana.type("/join den\r")
        ana.shows("You look at #den", "[#den] You:")
        with watching(port, knows="ben") as watcher:
            ben.ask(type="name", name="bob")
            assert renamed(watcher, "ben")  # it is told last, as it came in last
            ana.type("/topic\r")
            where = "You are in #den (you are its owner). It has no topic."
            ana.shows("You look at #den", "[#den] You: /topic", where, "[#den] You:")


def test_a_private_conversation_at_a_terminal_has_the_new_name(
    tmp_path: Path, port: int, ben: JsonTalker
) -> None:
    with Screen(tmp_path, port, "--name", "ana") as ana:
        ana.shows_status("2 here")
        ana.type("/msg ben hi\r")
        ben.event("joined")
        ben.does("", type="say", to="ana", text="hello")
        ana.shows_anywhere("(private) ben [COLOR (blue)] said -> hello")  # so she is in that room
        ana.type("\x1b2")
        ana.shows_status("ben", "2 here")
        ben.ask(type="name", name="bob")
        ana.shows_status("bob", "2 here")
        ana.shows_anywhere("* ben is now bob")
        assert "ben" not in ana.status()
