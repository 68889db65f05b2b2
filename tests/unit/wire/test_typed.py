"""What a typed line means."""

import re
from itertools import count
from typing import get_args

import pytest

from huechat.protocol import (
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
from huechat.wire.typed import VERBS, find_verb, typed

FOR_PROGRAMS = {Hello, Mark, Ping, Typing}

every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def meant(line: str):
    return typed(line, (f"s-{number}" for number in count(1)))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/msg ben shall we go?", Say("s-1", "shall we go?", LOBBY, "ben")),
        ("/say /join  is a command", Say("s-1", "/join  is a command", HERE)),
        ("/reply two  words ", Say("s-1", "two  words", HERE, reply=NEWEST)),
        ("/me waves", Say("s-1", "* waves", HERE)),
        ("/edit better", Edit("s-1", "better", room=HERE)),
        ("/delete", Delete("s-1", room=HERE)),
        ("/react 👍", React("s-1", "👍", room=HERE)),
        ("/unreact 👍", React("s-1", "👍", room=HERE, on=False)),
        ("/history", History("s-1", HERE, limit=20)),
        ("/history 7", History("s-1", HERE, limit=7)),
        ("/history more", History("s-1", HERE, before=NEWEST, limit=20)),
        ("/history MORE 7", History("s-1", HERE, before=NEWEST, limit=7)),
        ("/search two words", Search("two words", "s-1", HERE)),
        ("/search", Search("", "s-1", HERE, NEWEST)),
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
        ("/op ben", SetRole("ben", "moderator", HERE, "s-1")),
        ("/deop ben", SetRole("ben", "member", HERE, "s-1")),
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
def test_a_command_is_known_by_all_its_names_in_any_case(verb):
    for name in (verb.name, *verb.aliases):
        assert find_verb(name.upper()) == verb


def test_no_two_commands_have_the_same_name():
    names = [name for verb in VERBS for name in (verb.name, *verb.aliases)]
    assert len(names) == len(set(names))
    words = [name for name in names if name != "?"]
    assert all(name.isalpha() and name.islower() and len(name) <= 20 for name in words)


@pytest.mark.parametrize(
    "line",
    ["/usr/bin/x", "/ join x", "/1", "/join-x", "/join, everybody", "a /join x"],
)
def test_what_only_begins_like_a_command_is_said(line):
    assert meant(line) == Say("s-1", line, HERE)


@pytest.mark.parametrize("line", ["/", " / "])
def test_a_slash_alone_is_a_slip_of_the_finger(line):
    words = "a command's name is missing; /help lists all, // says /"
    assert meant(line) == Error("no_such_command", words)


@pytest.mark.parametrize(("line", "text"), [("//x", "/x"), ("//join x", "/join x"), ("//", "/")])
def test_two_slashes_say_one(line, text):
    assert meant(line) == Say("s-1", text, HERE)


@pytest.mark.parametrize(
    "line", ["/quit", "/quit see you", "/exit soon", "/bye", "/disconnect", "/q", " /quit now\n"]
)
def test_who_quits_leaves_whatever_the_reason(line):
    assert meant(line) == Bye("Goodbye.")


HABITS = {
    "/msg ben hi": ["m", "w", "dm", "pm", "tell", "whisper", "query", "message"],
    "/join builds": ["j"],
    "/leave": ["part", "close"],
    "/rooms": ["list", "channels"],
    "/who builds": ["names", "users", "members"],
    "/name ben": ["nick"],
    "/away at lunch": ["afk"],
    "/back": ["active"],
    "/whois ben": ["wi", "whowas"],
    "/block ben": ["ignore"],
    "/unblock ben": ["unignore"],
    "/kick ben": ["k", "remove"],
    "/ban ben": ["kickban", "kb"],
    "/bans": ["banlist"],
    "/mute ben 10m": ["timeout", "quiet"],
    "/pardon ben": ["unban", "unmute", "untimeout", "unquiet"],
    "/role ben moderator": ["op ben", "mod ben"],
    "/role ben member": ["deop ben", "unmod ben"],
    "/slow 30": ["slowmode"],
    "/search hi": ["find", "lastlog"],
    "/delete": ["del"],
    "/help": ["h", "?", "commands"],
}
"""What those type who come from other chats."""


@pytest.mark.parametrize("line", HABITS)
def test_what_other_chats_call_it_does_the_same(line):
    name, _, rest = line.partition(" ")
    for one in HABITS[line]:
        other = f"/{one}" if " " in one else f"/{one} {rest}".rstrip()
        assert meant(other) == meant(line), (other, name)


@pytest.mark.parametrize("space", [" ", "\t", "  \u3000"])
def test_a_space_before_a_command_has_nothing_said_aloud(space):
    assert typed(f"{space}/join x", iter(["1"])) == Join("x", id="1")
