"""People, accounts and rooms: in containers, with an administrator at the server's command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.conftest import Start
from tests.integration.output import YELLOW, line_with, lines_until, now, painted
from tests.integration.people import (
    SECRET,
    administrate,
    client,
    container,
    logged_in,
    person,
    run,
)
from tests.integration.project import Project, started
from tests.integration.terminal import Terminal, say
from tests.integration.test_chatting import something_new
from tests.integration.test_killed_server import kill_the_container
from tests.scenarios.talkers import PRIVATE, Heard, JsonTalker, PlainTalker

PASSWORD = "correct horse battery"
CODE = re.compile(r"register with the code (\S+) to do so")
DISABLED = "Your account was disabled by an administrator."
FOR_THE_INVITED = "Error: this server is for the invited: "


@pytest.fixture(scope="module")
def house(start: Start) -> Project:
    """Give a running server; who is there is for each test to bring."""
    return start("people", alone=True, HUECHAT_HISTORY="0")


@pytest.fixture
def port(house: Project) -> int:
    """Give the server's port on this machine, as it is now."""
    return house.address[1]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Give a file with the password, which all may read, as a container's user must."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o644)
    return file


@pytest.fixture
def account(house: Project) -> Iterator[str]:
    """Give the name of an account that nobody else uses."""
    yield from an_account(house, "zoe")


@pytest.fixture
def friend(house: Project) -> Iterator[str]:
    """Give the name of another."""
    yield from an_account(house, "yan")


def an_account(house: Project, called: str) -> Iterator[str]:
    name = f"{called}-{something_new().split()[1]}"
    administrate(house, "user", "add", name, typed=f"{PASSWORD}\n")
    yield name
    administrate(house, "user", "delete", name)


def sees(terminal: Terminal, *rows: str) -> None:
    """Wait until these are the lowest rows above the prompt."""
    expected = [*rows]
    terminal.wait_for(lambda it: it.rows[-1 - len(rows) : -1] == expected, " / ".join(rows))


def types(terminal: Terminal, line: str) -> None:
    """Type a line and Return, once what was typed is to be seen."""
    terminal.type(line)
    terminal.wait_for(lambda it: it.cursor.endswith(line), line)
    terminal.type("\r")


def code_in_the_log(house: Project) -> str:
    """Return the administrator's code that the server's log has since the last start."""
    line = line_with(house.server, "register with the code", since=started(house.server))
    found = CODE.search(line)
    assert found
    return found[1]


def rows_of(house: Project, what: str) -> dict[str, dict[str, Any]]:
    """Return what `user list` or `room list` has, by name."""
    lines = administrate(house, what, "list", "--json").splitlines()
    return {row.get("name", row.get("room")): row for row in map(json.loads, lines)}


def test_three_people_two_rooms_a_private_message_and_a_kick(house: Project, port: int) -> None:
    with (
        JsonTalker(port, "red", "ana") as ana,
        PlainTalker(port, "green", "ben") as ben,
        person(house, "cyd", "magenta") as cyd,
    ):
        talk_in_the_lobby(ana, ben, cyd)
        meet_in_another_room(ana, ben, cyd)
        write_in_private(ana, ben, cyd)
        put_ben_out(ana, ben, cyd)


def talk_in_the_lobby(ana: JsonTalker, ben: PlainTalker, cyd: Terminal) -> None:
    ana.says("morning")
    ben.hears(Heard("red", "morning", "ana"))
    ben.says("hello")
    ana.hears(Heard("green", "hello", "ben"))
    words = "ana [COLOR (red)] said -> morning", "ben [COLOR (green)] said -> hello"
    sees(cyd, *words)
    assert [cyd.shade(line) for line in words] == ["cyan", "cyan"]
    types(cyd, "hi all")
    for one in (ana, ben):
        one.hears(Heard("magenta", "hi all", "cyd"))


def meet_in_another_room(ana: JsonTalker, ben: PlainTalker, cyd: Terminal) -> None:
    types(cyd, "/join builds")
    sees(cyd, "You look at #builds")
    assert cyd.cursor == "[#builds] You: "
    for one in (ana, ben):
        one.joins("builds")
    types(cyd, "all is green")
    for one in (ana, ben):
        one.hears_in("builds", Heard("magenta", "all is green", "cyd"))
    ana.says("coffee?")  # in the lobby, where cyd does not look
    ben.hears_in("lobby", Heard("red", "coffee?", "ana"))
    cyd.wait_for(lambda it: "1:#lobby 1" in it.status, "what is unread in the lobby")


def write_in_private(ana: JsonTalker, ben: PlainTalker, cyd: Terminal) -> None:
    types(cyd, "/msg ben lunch?")
    ben.reads("You are also in (private) with cyd")
    ben.hears_in(PRIVATE, Heard("magenta", "lunch?", "cyd"))
    ben.types("/msg cyd at noon")
    sees(cyd, "(private) ben [COLOR (green)] said -> at noon")
    ana.hears_nothing_more()


def put_ben_out(ana: JsonTalker, ben: PlainTalker, cyd: Terminal) -> None:
    types(cyd, "/kick ben too loud")
    words = "cyd put ben out of the room: too loud"
    ben.reads(f"* #builds: {words}", "You were put out of #builds by cyd: too loud")
    notice = ana.event("notice")
    assert (notice["room"], notice["about"], notice["text"]) == ("builds", "ben", words)
    sees(cyd, f"* #builds: {words}")
    types(cyd, "and now?")
    ana.hears_in("builds", Heard("magenta", "and now?", "cyd"))
    ben.hears_nothing_more()
    ben.says("I am in the lobby")
    ana.hears_in("lobby", Heard("green", "I am in the lobby", "ben"))


def test_who_registered_in_one_container_logs_in_from_another(
    house: Project, port: int, secret: Path, tmp_path: Path
) -> None:
    first, second = something_new(), something_new()
    with JsonTalker(port, "red") as red:
        with client(house, "--register", NAME="eve", COLOR="yellow", secret=secret) as one:
            line_with(one, "Connected to server")
            say(one, first)
            assert red.next_heard()[1:] == (first, "eve")
        with client(house, NAME="eve", COLOR="blue", secret=secret) as one:
            line_with(one, "Connected to server")
            say(one, second)
            assert red.next_heard()[1:] == (second, "eve")
            assert red.answer("person", type="whois", name="eve")["person"]["account"]
            check_that_nobody_reads_the_password(house)
    administrate(house, "user", "delete", "eve")


def check_that_nobody_reads_the_password(house: Project) -> None:
    for one in house.containers():
        assert PASSWORD not in one.logs().decode()
        assert PASSWORD not in str(one.top()["Processes"])
        assert PASSWORD not in str(one.attrs)


def test_a_wrong_password_keeps_one_out(house: Project, account: str, secret: Path) -> None:
    secret.write_text("another one\n")
    with client(house, NAME=account, secret=secret) as one:
        assert one.wait()["StatusCode"] == 1
        assert "there is no account of that name with that password" in one.logs().decode()


def test_a_password_that_is_not_there_is_said(house: Project) -> None:
    with client(house, NAME="eve", PASSWORD_FILE=SECRET) as one:
        assert one.wait()["StatusCode"] == 1
        assert f"cannot read HUECHAT_PASSWORD_FILE, {SECRET}" in one.logs().decode()


def test_accounts_are_added_listed_and_disabled_while_the_server_runs(
    house: Project, port: int, account: str, secret: Path
) -> None:
    row = rows_of(house, "user")[account]
    assert (row["disabled"], row["connections"]) == (False, 0)
    with (
        logged_in(port, account, PASSWORD) as json_talker,
        client(house, NAME=account, secret=secret) as one,
    ):
        line_with(one, "Connected to server")
        assert rows_of(house, "user")[account]["connections"] == 2
        assert administrate(house, "user", "disable", account) == f"{account} is disabled.\n"
        json_talker.is_put_out(DISABLED)
        goodbye, lost = lines_until(one, "Disconnected")[-2:]
        assert goodbye == painted(DISABLED, YELLOW)
        assert "Disconnected from server" in lost
    row = rows_of(house, "user")[account]
    assert (row["disabled"], row["connections"]) == (True, 0)
    with JsonTalker(port, hello=False) as again:
        again.ask(type="login", name=account, password=PASSWORD)
        again.error("disabled")


def test_a_password_that_is_too_short_is_refused(house: Project) -> None:
    words = ("huechat-server", "user", "add", "short")
    code, printed = run(house.server, *words, typed="1234\n")
    assert code == 1
    assert "8 characters" in printed
    assert "short" not in rows_of(house, "user")


def test_rooms_are_listed_and_deleted_while_the_server_runs(house: Project, port: int) -> None:
    with JsonTalker(port, name="ana") as ana, PlainTalker(port, "green", "ben") as ben:
        for one in (ana, ben):
            one.joins("garden")
        assert rows_of(house, "room")["garden"]["here"] == 2
        assert administrate(house, "room", "delete", "garden") == "The room #garden is deleted.\n"
        words = "The room #garden was deleted by an administrator at the command line."
        assert ana.event("left")["message"] == words
        ben.reads(words)
    assert "garden" not in rows_of(house, "room")


def test_the_code_in_the_log_makes_one_administrator_once(house: Project, port: int) -> None:
    code = code_in_the_log(house)
    with JsonTalker(port, name="root") as root, JsonTalker(port, name="ben") as ben:
        root.answer("token", type="register", password=PASSWORD, invitation=code)
        assert root.event("you")["administrator"]
        ben.ask(type="register", password=PASSWORD, invitation=code)
        ben.error("bad_code")
    assert rows_of(house, "user")["root"]["administrator"]
    administrate(house, "user", "delete", "root")


def restart(house: Project) -> None:
    house.server.restart()


@pytest.mark.parametrize("end", [restart, kill_the_container])
def test_accounts_rooms_and_what_was_said_outlive_the_server(
    house: Project, port: int, account: str, friend: str, end: Callable[[Project], None]
) -> None:
    with logged_in(port, account, PASSWORD) as one:
        one.joins(f"of-{account}", private=True)
        for place in ({"room": f"of-{account}"}, {"to": friend}):
            one.ask(type="say", id=str(place), text=something_new(), **place)
        assert one.event("joined")["place"]["with"] == [friend]
        told = one.event("done")["message"]
        assert told == f"{friend} is not here now, and will see it on coming back."
        one.hears_nothing_more()
        before = kept(one)
        assert sum(map(len, before["said"].values())) >= 2
    since = now(house.engine)
    end(house)
    line_with(house.server, "Server started", since=since)
    with JsonTalker(house.address[1], token=one.token) as again:
        assert (again.welcome["name"], again.welcome["account"]) == (account, True)
        assert kept(again) == before


def kept(one: JsonTalker) -> dict[str, Any]:
    """Return what of somebody the server keeps: their rooms, roles, and what was said there."""
    places = {room: one.answer("joined", type="topic", room=room)["place"] for room in rooms(one)}
    pages = {room: one.answer("history", type="history", room=room) for room in places}
    return {"places": places, "said": {room: page["messages"] for room, page in pages.items()}}


def rooms(one: JsonTalker) -> list[str]:
    listed = one.answer("rooms", type="rooms")["rooms"]
    return [room["room"] for room in listed if room.get("inside")]


def test_a_server_for_the_invited_lets_in_who_has_a_code(house: Project, secret: Path) -> None:
    access = {"HUECHAT_ACCESS": "invite", "HUECHAT_HOST": "0.0.0.0"}
    with container(house, "huechat-server", alias="club", environment=access) as club:
        line_with(club, "Server started")
        with client(house, HOST="club", NAME="fay") as guest:
            assert guest.wait()["StatusCode"] == 1
            assert FOR_THE_INVITED in guest.logs().decode()
        code = json.loads(run(club, "huechat-server", "invite", "--json")[1])["code"]
        invited = {"HOST": "club", "NAME": "fay", "INVITATION": code, "secret": secret}
        with client(house, "--register", **invited) as fay:
            line_with(fay, "Connected to server")
        with client(house, "--register", **(invited | {"NAME": "gus"})) as gus:
            assert gus.wait()["StatusCode"] == 1
            assert "Error: this code is used up" in gus.logs().decode()
