"""What stands in a `.env`: the lines that set something, and those that say nothing."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from io import StringIO
from typing import Final, NamedTuple

from dotenv.parser import Binding, parse_stream

OF_COMPOSE: Final = ("HUECHAT_IMAGE", "HUECHAT_BASE_IMAGE")
"""What `compose.yaml` and the scripts read, and neither program does."""


class EnvFile(NamedTuple):
    """The text of a `.env`, sorted: `bad_lines` are the numbers of those that were left out."""

    text: str
    names: tuple[tuple[int, str], ...] = ()
    """Which names are given a value, or an empty one, and in which lines."""
    bad_lines: tuple[int, ...] = ()


def sort_out(text: str) -> EnvFile:
    """Return what of `text`, a whole `.env`, can be read."""
    all_of_it = list(parse_stream(StringIO(text)))
    good = [one for one in all_of_it if not _is_bad(one)]
    return EnvFile(
        "".join(one.original.string for one in good),
        tuple((_line(one), one.key) for one in good if one.key),
        tuple(_line(one) for one in all_of_it if _is_bad(one)),
    )


def doubt_about(name: str, prefix: str, known: Iterable[str]) -> str:
    """Return what is wrong with a name that begins with `prefix`; empty: it is known, or not ours.

    `known` are those that there are. Capitals matter in a name, but not for what it is like.
    """
    known = {*known, *OF_COMPOSE}
    if name in known or not name.upper().startswith(prefix):
        return ""
    ends = [one.removeprefix(prefix) for one in sorted(known)]
    like = get_close_matches(name.upper().removeprefix(prefix), ends, 1)
    hint = f"did you mean {prefix}{like[0]}?" if like else "the README lists them all"
    return f"there is no setting {name}: {hint}"


def _is_bad(one: Binding) -> bool:
    """Return whether it sets nothing, and is no comment: a name alone is told from one with `=`."""
    return one.error or (one.key is not None and one.value is None)


def _line(one: Binding) -> int:
    """Return in which line, from 1, it begins; empty lines before belong to it."""
    text = one.original.string
    before = text[: len(text) - len(text.lstrip())]
    return int(one.original.line + before.count("\n"))
