"""What a person may be called, and when two names are one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

from huechat.chat.confusables import prototypes, typed_prototypes
from huechat.chat.errors import RefusedError

MAX_NAME: Final = 32
"""Characters in a name: it stands before every line that its owner says."""

MAX_UNCOMPOSED: Final = 4 * MAX_NAME
"""Characters that are normalized: for long runs of marks that takes quadratic time."""

ASCII_LOOKS: Final = {"0": "o", "1": "l", "i": "l", "|": "l", "m": "rn"}
"""What looks alike within ASCII: 0 O; 1 l I, and as case does not count, i; m and r before n."""

_MARKS: Final = frozenset("-_.'")
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Fillers of Hangul, letters to Unicode that nobody can see."""

_UNSEEN_MARKS: Final = (
    (0x34F, 1),
    (0x17B4, 2),
    (0x180B, 3),
    (0x180F, 1),
    (0x1107F, 1),
    (0x16FE4, 1),
    (0x2D7F, 1),
    (0xFE00, 16),
    (0xE0100, 240),
)
_IGNORED: Final = {first + n: None for first, count in _UNSEEN_MARKS for n in range(count)}
"""Marks that choose a letter's variant, or nothing: Unicode's Default_Ignorable_Code_Point."""

_WORD: Final = frozenset("LMN")
"""Letters, the marks that combine with them, and numbers, in any script."""

_TO_ASCII_LOOKS: Final = str.maketrans(ASCII_LOOKS)


def check_name(name: str) -> str:
    """Return `name` in Unicode's NFC; raise `RefusedError` if nobody may be called so.

    No spaces and brackets, so that no name can look like something said by somebody else.
    """
    if len(name) <= MAX_UNCOMPOSED:
        name = unicodedata.normalize("NFC", name)
    check_characters(name, "bad_name", "a name")
    return name


def check_characters(name: str, code: str, what: str) -> None:
    """Raise `RefusedError` with `code` if `name`, of `what`, is too long or not made of letters."""
    if not 1 <= len(name) <= MAX_NAME:
        raise RefusedError(code, f"{what} has 1 to {MAX_NAME} characters, not {len(name)}")
    for char in name:
        if char in _INVISIBLE or not (unicodedata.category(char)[0] in _WORD or char in _MARKS):
            only = f"{what} has letters, digits and - _ . ' only"
            raise RefusedError(code, f"{only}, not {_described(char)}")
    if unicodedata.category(name[0])[0] not in "LN":
        raise RefusedError(code, f"{what} begins with a letter or a digit")


def _described(char: str) -> str:
    """Return a sign as people can see it, or else what Unicode calls it."""
    if char.isprintable() and char not in _INVISIBLE and not char.isspace():
        return f"'{char}'"
    return "a space" if char == " " else unicodedata.name(char, f"U+{ord(char):04X}")


def folded(name: str) -> str:
    """Return `name` without case and variants of letters: Unicode's toNFKC_Casefold (3.13.5)."""
    if name.isascii():
        return name.lower()
    name = unicodedata.normalize("NFD", name).casefold().translate(_IGNORED)
    name = unicodedata.normalize("NFKC", name).casefold()  # what NFKC puts in may have case
    return unicodedata.normalize("NFKC", name)


def name_key(name: str) -> str:
    """Return by what a name is found: who have the same key are called the same, or look so.

    It is the skeleton of UTS #39, section 4, of the folded name, in which a letter's capital
    counts for its look, too: Cyrillic `нет` is `het`, as `НЕТ` is `HET`. Keys are for comparing
    and storing, not for showing. A new confusables.txt changes them.

    Too strict: i is l, as I is, so that Ali is All. A letter that looks like another as small
    and like a third as capital makes all three one, unless that made two letters of ASCII one.
    Too lax, for that reason: Greek ν and υ are n and y, as Ν and Υ are, and not v and u. So
    which names go together is asked of `name_keys`.
    What is too long for anybody's name is its own key.
    """
    return _key(name) if len(name) <= MAX_UNCOMPOSED else name


def name_keys(name: str) -> frozenset[str]:
    """Return what a name can be taken for: two that share one of these cannot both be in use.

    It is the name's key, and the skeleton of UTS #39 of the name as it is typed, in small letters
    of whatever it looks like: Greek `νick` can be taken for `nick`, as `ΝICK` is it, and for
    `vick`. One key cannot say so: nick and vick are two. It is not stored anywhere.

    Too lax: letters that look alike in two sizes, and besides only before they are folded, such
    as `νнт` for `VHT`.
    """
    return _keys(name) if len(name) <= MAX_UNCOMPOSED else frozenset((name,))


@lru_cache(maxsize=4096)  # the same few names are compared for each message
def _key(name: str) -> str:
    name = folded(name)
    if name.isascii():
        return name.translate(_TO_ASCII_LOOKS)
    looks = unicodedata.normalize("NFD", name).translate(prototypes())
    return unicodedata.normalize("NFD", looks)


@lru_cache(maxsize=4096)
def _keys(name: str) -> frozenset[str]:
    return frozenset((_key(name), _key(name) if name.isascii() else _typed_look(name)))


def _typed_look(name: str) -> str:
    """Return the look of a name as it is typed. Marks that look alike may come in any order."""
    name = unicodedata.normalize("NFD", name).translate(_IGNORED)
    look = name.translate(typed_prototypes()).lower().translate(_TO_ASCII_LOOKS)
    runs = groupby(unicodedata.normalize("NFD", look), lambda char: unicodedata.combining(char) > 0)
    return "".join("".join(sorted(run) if of_marks else run) for of_marks, run in runs)
