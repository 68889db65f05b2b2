"""What a command is to those who type it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from huechat.protocol import AnyCommand, Bye, Done
from huechat.wire.arguments import Arguments

Meaning = AnyCommand | Done | Bye
"""What a verb means: something to ask of the server, an answer to give, or that one leaves."""

NEW: Final = ""
"""In place of a message's id. Whoever reads the line gives each command an id of its own."""


class Verb(NamedTuple):
    """A command as people type it. `aliases`: its other names; `more`: what else there is to know.

    `meaning` takes what it needs of the arguments; what it leaves there is answered with
    `too_much`, which says what is wrong.
    """

    name: str
    arguments: str
    help: str
    example: str
    meaning: Callable[[Arguments], Meaning]
    aliases: tuple[str, ...] = ()
    more: str = ""
    too_much: str = "nothing comes after it"

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"/{self.name} {self.arguments}".rstrip()
