"""Characters that look like others: the file confusables.txt, which scripts/confusables makes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".txt")


@cache  # read with the first name that is not ASCII: a health check needs none of it
def prototypes() -> dict[int, str]:
    """Return, for `str.translate`, what each character looks like that looks like another.

    It is for characters after NFKC, case folding and NFD. What it gives looks like nothing else.
    """
    table: dict[int, str] = {}
    for line in FILE.read_text("ascii").splitlines():
        if not line.startswith("#"):
            look, _, alike = line.partition(":")
            table |= dict.fromkeys(_numbers(alike), "".join(map(chr, _numbers(look))))
    return table


def _numbers(code_points: str) -> list[int]:
    return [int(one, 16) for one in code_points.split()]
