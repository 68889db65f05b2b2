"""What a typed line means."""

import re
from itertools import count
from typing import get_args

import pytest

from huechat.protocol import (
    ERRORS,
    EVERYWHERE,
    HERE,
    LOBBY,
    NEWEST,
    AnyCommand,
    AskAudit,
    AskPerson,
    Away,
    Ban,
    Block,
    Bye,
    ChangePassword,
    Delete,
    DeleteRoom,
    Done,
    Edit,
    Error,
    Hello,
    History,
    Invite,
    Join,
    Kick,
    Leave,
    ListBans,
    ListPeople,
    ListRooms,
    Login,
    Logout,
    Mark,
    Mute,
    Pardon,
    Ping,
    React,
    Recolor,
    Register,
    Rename,
    Say,
    Search,
    SetRole,
    SetTopic,
    SlowMode,
    Typing,
)
from huechat.wire.jsonlines import JsonLines, encode_line
from huechat.wire.typed import VERBS, WIDTH, find_verb, help_of, help_text, typed

FOR_PROGRAMS = {Hello, Mark, Ping, Typing}

every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def meant(line: str):
    return typed(line, (f"s-{number}" for number in count(1)))


def error(line: str) -> Error:
    reason = meant(line)
    assert isinstance(reason, Error), reason
    assert reason.code in ERRORS
    return reason


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/msg ben shall we go?", Say("s-1", "shall we go?", LOBBY, "ben")),
        ("/reply two  words ", Say("s-1", "two  words", HERE, reply=NEWEST)),
        ("/me waves", Say("s-1", "* waves", HERE)),
        ("/edit better", Edit("s-1", "better", room=HERE)),
        ("/delete", Delete("s-1", room=HERE)),
        ("/react 👍", React("s-1", "👍", room=HERE)),
        ("/unreact 👍", React("s-1", "👍", room=HERE, on=False)),
        ("/history", History("s-1", HERE, limit=20)),
        ("/history 7", History("s-1", HERE, limit=7)),
        ("/search two words", Search("two words", "s-1", HERE)),
        ("/join builds", Join("builds", id="s-1")),
        ("/join team PRIVATE", Join("team", private=True, id="s-1")),
        ("/leave", Leave(HERE, "s-1")),
        ("/leave builds", Leave("builds", "s-1")),
        ("/room", SetTopic(HERE, id="s-1")),
        ("/rooms", ListRooms(id="s-1")),
        ("/rooms builds", ListRooms("builds", id="s-1")),
        ("/who", ListPeople(HERE, id="s-1")),
        ("/who builds", ListPeople("builds", id="s-1")),
        ("/who builds ben", ListPeople("builds", "ben", id="s-1")),
        ("/topic", SetTopic(HERE, id="s-1")),
        ("/topic bread, butter", SetTopic(HERE, "bread, butter", "s-1")),
        ("/topic -", SetTopic(HERE, "", "s-1")),
        ("/invite", Invite(id="s-1")),
        ("/invite ben", Invite("ben", HERE, "s-1")),
        ("/invite ben team", Invite("ben", "team", "s-1")),
        ("/name ben", Rename("ben", "s-1")),
        ("/color Red", Recolor("red", "s-1")),
        ("/away", Away(id="s-1")),
        ("/away at lunch", Away("at lunch", id="s-1")),
        ("/back", Away(back=True, id="s-1")),
        ("/whois ben", AskPerson("ben", "s-1")),
        ("/block", Block(id="s-1")),
        ("/block ben", Block("ben", id="s-1")),
        ("/unblock ben", Block("ben", on=False, id="s-1")),
        ("/register secret", Register("secret", id="s-1")),
        ("/register secret K7QM-2FXT", Register("secret", "", "K7QM-2FXT", "s-1")),
        ("/login ana a secret", Login("ana", "a secret", "s-1")),
        ("/logout", Logout(id="s-1")),
        ("/logout everywhere", Logout(True, "s-1")),
        ("/password old new", ChangePassword("old", "new", "s-1")),
        ("/kick ben", Kick("ben", HERE, "", "s-1")),
        ("/kick ben too loud", Kick("ben", HERE, "too loud", "s-1")),
        ("/ban ben", Ban("ben", HERE, id="s-1")),
        ("/ban ben 2h", Ban("ben", HERE, for_s=7200, id="s-1")),
        ("/ban ben 1h30m spam, again", Ban("ben", HERE, "name", "", 5400, "spam, again", "s-1")),
        ("/ban ben spam", Ban("ben", HERE, reason="spam", id="s-1")),
        ("/ban * ben 7d", Ban("ben", EVERYWHERE, for_s=604_800, id="s-1")),
        ("/banip ben", Ban("ben", HERE, "address", id="s-1")),
        ("/banip * 2001:db8::/32 1w", Ban("", "*", "address", "2001:db8::/32", 604_800, "", "s-1")),
        ("/mute ben 10m spam", Mute("ben", HERE, 600, "spam", "s-1")),
        ("/mute * ben", Mute("ben", EVERYWHERE, id="s-1")),
        ("/pardon ben", Pardon("ben", HERE, "s-1")),
        ("/pardon * 10.0.0.0/8", Pardon("10.0.0.0/8", EVERYWHERE, "s-1")),
        ("/bans", ListBans(HERE, "s-1")),
        ("/bans *", ListBans(EVERYWHERE, "s-1")),
        ("/role ben Moderator", SetRole("ben", "moderator", HERE, "s-1")),
        ("/role ben administrator", SetRole("ben", "administrator", EVERYWHERE, "s-1")),
        ("/role * ben member", SetRole("ben", "member", EVERYWHERE, "s-1")),
        ("/slow 30", SlowMode(30, HERE, "s-1")),
        ("/slow 1m", SlowMode(60, HERE, "s-1")),
        ("/slow off", SlowMode(0, HERE, "s-1")),
        ("/drop builds", DeleteRoom("builds", "s-1")),
        ("/audit", AskAudit(HERE, id="s-1")),
        ("/audit *", AskAudit(EVERYWHERE, id="s-1")),
    ],
)
def test_a_command_asks_for_what_it_says(line, command):
    assert meant(line) == command
    assert JsonLines(2**20).receive(encode_line(command)) == [command]


def test_all_that_the_protocol_has_for_people_can_be_typed():
    typable = {type(meant(verb.example)) for verb in VERBS}
    assert typable - {Done, Bye} == set(get_args(AnyCommand)) - FOR_PROGRAMS


@every_verb
def test_the_example_of_each_command_is_one(verb):
    assert verb.example.startswith(f"/{verb.name}")
    assert not isinstance(meant(verb.example), Error)


@every_verb
def test_what_may_be_left_out_may_be_left_out(verb):
    needed = re.sub(r"\[[^]]*\]+", "", verb.usage)
    line = needed.replace("SECONDS", "5").replace("ROLE", "member")
    assert "[" not in line
    assert not isinstance(meant(line), Error)


@every_verb
def test_what_is_needed_is_missed(verb):
    needed = verb.arguments.removeprefix("[*] ")[:1].isupper()
    assert isinstance(meant(f"/{verb.name}"), Error) == needed
    if needed:
        assert error(f"/{verb.name}  ").message == f"write {verb.usage}"


@every_verb
def test_a_command_is_known_by_all_its_names_in_any_case(verb):
    for name in (verb.name, *verb.aliases):
        assert find_verb(name.upper()) == verb


def test_no_two_commands_have_the_same_name():
    names = [name for verb in VERBS for name in (verb.name, *verb.aliases)]
    assert len(names) == len(set(names))
    assert all(name.isalpha() and name.islower() and len(name) <= 20 for name in names)


@pytest.mark.parametrize(
    "line",
    ["/usr/bin/x", "/", "/ join x", "/1", "/join-x", "/join, everybody", "a /join x"],
)
def test_what_only_begins_like_a_command_is_said(line):
    assert meant(line) == Say("s-1", line, HERE)


@pytest.mark.parametrize(("line", "text"), [("//x", "/x"), ("//join x", "/join x"), ("//", "/")])
def test_two_slashes_say_one(line, text):
    assert meant(line) == Say("s-1", text, HERE)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/jion builds", "there is no /jion; did you mean /join? /help lists all"),
        ("/Registre x", "there is no /Registre; did you mean /register? /help lists all"),
        ("/xyzzy", "there is no /xyzzy; /help lists all"),
        (f"/{'y' * 10_000}", f"there is no /{'y' * 20}…; /help lists all"),
        ("/help jion", "there is no /jion; did you mean /join? /help lists all"),
    ],
)
def test_an_unknown_command_is_not_said_and_the_nearest_is_named(line, message):
    assert error(line) == Error("no_such_command", message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/join a b", "write /join ROOM [private]"),
        ("/join a private b", "write /join ROOM [private]"),
        ("/msg ben", "write /msg NAME TEXT"),
        ("/quit now", "write /quit"),
        ("/history 0", "write /history [N]"),
        ("/history all", "write /history [N]"),
        ("/history ²", "write /history [N]"),
        ("/slow down", "write /slow SECONDS"),
        ("/register correct horse staple", "write /register PASSWORD [CODE]"),
    ],
)
def test_a_command_used_wrongly_is_answered_with_its_usage(line, message):
    assert error(line) == Error("no_such_command", message)


@pytest.mark.parametrize("time", ["10", "0m", "10min", "1h30", "1.5h", "2hours"])
def test_a_time_that_is_none_is_not_taken_for_a_reason_to_ban_for_ever(time):
    assert "10m, 2h, 7d or 1h30m: write /ban " in error(f"/ban ben {time} spam").message


def test_a_role_that_is_none_is_answered_with_those_there_are():
    assert "member, moderator, owner, administrator" in error("/role ben king").message


@pytest.mark.parametrize(
    "line",
    [
        f"/topic {'x' * 301}",
        f"/ban ben {'x' * 301}",
        f"/react {'x' * 65}",
        f"/login ana {'x' * 1025}",
        f"/register secret {'x' * 65}",
        "/ban ben 9999w",
        "/slow 86401",
        "/slow 999999999",
    ],
)
def test_no_field_is_longer_or_larger_than_the_native_wire_lets_it_be(line):
    assert error(line).code == "too_long"


@every_verb
def test_what_was_typed_after_a_command_is_in_no_error(verb):
    name = "" if verb.name == "help" else verb.name
    for words in ("5ecret", "5ecret 5ecret", "5ecret " * 9, "* 5ecret 5ecret", "5ecret" * 200):
        meaning = meant(f"/{name} {words}")
        assert not isinstance(meaning, Error) or "5ecret" not in meaning.message


def test_quitting_is_saying_goodbye():
    assert meant("/quit") == meant("/q") == Bye("Goodbye.")


def test_help_has_a_line_for_each_command_and_fits_a_terminal():
    assert meant("/help") == Done("", help_text())
    lines = help_text().split("\n")
    for verb in VERBS:
        (only,) = [line for line in lines if f" {verb.usage}  " in line]
        assert only.endswith(verb.help)
    assert max(map(len, lines)) <= WIDTH


@every_verb
def test_help_of_a_command_tells_all_there_is_to_know(verb):
    told = help_of(verb)
    assert meant(f"/help {verb.name}") == meant(f"/HELP /{verb.name}") == Done("", told)
    assert told.startswith(f"{verb.usage}\n")
    assert f"For example: {verb.example}" in told
    assert all(f"/{alias}" in told for alias in verb.aliases)
    assert max(map(len, told.split("\n"))) <= WIDTH


@pytest.mark.parametrize("space", [" ", "\t", "  \u3000"])
def test_a_space_before_a_command_has_nothing_said_aloud(space):
    assert typed(f"{space}/join x", iter(["1"])) == Join("x", id="1")
