"""Characters that look like others: the file confusables.txt, which scripts/confusables makes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".txt")


_TYPED: Final = "="
"""Begins a line about characters as they are typed."""


@cache  # read with the first name that is not ASCII: a health check needs none of it
def prototypes() -> dict[int, str]:
    """Return, for `str.translate`, what each character looks like that looks like another.

    It is for characters after NFKC, case folding and NFD. What it gives looks like nothing else.
    """
    return _table(line for line in _lines() if not line.startswith(_TYPED))


@cache
def typed_prototypes() -> dict[int, str]:
    """Return the same for characters as they are typed, after NFD: the table of UTS #39."""
    return _table(line[len(_TYPED) :] for line in _lines() if line.startswith(_TYPED))


def _lines() -> list[str]:
    return [line for line in FILE.read_text("ascii").splitlines() if not line.startswith("#")]


def _table(lines: Iterable[str]) -> dict[int, str]:
    table: dict[int, str] = {}
    for line in lines:
        look, _, alike = line.partition(":")
        table |= dict.fromkeys(_numbers(alike), "".join(map(chr, _numbers(look))))
    return table


def _numbers(code_points: str) -> list[int]:
    return [int(one, 16) for one in code_points.split()]
