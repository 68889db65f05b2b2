"""Plain text on the page: what can be typed, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from huechat.protocol import AnyEvent, Message
from huechat.wire.plain import Plain
from huechat.wire.typed import VERBS
from huechat.wire.verbs import GROUPS
from huechat.wire.verbs.verb import Verb
from manual.samples import DIRECT_ROOM, ROOM, example, said
from manual.sections import EVENTS, table
from manual.wording import link, tag_of

MESSAGES: Final = (
    ("", said()),
    ("… of one who chose no name", said(name="guest-7")),
    ("… in another room", said(room=ROOM)),
    ("… to one alone", said(room=DIRECT_ROOM)),
    ("… that answers another", said(reply=41, about="ben: are you there?")),
    ("… with what a terminal would obey", said(text="one\ntwo \x1b[31m")),
)
"""The forms that what is said may have."""


def verbs() -> str:
    """Return all that can be typed."""
    rows = [["what one types", "what it does", "also"]]
    grouped = [(name, list(verbs)) for name, verbs in GROUPS.items()]
    rest = [verb for verb in VERBS if not any(verb in verbs for _, verbs in grouped)]
    for group, verbs in [*grouped, ("Besides", rest)]:
        rows.append([f"**{group}**", "", ""])
        rows += map(_verb, verbs)
    return table(rows)


def told() -> str:
    """Return how people are told of events."""
    rows = [["event", "line"], *_messages()]
    for kind in EVENTS:
        if kind is not Message and (lines := _lines(example(kind))):
            rows.append([link(kind), "<br>".join(f"`{line}`" for line in lines)])
    return table(rows)


def untold() -> str:
    """Return which events people are not told of."""
    names = [f"`{tag_of(kind)}`" for kind in EVENTS if not _lines(example(kind))]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _messages() -> Iterator[list[str]]:
    for about, message in MESSAGES:
        (line,) = _lines(message)
        yield [about or link(Message), f"`{line}`"]


def _lines(event: AnyEvent) -> list[str]:
    (data,) = Plain.encode([event])
    return data.decode().splitlines()


def _verb(verb: Verb) -> list[str]:
    about = f"{verb.help[0].upper()}{verb.help[1:]}. {verb.more}".rstrip().replace("*", "\\*")
    return [f"`{verb.usage}`", about, ", ".join(f"`/{one}`" for one in verb.aliases)]
