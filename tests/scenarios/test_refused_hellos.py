"""Who is refused may say hello otherwise, but not without end: names could be probed so."""

from __future__ import annotations

import pytest
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.commands.greeting import MOST_REFUSED

OVER = "this login is over: log in again with your password"
TAKEN = "ben, or a name that looks like it, is in use: take another"


@pytest.mark.parametrize(
    ("hello", "code", "words"),
    [({"name": "ben"}, "name_taken", TAKEN), ({"token": "x"}, "bad_token", OVER)],
    ids=["a name", "a token"],
)
def test_after_some_tries_the_connection_ends(
    port: int, hello: dict[str, str], code: str, words: str
) -> None:
    with JsonTalker(port, name="ben"), JsonTalker(port, hello=False) as talker:
        for _ in range(MOST_REFUSED):
            talker.ask(type="hello", v=1, **hello)
        for _ in range(MOST_REFUSED - 1):
            talker.is_refused(code, words)
        talker.is_refused(
            "rate_limited", f"{words}; that was the last of {MOST_REFUSED} tries: connect again"
        )
        assert talker.line() == b""
        with JsonTalker(port, name="cyd") as next_one:
            next_one.hears_nothing_more()


def test_who_finds_a_free_name_in_time_is_in(port: int) -> None:
    with JsonTalker(port, name="ben"), JsonTalker(port, hello=False) as talker:
        for _ in range(MOST_REFUSED - 1):
            talker.ask(type="hello", v=1, name="ben")
            talker.error("name_taken")
        talker.ask(type="hello", v=1, name="cyd")
        assert talker.event("welcome")["name"] == "cyd"


@pytest.mark.parametrize("wire", ["json", "plain"])
@pytest.mark.usefixtures("cheap_passwords")
def test_being_told_to_log_in_is_no_try(wire: str) -> None:
    settings = ServerSettings(messages_per_s=0, access="accounts")
    with ChatServer(port=0, settings=settings) as server:
        if wire == "json":
            with JsonTalker(server.port, hello=False) as talker:
                for _ in range(2 * MOST_REFUSED):
                    talker.ask(type="hello", v=1)
                    talker.error("login_first")
                talker.ask(type="register", name="ana", password="correct-horse-battery")
                talker.event("token")
                assert talker.event("welcome")["name"] == "ana"
        else:
            with PlainTalker(server.port, hello=False) as plain:
                for _ in range(2 * MOST_REFUSED):
                    plain.types("let me in")
                plain.types("/name ana", "/register correct-horse-battery")
                lines = [plain.line() for _ in range(2 * MOST_REFUSED + 3)]
                assert lines[-1] == b"You are logged in as ana.\n"


def test_who_is_in_and_says_hello_again_and_again_is_slowed_down() -> None:
    settings = ServerSettings(messages_per_s=1, messages_burst=3)
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ana") as ana,
    ):
        codes = []
        for _ in range(20):
            ana.ask(type="hello", v=1)
            codes.append(ana.event("error")["code"])
        assert codes[:3] == ["hello_twice"] * 3
        assert "rate_limited" in codes
