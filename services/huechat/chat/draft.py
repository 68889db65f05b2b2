"""Something said that has no place in a log yet."""

from __future__ import annotations

from typing import NamedTuple


class Draft(NamedTuple):
    """What the store makes a message of, by giving it a `seq` and a time.

    `sender` is an account, a guest's name, or, with `~` before it, a nameless guest's session.
    A sender's message id is stored once.
    """

    room: str
    sender: str
    id: str
    name: str
    color: str
    text: str
