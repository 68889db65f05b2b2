"""Help at a terminal: what it shows as an example does what it says, typed as it stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from tests.scenarios.processes import ServerProcess, run_server
from tests.scenarios.screens import Screen
from tests.scenarios.talkers import JsonTalker

from huechat.client.discretion import masked
from huechat.wire.typed import VERBS
from huechat.wire.verbs import GROUPS

SECRET = "correct-horse-battery"
BOSS = "boss"
"""Who types: an administrator, so that nothing is forbidden."""

BEFORE = {
    "edit": ["helo"],
    "delete": ["oops"],
    "react": ["hello"],
    "unreact": ["hello", "/react 👍"],
    "leave": ["/join builds"],
    "who": ["/join builds", "/go lobby"],
    "back": ["/away"],
    "unblock": ["/block ben"],
    "name": ["/logout"],
    "register": ["/logout", "/name cyd"],
    "login": ["/logout"],
    "password": ["/logout", "/name eve", f"/register {SECRET}"],
    "pardon": ["/mute ben"],
    "drop": ["/join builds"],
}
"""What is typed first, so that there is what the example is about."""

BOSS_AGAIN = ["/logout", f"/login {BOSS} {SECRET}"]
AFTER = {
    "ban": ["/pardon ben"],
    "banip": ["/pardon * 10.0.0.0/8"],
    "mute": ["/pardon ben"],
    "slow": ["/slow off"],
    "name": BOSS_AGAIN,
    "register": BOSS_AGAIN,
    "login": BOSS_AGAIN,
    "logout": BOSS_AGAIN,
    "password": BOSS_AGAIN,
}
"""What is typed afterwards, so that it is as before."""

REFUSED = {
    "name": [
        "Error: ana, or a name that looks like it, belongs to an account: log in, or take another"
        " name"
    ]
}
"""What an example is answered, if it is an error."""

QUIET = ("msg", "say", "reply", "me", "edit", "delete", "react", "unreact")
"""What is said needs no answer: one sees what one typed."""

FILLED = {
    "NAME": "nobody-here",
    "TEXT": "a few words",
    "EMOJI": "👍",
    "N": "3",
    "WORDS": "hello",
    "ROOM": "lobby",
    "private": "private",
    "more": "more",
    "AFTER": "b",
    "COLOR": "green",
    "REASON": "too loud",
    "TIME": "1h30m",
    "*": "*",
    "ROLE": "moderator",
    "SECONDS": "0",
    "PASSWORD": "long-enough",
    "CODE": "ABCD-EFGH",
    "everywhere": "everywhere",
    "OLD": "long-enough",
    "NEW": "longer-than-that",
    "COMMAND": "join",
}
"""What stands for the placeholders of a usage."""

LEAVES = next([one.name, *one.aliases] for one in VERBS if one.name == "quit")
_USAGE_ERROR = re.compile(r"Error: (?:there is no /|(?:[^\n]*: )?write /)[^\n]*")
_OPTIONAL = re.compile(r"\[[^][]*\]")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_barriers = itertools.count(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a server with an administrator, and ana and ben in its lobby."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "password").write_text(SECRET)
    about = {"HUECHAT_PASSWORD_FILE": str(folder / "password")}
    assert run_server(folder, "user", "add", BOSS, "--admin", **about).returncode == 0
    assert run_server(folder, "user", "add", "ana", **about).returncode == 0
    limits = {"HUECHAT_MESSAGES_PER_S": "0", "HUECHAT_HISTORY": "0"}
    with ServerProcess(folder, **limits) as server:
        yield server.port


@pytest.fixture(scope="module")
def boss(house: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Give the administrator's terminal, on a screen that is large enough for all of the help.

    It is the same for all tests: to start one takes longer than they do.
    """
    with Screen(tmp_path_factory.mktemp("boss"), house, size=(120, 120)) as screen:
        screen.shows_prompt()
        screen.type(f"/login {BOSS} {SECRET}\r")
        screen.shows_anywhere(f"You are logged in as {BOSS}.")
        yield screen


@pytest.fixture(scope="module")
def ben(house: int) -> Iterator[JsonTalker]:
    """Give ben, whom the examples are about; there is an ana, too."""
    with JsonTalker(house, hello=False) as ana, JsonTalker(house, name="ben") as talker:
        ana.answer("token", type="login", name="ana", password=SECRET)
        ana.ask(type="hello", v=1)
        ana.event("welcome")
        yield talker


def is_there(ben: JsonTalker) -> None:
    """Have ben where the examples have him, also if he was put out; he said something there."""
    for room in ("lobby", "builds"):
        ben.ask(type="join", room=room)
    ben.says("hello")
    ben.ask(type="ping", id="there")
    while b'"pong"' not in ben.line():
        pass


def answer(screen: Screen, typed: str) -> list[str]:
    """Type a line; return what is shown until it was answered.

    Somebody unknown is asked for next: the answer to that comes after all that was asked before.
    """
    nobody = f"nobody-{next(_barriers)}"
    screen.type(f"{typed}\r/whois {nobody}\r")
    screen.until(lambda: any(nobody in line and "You: " not in line for line in screen.lines()))
    lines = screen.lines()
    begun = max(at for at, line in enumerate(lines) if line.endswith(f"You: {masked(typed)}"))
    return [line for line in lines[begun + 1 :] if nobody not in line and line[-4:] != "You:"]


@pytest.mark.parametrize("group", GROUPS)
def test_each_example_does_what_help_says(boss: Screen, ben: JsonTalker, group: str) -> None:
    for verb in GROUPS[group]:
        is_there(ben)
        for line in BEFORE.get(verb.name, ()):
            answer(boss, line)
        told = answer(boss, verb.example)
        errors = [line for line in told if line.startswith("Error:")]
        assert errors == REFUSED.get(verb.name, []), verb.example
        assert told or verb.name in QUIET, verb.example
        for line in AFTER.get(verb.name, ()):
            answer(boss, line)


def answers(screen: Screen, typed: list[str]) -> str:
    """Type all these lines; return what is shown until the last was answered, without colours."""
    begun = len(screen.raw)
    for line in typed:
        screen.type(f"{line}\r")
    answer(screen, "/room")
    return _ESCAPES.sub("", screen.raw[begun:].decode())


def written(usage: str, *, whole: bool) -> str:
    """Return a usage with something in place of what it names; `whole`: of all that it names."""
    while not whole and "[" in usage.replace("[*]", ""):
        usage = _OPTIONAL.sub("", usage)
    command, *rest = usage.replace("[", "").replace("]", "").split()
    return " ".join([command, *(FILLED[word] for word in rest)])


@pytest.mark.parametrize("whole", [False, True], ids=["least", "all"])
def test_each_command_may_be_written_as_its_usage_says(boss: Screen, whole: bool) -> None:
    typed = [written(verb.usage, whole=whole) for verb in VERBS if verb.name not in LEAVES]
    told = answers(boss, typed)
    assert _USAGE_ERROR.findall(told) == []
    assert all(masked(line) in told for line in typed)


def test_each_alias_does_what_its_command_does(boss: Screen) -> None:
    typed = [
        verb.example.replace(f"/{verb.name}", f"/{alias}")
        for verb in VERBS
        for alias in verb.aliases
        if alias not in LEAVES
    ]
    assert len(typed) > 10
    assert _USAGE_ERROR.findall(answers(boss, typed)) == []
