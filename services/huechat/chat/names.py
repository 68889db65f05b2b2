"""What a person may be called."""

from __future__ import annotations

import unicodedata
from typing import Final

from huechat.chat.errors import RefusedError

MAX_NAME: Final = 32
"""Characters in a name: it stands before every line that its owner says."""

_MARKS: Final = frozenset("-_.'")
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Fillers of Hangul, letters to Unicode that nobody can see."""

_WORD: Final = frozenset("LMN")
"""Letters, the marks that combine with them, and numbers, in any script."""


def check_name(name: str) -> str:
    """Return `name` in Unicode's NFC; raise `RefusedError` if nobody may be called so.

    No spaces and brackets, so that no name can look like something said by somebody else.
    """
    if len(name) <= 4 * MAX_NAME:  # normalizing long runs of marks takes quadratic time
        name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= MAX_NAME:
        raise RefusedError("bad_name", f"a name has 1 to {MAX_NAME} characters, not {len(name)}")
    for char in name:
        if char in _INVISIBLE or not (unicodedata.category(char)[0] in _WORD or char in _MARKS):
            raise RefusedError(
                "bad_name", f"a name has letters, digits and - _ . ' only, not {char!a}"
            )
    if unicodedata.category(name[0])[0] not in "LN":
        raise RefusedError("bad_name", "a name begins with a letter or a digit")
    return name
