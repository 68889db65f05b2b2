"""What a typed line means: something to say, or a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from itertools import chain
from textwrap import wrap
from typing import Final

import msgspec

from huechat.protocol import HERE, AnyCommand, Bye, Done, Error, Say
from huechat.wire.arguments import Arguments, UsageError
from huechat.wire.verbs import GROUPS
from huechat.wire.verbs.verb import Meaning, Verb

WIDTH: Final = 79
"""The longest line of help: a terminal of the usual width shows it whole."""

_COMMAND: Final = re.compile(r"/(?P<name>[^\W\d_]+|\?)(?:\s(?P<rest>.*))?", re.S)
_LONGEST_NAME: Final = 20
"""What is shown of a name, or compared with the known ones. None is as long."""

ALIKE: Final = 0.65
"""How like a command's name must be what somebody may have meant, as difflib counts it."""

_SHORTEST_GUESS: Final = 3
"""Letters of what somebody may have meant: shorter names are like too much."""

_HEADING: Final = "A line that begins with / is a command. //x says /x."
_LEFT_OUT: Final = "[ ] may be left out."
_MORE: Final = "/help COMMAND tells how one is used, /help all tells it of all."

_AT_OUR_TERMINAL: Final = {
    "go": "; /join takes you to a room",
    "time": "; /history shows when something was said",
    "clear": "",
}
"""What our client alone knows: it needs a screen. And what may serve in its place."""

_MOST_CHARACTERS: Final = re.compile(r"length <= (\d+)")
_MOST_SECONDS: Final = re.compile(r"<= (\d+)")
_DAY_S: Final = 86_400


def typed(line: str, ids: Iterator[str]) -> Meaning | Error:
    """Return what `line`, which is not empty, asks for; each command gets the next of `ids`.

    `Done` is an answer to show at once; `Bye` means that whoever typed wants to leave. What is
    no command is said in the room in which one is. No error repeats what may be a password.
    """
    if line.strip() == "/":
        return Error("no_such_command", "a command's name is missing; /help lists all, // says /")
    command = _COMMAND.fullmatch(line.lstrip())  # a password must not be said for a space
    if command is None:
        return Say(next(ids), line[1:] if line.startswith("//") else line, HERE)
    verb = find_verb(command["name"])
    if verb is None:
        return _unknown(command["name"])
    return _meant(verb, Arguments(command["rest"] or "", command["name"]), ids)


def find_verb(name: str) -> Verb | None:
    """Return the verb of that name, or alias, in any case; None: there is none."""
    return _BY_NAME.get(name.casefold())


@cache
def help_text() -> str:
    """Return all that can be typed, and how, in lines."""
    return "\n".join(chain([f"{_HEADING} {_LEFT_OUT}"], *map(_group, _ALL_GROUPS)))


@cache
def short_help_text() -> str:
    """Return the names of all that can be typed, in lines that fit a small screen."""
    return "\n".join(chain([_HEADING], *map(_names, _ALL_GROUPS), [f"  {_MORE}"]))


def help_of(verb: Verb) -> str:
    """Return how `verb` is used, in lines."""
    also = f"Also written {', '.join(f'/{one}' for one in verb.aliases)}." if verb.aliases else ""
    told = [f"{verb.help[0].upper()}{verb.help[1:]}.", verb.more, also]
    lines = [line for part in told for line in wrap(part, WIDTH - 2)]
    return "\n  ".join([verb.usage, *lines, f"For example: {verb.example}"])


def _help(arguments: Arguments) -> Done:
    name = arguments.word_if_any().removeprefix("/")
    if not name:
        return Done("", short_help_text())
    if name.casefold() == "all":
        return Done("", help_text())
    verb = find_verb(name)
    if verb is None:
        raise _UnknownError(name)
    return Done("", help_of(verb))


def _quit(arguments: Arguments) -> Bye:
    if arguments.text_if_any() and arguments.command == "q":  # in irssi it opens a conversation
        raise UsageError("/msg NAME TEXT writes to somebody; to leave")
    return Bye("Goodbye.")


_REST: Final = (
    Verb(
        "help",
        "[COMMAND]",
        "list the commands, or tell how one is used",
        "/help join",
        _help,
        ("h", "?", "commands"),
        "/help all tells how all of them are used.",
        "it takes one command",
    ),
    Verb(
        "quit",
        "[REASON]",
        "leave the chat",
        "/quit",
        _quit,
        ("q", "exit", "bye", "disconnect"),
        "Nobody is told the reason.",
    ),
)
_ALL_GROUPS: Final = {**GROUPS, "Besides": _REST}

VERBS: Final = tuple(chain.from_iterable(_ALL_GROUPS.values()))
"""All that can be typed, in the order in which help tells it."""

_BY_NAME: Final = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}
_GUESSED: Final = [name for name in _BY_NAME if len(name) >= _SHORTEST_GUESS]
_COLUMN: Final = max(len(verb.usage) for verb in VERBS) + 2
_NAMES_COLUMN: Final = max(map(len, _ALL_GROUPS)) + 4


class _UnknownError(Exception):
    """There is no command of that name."""


def _meant(verb: Verb, arguments: Arguments, ids: Iterator[str]) -> Meaning | Error:
    try:
        meaning = verb.meaning(arguments)
        arguments.end(verb.too_much)
    except UsageError as reason:
        return Error("no_such_command", f"{reason}: write {verb.usage}")
    except _UnknownError as reason:
        return _unknown(str(reason))
    return meaning if isinstance(meaning, Done | Bye) else _checked(verb, meaning, next(ids))


def _checked(verb: Verb, command: AnyCommand, id_: str) -> AnyCommand | Error:
    """Return `command` with its id, or an error if a field of it is not what it may be."""
    command = msgspec.structs.replace(command, id=id_)
    try:
        return msgspec.convert(msgspec.to_builtins(command), type(command))
    except msgspec.ValidationError as reason:
        return Error("too_long", f"{_too_long(str(reason))}: write {verb.usage}")


def _too_long(reason: str) -> str:
    """Return what a field may have at the most, which has more: its text, or its time."""
    if characters := _MOST_CHARACTERS.search(reason):
        return f"one part is longer than {characters[1]} characters"
    if seconds := _MOST_SECONDS.search(reason):
        return f"the time is longer than {int(seconds[1]) // _DAY_S}d"
    return "that is too long, or too much"


def _unknown(name: str) -> Error:
    if (instead := _AT_OUR_TERMINAL.get(name.casefold())) is not None:
        return Error("no_such_command", f"/{name} works in huechat-client only{instead}")
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    near = get_close_matches(name[:_LONGEST_NAME].casefold(), _GUESSED, 1, ALIKE)
    guess = f"; did you mean /{near[0]}?" if near else ";"
    return Error("no_such_command", f"there is no /{shown}{guess} /help lists all")


def _names(subject: str) -> list[str]:
    names = " ".join(f"/{verb.name}" for verb in _ALL_GROUPS[subject])
    begin = f"  {subject}".ljust(_NAMES_COLUMN)
    return wrap(names, WIDTH, initial_indent=begin, subsequent_indent=" " * _NAMES_COLUMN)


def _group(subject: str) -> Iterator[str]:
    yield f"  {subject}:"
    for verb in _ALL_GROUPS[subject]:
        yield f"    {verb.usage.ljust(_COLUMN)}{verb.help}"
