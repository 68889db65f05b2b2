"""Emoji by the names that other chats know them by: `:fire:` is 🔥."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

USUAL: Final = (
    "+1",
    "-1",
    "clap",
    "coffee",
    "cry",
    "eyes",
    "fire",
    "grin",
    "heart",
    "joy",
    "ok_hand",
    "party",
    "pray",
    "question",
    "rocket",
    "sad",
    "see",
    "smile",
    "star",
    "sun",
    "tada",
    "thinking",
    "thumbsup",
    "thumbsdown",
    "warning",
    "wave",
    "wink",
    "x",
    "check",
)
"""What people type most: it is offered first."""

_ADDED: Final = {"check": "✅", "party": "🎉", "sad": "😞", "see": "🙈"}
"""Names that people try, and that no other chat knows."""

MOST_OFFERED: Final = 12
"""How many names are offered at once: a menu has fewer rows, and nobody reads so many."""

NEWEST_OFFERED: Final = 13
"""The version of Unicode's emoji that is old enough for any terminal to know them."""

_NAMED: Final = re.compile(r":([^\s:]+):")

_NAMES: Final = re.compile(r"(?<![\w:`])(?::[^\s:]+:)+(?![\w:`])")
"""One name, or several with no blank between, that are no part of a word, as in 10:30:45."""


def with_signs(text: str) -> str:
    """Return `text` with signs for the names in it that are no part of a word.

    Of several lines, which may be pasted code, it is returned as it is.
    """
    if "\n" in text or not _NAMES.search(text):
        return text
    return _NAMES.sub(lambda names: _NAMED.sub(_in_its_place, names[0]), text)


def _in_its_place(found: re.Match[str]) -> str:
    """Return the sign of a name, or the name as it is written if it has none."""
    return _signs().get(found[1], found[0])


def sign(word: str) -> str:
    """Return the sign of a name, with colons or without; or `word`, if it is none."""
    name = word.strip(":")
    is_sign = name == word and not word.isascii()  # for which nothing need be loaded
    return word if is_sign else _signs().get(name, word)


def offered(begun: str) -> list[tuple[str, str]]:
    """Return the first names that begin so, with their signs; of each sign one.

    But for the usual ones, only such as all terminals show alike: as wide, and in one piece.
    """
    found: dict[str, str] = {}
    for name, one in _signs().items():
        if name.startswith(begun) and (name in USUAL or _is_shown_alike(one)):
            found.setdefault(one, name)
        if len(found) == MOST_OFFERED:
            break
    return [(name, one) for one, name in found.items()]


def _is_shown_alike(one: str) -> bool:
    """Return whether all terminals take it for one sign, and know how wide that is.

    Those that are text without a selector are not of that kind; see `widths`.
    """
    return len(one) == 1 and _emoji()[one]["E"] <= NEWEST_OFFERED


@cache
def _emoji() -> dict[str, dict[str, Any]]:
    """Return what is known of each emoji."""
    from emoji import EMOJI_DATA, STATUS  # noqa: PLC0415 - half a megabyte, seldom needed

    return {one: of for one, of in EMOJI_DATA.items() if of["status"] <= STATUS["fully_qualified"]}


@cache
def _signs() -> dict[str, str]:
    """Return the sign of each name, the usual ones first.

    A name that other chats have goes before Unicode's own: `:cat:` is the face.
    """
    known: dict[str, str] = {}
    for one, of in _emoji().items():
        for alias in of.get("alias", ()):
            known.setdefault(alias.strip(":").casefold(), one)
    for one, of in _emoji().items():
        known.setdefault(of["en"].strip(":").casefold(), one)
    known = _ADDED | known
    return {name: known[name] for name in (*USUAL, *sorted(known))}
