"""Passwords at a terminal: on no screen, in nothing that the program wrote, in no history."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import CTRL_C, CTRL_D, UP, Screen

SECRET = "correct-horse"
OTHER = "staple-battery"

_numbers = itertools.count(1)


@pytest.fixture
def name() -> str:
    """Give a name that nobody else has had: once it is an account, it is taken."""
    return f"ana-{next(_numbers)}"


@pytest.fixture
def ana(served: int, tmp_path: Path, name: str) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", name) as screen:
        screen.shows_prompt()
        yield screen
        for secret in (SECRET, OTHER):
            assert secret.encode() not in screen.raw


def is_asked(screen: Screen, question: str, answer: str) -> None:
    """Answer a question, once it is asked."""
    screen.until(lambda: screen.last() == question, question)
    screen.type(answer)


def registers(screen: Screen, name: str) -> None:
    screen.type("/register\r")
    is_asked(screen, "New password:", f"{SECRET}\r")
    is_asked(screen, "The same again:", f"{SECRET}\r")
    screen.shows(f"You are logged in as {name}.", "You:")


def test_registering_asks_twice_and_shows_neither(ana: Screen, name: str) -> None:
    registers(ana, name)
    stars = "*" * len(SECRET)
    assert f"New password: {stars}" in ana.lines()
    assert f"The same again: {stars}" in ana.lines()


def test_logging_in_asks_and_a_wrong_password_is_refused(ana: Screen, name: str) -> None:
    registers(ana, name)
    ana.type("/logout\r")
    ana.until(lambda: any("You are logged out" in line for line in ana.lines()), "a guest")
    ana.type(f"/login {name}\r")
    is_asked(ana, "Password:", f"{OTHER}\r")
    ana.until(lambda: ana.newest().startswith("Error: "), "a refusal")
    ana.shows_prompt()
    ana.type(f"/login {name}\r")
    is_asked(ana, "Password:", f"{SECRET}\r")
    ana.until(lambda: ana.lines()[-2:] == [f"You are logged in as {name}.", "You:"])


def test_changing_a_password_asks_for_the_old_one_and_twice_for_the_new_one(
    ana: Screen, name: str
) -> None:
    registers(ana, name)
    ana.type("/password\r")
    is_asked(ana, "Old password:", f"{SECRET}\r")
    is_asked(ana, "New password:", f"{OTHER}\r")
    is_asked(ana, "The same again:", f"{OTHER}\r")
    stars = "*" * len(OTHER)
    changed = "Your password is changed, and all other logins are ended."
    ana.shows(f"The same again: {stars}", changed, "You:")


def test_two_passwords_that_differ_are_not_sent(ana: Screen) -> None:
    ana.type("/register\r")
    is_asked(ana, "New password:", f"{SECRET}\r")
    is_asked(ana, "The same again:", f"{OTHER}\r")
    ana.shows("Error: the two passwords differ; nothing was sent", "You:")
    is_still_a_guest(ana)


def is_still_a_guest(ana: Screen) -> None:
    """The server answers in its turn: had it been asked for an account, it would say so first."""
    ana.type("/logout\r")
    ana.shows("You: /logout", "Error: you are a guest: log in first", "You:")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("question", ["New password:", "The same again:"])
def test_who_breaks_off_at_the_question_sends_nothing(ana: Screen, key: str, question: str) -> None:
    ana.type("/register\r")
    if question != "New password:":
        is_asked(ana, "New password:", f"{SECRET}\r")
    is_asked(ana, question, key)
    ana.shows("No password was given, and nothing was sent.", "You:")
    is_still_a_guest(ana)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"/register {SECRET}", f"/register {'*' * len(SECRET)}"),
        (f"/LOGIN  ana {SECRET}", f"/LOGIN  ana {'*' * len(SECRET)}"),
        (f"/password {SECRET} {OTHER}", f"/password {'*' * len(SECRET)} {'*' * len(OTHER)}"),
        (f" /register {SECRET}", f" /register {'*' * len(SECRET)}"),
        (f"/login ana\x1b\r{SECRET}", None),
    ],
)
@pytest.mark.parametrize("way", ["typed", "pasted"])
def test_a_password_in_the_line_of_its_command_is_stars_and_not_remembered(
    ana: Screen, line: str, shown: str | None, way: str
) -> None:
    ana.type("before\r")
    ana.shows("You: before", "You:")
    if way == "pasted":
        ana.paste(line.replace("\x1b\r", "\r"))
    else:
        for key in line.replace("\x1b\r", "\n").split("\n")[0]:
            ana.type(key)
        ana.type(line[len(line.split("\x1b", maxsplit=1)[0]) :])
    if shown:
        ana.shows_prompt(shown)
    ana.type("\r/room\r")
    ana.until(
        lambda: any(one == "You are in #lobby. It has no topic." for one in ana.lines()),
        "an answer",
    )
    ana.type(UP + UP)
    ana.shows_prompt("before")


def test_only_accounts_are_let_in_and_one_is_told_how_to_be_one(tmp_path: Path) -> None:
    with ServerProcess(tmp_path, HUECHAT_ACCESS="accounts") as server:
        with Screen(tmp_path, server.port, "--name", "ana") as guest:
            assert guest.exit_code() == 1
            guest.logged("Error: this server is for accounts: start with --name NAME and --login")
        for flag in ("--register", "--login"):
            with Screen(tmp_path, server.port, "--name", "ana", flag) as ana:
                is_asked(ana, "Password:", f"{SECRET}\r")
                if flag == "--register":
                    is_asked(ana, "The same again:", f"{SECRET}\r")
                ana.shows("You are logged in as ana.", "You:")
                ana.type("/whois ana\r")
                ana.until(lambda: ana.newest().startswith("ana ("), "an answer")
                ana.type(CTRL_D)
                assert ana.exit_code() == 0
                assert SECRET.encode() not in ana.raw


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("--login", "No password was given, so nobody was logged in."),
        ("--register", "No password was given, so no account was made."),
    ],
)
def test_who_gives_no_password_is_told_what_became_of_it(
    served: int, tmp_path: Path, flag: str, told: str
) -> None:
    with Screen(tmp_path, served, "--name", "ana", flag) as ana:
        is_asked(ana, "Password:", CTRL_D)
        assert ana.exit_code() == 1
        asked, answered, *_ = ana.lines()
        assert (asked, answered) == ("Password:", f"{told} Start again with {flag}, or")
        assert b"Error" not in ana.raw


def test_who_breaks_off_at_the_question_is_left_on_a_line_of_their_own(
    served: int, tmp_path: Path
) -> None:
    with Screen(tmp_path, served, "--name", "ana", "--login") as ana:
        is_asked(ana, "Password:", CTRL_C)
        assert ana.exit_code() == 130
        assert ana.raw == b"Password: \r\n"


@pytest.mark.parametrize("typed", ["/login eve", "/register"])
def test_who_is_logged_in_already_is_not_asked_in_vain(ana: Screen, name: str, typed: str) -> None:
    registers(ana, name)
    ana.type(f"{typed}\r")
    words = f"you are logged in as {name}: /logout first, or start another client"
    ana.shows(f"You: {typed}", f"Error: {words}", "You:")
