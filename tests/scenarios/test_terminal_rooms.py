"""Several rooms at one terminal: going from one to the other, and what came meanwhile."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import ALT, CTRL_N, CTRL_P, Screen
from tests.scenarios.talkers import JsonTalker

_numbers = itertools.count(1)


@pytest.fixture
def room() -> str:
    """Give the name of a room that no other test is in."""
    return f"room-{next(_numbers)}"


@pytest.fixture
def ana(served: int, tmp_path: Path, room: str) -> Iterator[Screen]:
    """Give a screen that is in the lobby and in `room`, and looks at the lobby."""
    with Screen(tmp_path, served, "--name", "ana", "--color", "red") as screen:
        screen.shows_prompt()
        screen.type(f"/join {room}\r")
        screen.shows(f"You look at #{room}", f"[#{room}] You:")
        screen.type(f"{ALT}1")
        screen.shows("You look at #lobby", "You:")
        yield screen


@pytest.fixture
def ben(served: int, room: str) -> Iterator[JsonTalker]:
    """Give somebody in both rooms."""
    with JsonTalker(served, "green", "ben") as talker:
        talker.joins(room)
        yield talker


def says(talker: JsonTalker, text: str, **where: str) -> None:
    talker.ask(type="say", id=f"said-{next(_numbers)}", text=text, **where)


def test_what_is_typed_is_said_in_the_room_that_is_looked_at(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    ana.type("in the lobby\r")
    assert ben.next_in_a_room()[0] == "lobby"
    ana.type(CTRL_N)
    ana.shows(f"[#{room}] You:")
    ana.type("in the room\r")
    assert ben.next_in_a_room()[0] == room


def test_what_came_elsewhere_is_counted_and_shown_once_one_looks(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    says(ben, "first", room=room)
    says(ben, "second", room=room)
    ana.shows_status("#lobby", f"2:#{room} 2 ")
    assert "first" not in " ".join(ana.lines())
    ana.type(f"{ALT}2")
    said = f"#{room} ben [COLOR (green)] said ->"
    ana.shows(f"You look at #{room}", f"{said} first", f"{said} second", f"[#{room}] You:")
    ana.shows_status(f"#{room}")
    assert f"2:#{room}" not in ana.status()


def test_each_room_keeps_the_line_that_was_begun_in_it(ana: Screen, room: str) -> None:
    ana.type("begun in the lobby")
    ana.type(CTRL_P)
    ana.shows(f"[#{room}] You:")
    ana.type("begun in the room")
    ana.type(f"{ALT}1")
    ana.shows("You: begun in the lobby")
    ana.type(CTRL_N)
    ana.shows(f"[#{room}] You: begun in the room")


def test_what_was_said_stays_on_the_screen_after_going_to_and_fro(
    ana: Screen, ben: JsonTalker
) -> None:
    ana.type(CTRL_N + CTRL_P)
    ana.shows("You look at #lobby", "You:")
    ana.type("still here\r")
    ana.shows("You: still here", "You:")


def test_rooms_are_found_by_name_by_number_and_by_person(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    says(ben, "psst", to="ana")
    ana.shows("(private) ben [COLOR (green)] said -> psst", "You:")
    for typed, title in (("2", f"#{room}"), (f"#{room.upper()}", f"#{room}"), ("ben", "ben")):
        ana.type(f"/go {typed}\r")
        ana.shows(f"You look at {title}", f"[{title}] You:")
    ana.type("answer\r")
    assert ben.event("joined")["place"]["kind"] == "direct"
    assert ben.event("message")["text"] == "answer"
    ana.type("/go nowhere\r")
    ana.shows_anywhere("Error: you are not in nowhere: /join it, or see /rooms")


def test_one_who_is_called_elsewhere_sees_hears_and_is_told_on_the_desktop(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    says(ben, "not you, @anabel", room=room)
    ana.shows_status(f"2:#{room} 1 ")
    assert ana.bells() == 0
    says(ben, "lunch, @ana?", room=room)
    ana.shows_status(f"2:#{room} 2!")
    ana.logged("\x1b]9;ben: lunch, @ana?\x07")
    ana.until(lambda: ana.bells() == 1, "a bell")


def test_one_who_is_called_all_the_time_is_not_rung_for_all_the_time(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    for number in range(20):
        says(ben, f"@ana {number}", room=room)
    ana.shows_status(f"2:#{room} 20!")
    ana.logged("\x1b]9;ben: @ana 0\x07")
    assert ana.bells() < 20  # all of them would take a minute to ring


def test_what_is_private_is_shown_at_once_and_rings(ana: Screen, ben: JsonTalker) -> None:
    says(ben, "psst", to="ana")
    ana.shows("(private) ben [COLOR (green)] said -> psst", "You:")
    ana.logged("\x1b]9;ben: psst\x07")
    ana.type("/msg ben what?\r")
    assert ben.event("joined")["place"]["with"] == ["ana"]
    assert ben.event("message")["text"] == "what?"
    assert "ben" not in ana.status()


def test_who_calls_cannot_write_to_the_terminal(ana: Screen, ben: JsonTalker) -> None:
    says(ben, "@ana \x1b]0;owned\x07 \x9b31m")
    ana.logged("\x1b]9;ben: @ana ␛]0;owned␇ <U+009B>31m\x07")
    assert b"\x1b]0;" not in ana.raw


def test_what_was_said_before_one_came_rings_no_bell(
    served: int, tmp_path: Path, ben: JsonTalker, room: str
) -> None:
    says(ben, "@cara where are you?", room=room)
    with Screen(tmp_path, served, "--name", "cara", "--room", room, "--history", "5") as cara:
        cara.shows_anywhere(f"#{room} ben [COLOR (green)] said -> @cara where are you?")
        says(ben, "@cara!", room=room)
        cara.until(lambda: cara.bells() == 1, "a bell")
        assert cara.raw.count(b"\x1b]9;") == 1


def test_a_room_to_be_in_is_looked_at(served: int, tmp_path: Path, room: str) -> None:
    with (
        JsonTalker(served, "green", "ben") as ben,
        Screen(tmp_path, served, "--name", "dora", "--room", room) as dora,
    ):
        dora.shows(f"You look at #{room}", f"[#{room}] You:")
        ben.joins(room)
        dora.type("hi\r")
        assert ben.next_in_a_room()[0] == room


@pytest.mark.parametrize("end", ["kicked", "dropped"])
def test_what_is_begun_in_a_room_that_one_is_put_out_of_is_said_nowhere_else(
    served: int, tmp_path: Path, room: str, end: str
) -> None:
    with (
        JsonTalker(served, "green", "ben") as ben,
        Screen(tmp_path, served, "--name", "ana") as ana,
        JsonTalker(served, name="eve") as lobby,
    ):
        ana.shows_prompt()
        ben.joins(room)
        ana.type(f"/join {room}\r")
        ana.shows(f"[#{room}] You:")
        ana.type("a secret of this room")
        ana.shows(f"[#{room}] You: a secret of this room")
        if end == "kicked":
            ben.ask(type="kick", name="ana", room=room)
            ben.event("notice")
        else:
            ben.ask(type="drop", room=room)
        way_back = f"You are not in #{room}: /go #lobby goes back"
        ana.shows(way_back, f"[#{room}] You: a secret of this room")
        ana.type(" and more\r")
        ana.shows_anywhere(f"Error: you are not in #{room}: join it, or another room")
        ana.type("begun" + f"{ALT}1")
        ana.shows("You look at #lobby", "You:")
        ana.type("hello\r")
        assert lobby.next_heard().text == "hello"
        if end == "kicked":
            ana.type(f"/join {room}\r")
            ana.shows(f"[#{room}] You: begun")
            ana.type(" here\r")
            assert [ben.next_heard().text for _ in range(2)] == ["hello", "begun here"]


def test_who_leaves_is_in_the_lobby(ana: Screen, room: str) -> None:
    ana.type(CTRL_N)
    ana.shows(f"[#{room}] You:")
    ana.type("/leave\r")
    ana.shows(f"You left #{room}.", "You look at #lobby", "You:")
    assert room not in ana.status()


def test_what_is_typed_right_after_join_is_for_that_room(
    served: int, tmp_path: Path, ben: JsonTalker, room: str
) -> None:
    with Screen(tmp_path, served, "--name", "ana") as ana:
        ana.shows_prompt()
        ben.joins(room)
        ana.type(f"/join #{room.upper()}\rfor the room\r")
        said = ben.next_in_a_room()
        assert (said[0], said[1].text) == (room, "for the room")
        ana.shows_anywhere(f"You look at #{room}")
        ana.shows_anywhere(f"[#{room}] You: for the room")


@pytest.fixture
def kept_waiting(tmp_path: Path) -> Iterator[tuple[Screen, ServerProcess]]:
    """Give a screen in the lobby, of a server that stopped working and may go on."""
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana") as screen,
    ):
        screen.shows_prompt()
        server.process.send_signal(signal.SIGSTOP)
        try:
            yield screen, server
        finally:
            server.process.send_signal(signal.SIGCONT)


def test_what_is_begun_while_a_room_is_asked_for_stays_where_it_was_begun(
    kept_waiting: tuple[Screen, ServerProcess],
) -> None:
    ana, server = kept_waiting
    ana.type("/join builds\rfor builds")
    ana.shows("[#builds] You: for builds")
    ana.type(f"{ALT}1")
    ana.shows("You look at #lobby", "You:")
    ana.type("for the lobby")
    ana.shows_prompt("for the lobby")
    server.process.send_signal(signal.SIGCONT)
    ana.until(lambda: "You are in #builds" in ana.newest(), "the room")
    ana.shows_prompt("for the lobby")
    ana.type(CTRL_N)
    ana.shows("[#builds] You: for builds")


def test_what_is_said_in_a_room_that_is_asked_for_waits_for_it(
    kept_waiting: tuple[Screen, ServerProcess],
) -> None:
    ana, server = kept_waiting
    ana.type("/join builds\rone\r/join cakes\rtwo\r")
    ana.shows("[#cakes] You: two", "[#cakes] You:")
    ana.shows_status("#cakes", "2 waiting")
    server.process.send_signal(signal.SIGCONT)
    with JsonTalker(server.port) as ben:
        for room, text in (("builds", "one"), ("cakes", "two")):
            ben.ask(type="join", room=room, history=5)
            ben.event("joined")
            said = ben.next_in_a_room()
            assert (said[0], said[1].text) == (room, text)


def test_what_is_for_a_room_that_lets_one_not_in_is_said_nowhere(
    served: int, tmp_path: Path, ben: JsonTalker, room: str
) -> None:
    ben.ask(type="join", room=f"{room}-den", private=True)
    ben.event("joined")
    with Screen(tmp_path, served, "--name", "ana") as ana, JsonTalker(served) as lobby:
        ana.shows_prompt()
        ana.type(f"/join {room}-den\ra secret\r")
        ana.until(lambda: sum("Error: " in line for line in ana.lines()) == 2, "two refusals")
        ana.shows_anywhere(f"Error: you are not in #{room}-den: join it, or another room")
        ana.shows_anywhere(f"You are not in #{room}-den: /go #lobby goes back")
        ana.type(f"{ALT}1")
        ana.shows("You look at #lobby", "You:")
        ana.type("hello\r")
        assert lobby.next_heard().text == "hello"


def test_who_is_in_no_room_sees_so(served: int, tmp_path: Path, room: str) -> None:
    with Screen(tmp_path, served, "--name", "ana") as ana:
        ana.shows_prompt()
        ana.type("/leave\r")
        ana.shows("You left #lobby.", "[no room] You:")
        ana.shows_status("no room")
        ana.type(f"/join {room}\r")
        ana.shows(f"You look at #{room}", f"[#{room}] You:")
        ana.type("/leave\r")
        ana.shows(f"You left #{room}.", "[no room] You:")
        ana.type("hello\r")
        ana.shows_anywhere(f"Error: you are not in #{room}: join it, or another room")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("/go", "/go takes one room, or its number: write /go ROOM, or see /rooms"),
        ("/go lobby x", "/go takes one room, or its number: write /go ROOM, or see /rooms"),
        ("/go 99", "there is no room 99 here: you are in 2, from 1 on"),
        ("/time x", "/time takes nothing more: write /time"),
        ("/clear x", "/clear takes nothing more: write /clear"),
    ],
)
def test_a_command_of_this_terminal_that_cannot_be_says_how_it_is_written(
    ana: Screen, typed: str, error: str
) -> None:
    ana.type(f"{typed}\r")
    ana.shows(f"You: {typed}", f"Error: {error}", "You:")


def test_the_topic_is_told_on_coming_and_in_the_status_bar(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    ana.type(f"{CTRL_N}/topic green or red\r")
    assert ben.event("topic")["text"] == "green or red"
    ana.until(lambda: "green or red" in ana.status(), "the topic")
    ana.type(f"{CTRL_P}{CTRL_N}")
    ana.shows_anywhere(f"You look at #{room}: green or red")


def test_the_answer_to_a_deed_in_another_room_is_shown_once_one_looks_there(
    kept_waiting: tuple[Screen, ServerProcess],
) -> None:
    ana, server = kept_waiting
    ana.type("one\r/edit two\r/join builds\r")
    ana.shows("You: /join builds", "[#builds] You:")
    server.process.send_signal(signal.SIGCONT)
    ana.shows("You: /join builds", "You look at #builds", "[#builds] You:")
    ana.type(f"{ALT}1")
    ana.shows("You look at #lobby", "* ana edited: one -> two", "You:")


def test_a_reaction_with_a_name_that_no_emoji_has_is_sent_to_nobody(
    ana: Screen, ben: JsonTalker
) -> None:
    says(ben, "hello")
    ana.type("/react :nope:\r")
    ana.shows_anywhere("Error: there is no emoji :nope:; type : and a letter or two, then Tab")
    ben.hears_nothing_more()


@pytest.mark.parametrize("typed", ["/reply no, not any more", "/react 👍", "/unreact 👍"])
def test_what_answers_a_private_message_is_not_said_in_a_room(
    ana: Screen, ben: JsonTalker, typed: str
) -> None:
    says(ben, "lunch, all of you?")
    says(ben, "do you still love him?", to="ana")
    ana.shows("(private) ben [COLOR (green)] said -> do you still love him?", "You:")
    ana.type(f"{typed}\r")
    words = "the newest message is with ben alone: "
    how = (
        "/msg ben TEXT answers it" if typed.startswith("/reply") else "/go ben or /go #lobby first"
    )
    ana.until(lambda: any(f"Error: {words}{how}" in line for line in ana.lines()), how)
    ana.type("/go ben\r/reply no, not any more\r")
    assert ben.event("joined")["place"]["kind"] == "direct"
    answered = ben.event("message")
    assert answered["room"].startswith("@")
    assert answered["about"] == "ben: do you still love him?"


@pytest.mark.parametrize("typed", ["/edit my pin is 1234", "/delete"])
def test_what_changes_a_private_message_changes_none_in_a_room(
    ana: Screen, ben: JsonTalker, typed: str
) -> None:
    ana.type("a public statement\r/msg ben my pin is 1243\r")
    assert ben.next_in_a_room()[1].text == "a public statement"
    ben.event("joined")
    assert ben.next_in_a_room()[1].text == "my pin is 1243"
    ana.type(f"{typed}\r")
    words = "your newest message is to ben alone: /go ben or /go #lobby first"
    ana.shows_anywhere(f"Error: {words}, to say")
    ana.type(f"/go lobby\r{typed}\r")
    done = ben.event(typed.split(maxsplit=1)[0].removeprefix("/"))
    assert done["room"] == "lobby"


def test_who_comes_back_into_a_room_sees_what_they_said_there(tmp_path: Path) -> None:
    (tmp_path / "ana").mkdir()
    with ServerProcess(tmp_path) as server, JsonTalker(server.port, "green", "ben") as ben:
        ben.joins("den")
        with Screen(tmp_path / "ana", server.port, "--name", "ana", "--color", "red") as ana:
            ana.shows_prompt()
            ana.type("/join den\r")
            ana.shows("You look at #den", "[#den] You:")
            ana.type("what I said\r")
            assert ben.next_in_a_room()[1].text == "what I said"
            ana.type("/leave\r")
            ana.shows("You look at #lobby", "You:")
            ana.type("/join den\r")
            said = "#den ana [COLOR (red)] said -> what I said"
            ana.shows("You look at #den", said, "[#den] You:")


def test_what_was_said_before_is_shown_page_by_page(
    ana: Screen, ben: JsonTalker, room: str
) -> None:
    for number in range(1, 7):
        says(ben, f"number {number}", room=room)
    ana.shows_status("#lobby", f"2:#{room} 6 ")
    ana.type(f"{ALT}2")
    for asked, first, last in (("2", 5, 6), ("more 2", 3, 4), ("more", 1, 2)):
        ana.type(f"/history {asked}\r")
        ends = f"said -> number {last}"
        ana.until(lambda ends=ends: ana.newest().endswith(ends) and "UTC" in ana.lines()[-4], ends)
        more = "; more: /history more" if first > 1 else ""
        assert ana.lines()[-4] == f"Said in #{room} (in UTC{more}):"
        assert ana.lines()[-3].endswith(f"said -> number {first}")


def test_what_is_read_here_is_read_at_ones_other_clients(served: int, tmp_path: Path) -> None:
    name = f"eva-{next(_numbers)}"
    with JsonTalker(served, "blue", name) as other, JsonTalker(served, "green", "dan") as dan:
        other.registers("correct-horse")
        with Screen(tmp_path, served, "--name", name, "--login") as screen:
            screen.until(lambda: screen.last() == "Password:", "a question")
            screen.type("correct-horse\r")
            screen.shows_prompt()
            says(dan, "for you to read")
            seq = other.event("message")["seq"]
            screen.until(lambda: screen.newest().endswith("for you to read"), "the message")
            assert other.event("read")["seq"] == seq
            screen.type("mine\r")
            seq = other.event("message")["seq"]
            assert other.event("read")["seq"] == seq


def test_what_was_shown_in_private_is_read_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse\n")
    (tmp_path / "server").mkdir()
    secret = {"HUECHAT_PASSWORD_FILE": str(tmp_path / "password")}
    with (
        ServerProcess(tmp_path / "server") as server,
        JsonTalker(server.port, "green", "ben") as ben,
    ):
        with Screen(tmp_path, server.port, "--name", "ana", "--register", **secret) as ana:
            ana.shows_prompt()
            says(ben, "psst", to="ana")
            ana.shows("(private) ben [COLOR (green)] said -> psst", "You:")
            ana.type("/quit\r")
            assert ana.exit_code() == 0
        with JsonTalker(server.port, hello=False) as again:
            again.answer("token", type="login", name="ana", password="correct horse")
            again.ask(type="hello", v=1)
            place = again.event("welcome")["rooms"][1]
            assert (place["with"], place.get("unread", 0)) == (["ben"], 0)
