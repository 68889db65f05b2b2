"""The administrator's commands: on a server that runs, and on one that does not."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.__main__ import main

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD, OTHER = "correct horse", "battery staple"
INVITED_ONLY = ServerSettings(messages_per_s=0, access="invite")


class House:
    """A data folder with a server, or without one until a test looks what came of a command."""

    def __init__(
        self, live: ChatServer | None, capsys: pytest.CaptureFixture[str], stdin: pytest.MonkeyPatch
    ) -> None:
        self._live = live
        self._capsys = capsys
        self._stdin = stdin

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Give the port of the server."""
        if self._live:
            yield self._live.port
        else:
            with ChatServer(port=0, settings=INVITED_ONLY) as server:
                yield server.port

    def does(self, words: str, given: str = "") -> list[str]:
        """Return what the command prints, of which `given` is the input."""
        code, out, err = self._run(words, given)
        assert (code, err) == (0, "")
        return out.splitlines()

    def listed(self, words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.does(f"{words} --json")]

    def fails(self, words: str, given: str = "") -> str:
        """Return the one line of complaint."""
        code, out, err = self._run(words, given)
        assert (code, out, err.count("\n")) == (1, "", 1)
        return err.removesuffix("\n")

    def _run(self, words: str, given: str) -> tuple[int, str, str]:
        self._stdin.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        self._capsys.readouterr()
        code = main(words.split())
        out, err = self._capsys.readouterr()
        return code, out, err

    def logs_in(self, password: str, name: str = "ana") -> dict[str, Any]:
        """Return what the server says to one who logs in: an error, or welcome."""
        with self.opened() as port, JsonTalker(port, hello=False) as talker:
            talker.ask(type="login", name=name, password=password, id="1")
            return _answer(talker)

    def comes_with(self, token: str) -> dict[str, Any]:
        """Return what the server says to one who comes back with a token."""
        with self.opened() as port, JsonTalker(port, hello=False) as talker:
            talker.ask(type="hello", v=1, token=token)
            return _answer(talker)


def _answer(talker: JsonTalker) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(talker.line())
    return event


@pytest.fixture(params=["live", "stopped"])
def house(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """Give a house in which `ana` has an account."""
    with ChatServer(port=0, settings=INVITED_ONLY) as server:
        house = House(server, capsys, monkeypatch)
        assert house.does("user add ana", PASSWORD) == ["There is an account ana now."]
        if request.param == "live":
            yield house
    if request.param == "stopped":
        yield House(None, capsys, monkeypatch)


def test_who_was_added_can_log_in(house: House) -> None:
    house.does("user add ben", f"{OTHER}\nwhat follows is not the password\n")
    assert house.logs_in(OTHER, "ben")["type"] == "token"
    assert house.logs_in(PASSWORD, "ben")["code"] == "bad_login"


def test_an_administrator_who_was_added_is_one(house: House) -> None:
    line = "There is an account eva, which administrates the server now."
    assert house.does("user add eva --admin", PASSWORD)[0].startswith(line.partition(",")[0])
    token = house.logs_in(PASSWORD, "eva")["token"]
    assert house.comes_with(token)["administrator"]


def test_an_account_is_listed_for_people_and_for_programs(house: House) -> None:
    house.does("user add 李 --admin", PASSWORD)
    house.does("user disable ana")
    heading, ana, li = house.does("user list")
    assert heading.split()[0] == "name"
    assert ana.startswith("ana   2")
    assert "never" in ana
    assert ana.endswith("disabled")
    assert li.startswith("李    2")
    assert li.endswith("administrator")
    listed = house.listed("user list")
    assert [(one["name"], one["administrator"], one["disabled"]) for one in listed] == [
        ("ana", False, True),
        ("李", True, False),
    ]
    assert listed[0]["connections"] == 0
    assert listed[0]["seen"] == ""


def test_another_password_ends_all_logins(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    house.does("user passwd ana", OTHER)
    assert house.comes_with(token)["code"] == "bad_token"
    assert house.logs_in(PASSWORD)["code"] == "bad_login"
    assert house.logs_in(OTHER)["type"] == "token"


def test_who_is_disabled_is_not_let_in_until_enabled_again(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    assert house.does("user disable ana") == ["ana is disabled."]
    assert house.logs_in(PASSWORD)["code"] == "disabled"
    assert house.comes_with(token)["code"] == "bad_token"
    assert house.does("user disable ANA") == ["ana is disabled already."]
    assert house.does("user enable ana") == ["ana may log in again."]
    assert house.does("user enable ana") == ["ana is not disabled."]
    assert house.logs_in(PASSWORD)["type"] == "token"


def test_a_deleted_accounts_name_is_free_again(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    house.does("user delete ana")
    assert house.listed("user list") == []
    assert house.does("user list") == ["There are no accounts."]
    assert house.comes_with(token)["code"] == "bad_token"
    house.does("user add Ana", OTHER)
    assert house.logs_in(OTHER)["name"] == "Ana"


def test_an_administrator_is_made_and_unmade(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    assert house.does("user admin ana") == ["ana is an administrator now."]
    assert house.comes_with(token)["administrator"]
    assert house.does("user admin ana") == ["ana is an administrator already."]
    assert house.does("user unadmin ana") == ["ana is a member now."]
    assert not house.comes_with(token)["administrator"]
    assert house.does("user unadmin ana") == ["ana is a member already."]


def test_a_revoked_login_is_over_and_the_password_stays(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    assert house.does("token revoke ana") == ["ana is logged out everywhere: 1 login ended."]
    assert house.comes_with(token)["code"] == "bad_token"
    assert house.logs_in(PASSWORD)["type"] == "token"


def test_a_room_is_listed_and_deleted(house: House) -> None:
    token = house.logs_in(PASSWORD)["token"]
    with house.opened() as port, JsonTalker(port, token=token) as ana:
        for room, private in (("games", False), ("secrets", True)):
            ana.ask(type="join", room=room, private=private)
            ana.event("joined")
    listed = house.listed("room list")
    assert [(one["room"], one["kind"]) for one in listed] == [
        ("games", "public"),
        ("lobby", "public"),
        ("secrets", "private"),
    ]
    assert house.does("room delete #Games") == ["The room #games is deleted."]
    assert [line.split()[0] for line in house.does("room list")] == ["room", "lobby", "secrets"]
    assert house.fails("room delete games") == "Error: there is no room called games"


@pytest.mark.parametrize("administrator", [False, True])
def test_a_code_lets_somebody_register_once(house: House, administrator: bool) -> None:
    code, words = house.does("invite --admin" if administrator else "invite")
    assert ("administrates the server" in words) == administrator
    (told,) = house.listed("invite")
    assert told["expires"] > "2026"
    with house.opened() as port:
        for name in ("ben", "eva"):
            with JsonTalker(port, hello=False) as talker:
                talker.ask(type="register", name=name, password=OTHER, invitation=code, id="1")
                answer = _answer(talker)
                assert (answer["type"] == "token") == (name == "ben"), answer
    (ben,) = (one for one in house.listed("user list") if one["name"] == "ben")
    assert ben["administrator"] == administrator


def test_the_audit_tells_who_did_what_newest_last(house: House) -> None:
    house.does("user disable ana")
    house.does("user enable ana")
    told = house.listed("audit")
    assert [(one["action"], one["about"], one["room"]) for one in told] == [
        ("add", "ana", "*"),
        ("disable", "ana", "*"),
        ("enable", "ana", "*"),
    ]
    lines = house.does("audit")
    assert lines[0].split("  ")[0] == "when (UTC)"
    assert lines[-1].endswith("the server  an administrator at the command line enabled ana")
    assert house.does("audit lobby") == ["Nothing was done yet."]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("user passwd ben", "there is no account called ben"),
        ("user disable ben", "there is no account called ben"),
        ("user enable ben", "there is no account called ben"),
        ("user delete ben", "there is no account called ben"),
        ("user admin ben", "there is no account called ben"),
        ("user unadmin ben", "there is no account called ben"),
        ("token revoke ben", "there is no account called ben"),
        ("user delete аna", "there is no account called аna; if you mean ana, say so"),  # Cyrillic
        ("user add Ana", "Ana, or a name that looks like it, has an account already"),
        ("user add \x1b[2J", "a name has letters, digits and - _ . ' only, not U+001B"),
        ("user add guest-7", "names like guest-1 are for those who choose none; choose another"),
        ("room delete games", "there is no room called games"),
        ("room delete lobby", "the lobby stays: everybody comes in there"),
        ("audit #games", "there is no room called games"),
        ("audit -", "a room's name begins with a letter or a digit"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(house: House, words: str, complaint: str) -> None:
    assert house.fails(words, PASSWORD) == f"Error: {complaint}"


@pytest.mark.parametrize("command", ["user add ben", "user passwd ana"])
def test_a_weak_password_changes_nothing(house: House, command: str) -> None:
    assert house.fails(command, "short") == ("Error: a password has 8 characters or more; add some")
    assert len(house.listed("user list")) == 1
    assert house.logs_in(PASSWORD)["type"] == "token"


# What those see who are connected.


@pytest.fixture
def live(
    server: ChatServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> House:
    """Give a house with a server that lets guests in, and with the account `ana`."""
    house = House(server, capsys, monkeypatch)
    house.does("user add ana", PASSWORD)
    return house


def _in_by_both_wires(port: int) -> tuple[JsonTalker, PlainTalker]:
    """Return two connections of `ana`."""
    ours, nc = JsonTalker(port), PlainTalker(port)
    ours.ask(type="login", name="ana", password=PASSWORD, id="1")
    ours.event("token")
    ours.event("you")
    nc.send(f"/login ana {PASSWORD}\n".encode())
    assert nc.line() == b"You are logged in as ana.\n"
    nc.hears_nothing_more()
    ours.hears_nothing_more()
    return ours, nc


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("user disable ana", "Your account was disabled by an administrator."),
        ("user delete ana", "Your account was deleted by an administrator."),
        ("user passwd ana", "An administrator changed your password: log in with the new one."),
        ("token revoke ana", "An administrator ended your logins: log in again."),
    ],
)
def test_who_is_connected_is_told_why_and_put_out(
    live: House, port: int, command: str, why: str
) -> None:
    ours, nc = _in_by_both_wires(port)
    with ours, nc, JsonTalker(port, name="ben") as ben:
        assert [one["connections"] for one in live.listed("user list")] == [2]
        assert "  here  " in live.does("user list")[1]
        live.does(command, OTHER)
        assert ours.event("bye")["message"] == why
        assert ours.line() == b""
        assert nc.line().decode() == f"{why}\n"
        assert nc.line() == b""
        ben.hears_nothing_more()


def test_what_was_on_its_way_from_an_administrator_who_is_disabled_is_a_guests(
    live: House, port: int, server: ChatServer
) -> None:
    live.does("user admin ana")
    ours, nc = _in_by_both_wires(port)
    with ours, nc:
        people = [one.person for one in server.hall.crowd.of("#1")]
        assert [one and one.administrator for one in people] == [True, True]
        live.does("user disable ana")
        assert [one and one.administrator for one in people] == [False, False]


@pytest.mark.parametrize("name", ["ben", "BEN", "bеn"])  # the last one is Cyrillic
def test_a_guest_whose_name_is_given_away_is_told_another(
    live: House, port: int, name: str
) -> None:
    with JsonTalker(port, name=name) as guest, PlainTalker(port) as nc:
        live.does("user add ben", OTHER)
        you = guest.event("you")
        assert you["name"].startswith("guest-")
        assert f"{name} belongs to an account" in you["message"]
        nc.send(f"/name eva\n/name {name}\n".encode())
        assert nc.line() == b"You are eva now.\n"
        assert b"belongs to an account" in nc.line()
        live.does("user add eva", OTHER)
        assert nc.line().startswith(b"eva belongs to an account; you are guest-")


def test_who_is_in_a_deleted_room_is_told_and_put_out(live: House, port: int) -> None:
    with JsonTalker(port) as guest, PlainTalker(port) as nc:
        guest.ask(type="join", room="games")
        guest.event("joined")
        nc.send(b"/join games\n")
        assert b"#games" in nc.line()
        (games,) = (one for one in live.listed("room list") if one["room"] == "games")
        assert games["here"] == 2
        live.does("room delete games")
        why = "The room #games was deleted by an administrator at the command line."
        assert guest.event("left")["message"] == why
        assert nc.line().decode() == f"{why}\n"
        nc.hears_nothing_more()
        guest.hears_nothing_more()


def test_who_becomes_an_administrator_is_told_and_may_do_more_at_once(
    live: House, port: int
) -> None:
    ours, nc = _in_by_both_wires(port)
    with ours, nc:
        ours.ask(type="audit", room="*", id="1")
        ours.error("not_allowed")
        live.does("user admin ana")
        you = ours.event("you")
        assert you["administrator"]
        words = "an administrator at the command line made ana an administrator."
        assert you["message"] == words
        assert nc.line().decode() == f"{words}\n"
        ours.ask(type="audit", room="*", id="2")
        assert [one["action"] for one in ours.event("audit")["deeds"]] == ["role", "add"]
        live.does("user unadmin ana")
        assert not ours.event("you").get("administrator")
        ours.ask(type="audit", room="*", id="3")
        ours.error("not_allowed")
