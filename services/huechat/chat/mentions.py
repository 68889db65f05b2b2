"""Who is called by name in what somebody says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from huechat.chat.names import MAX_UNCOMPOSED, name_key

_AT: Final = re.compile("[@\uff20]")
"""What calls somebody: the sign, or the wide one that East Asian keyboards have."""

_MARKS: Final = frozenset("-_.'\u2019")
_ENDS: Final = ".'\u2019-"
"""What may stand behind a name: of a sentence, a quotation, a dash."""

_POSSESSIVE: Final = re.compile("['\u2019][sS]$")

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Letters of scripts that put no space between words, or none before what follows a name: Thai,
Lao, Burmese, Khmer, Chinese, Japanese, Korean."""


def mentions(text: str, names: Collection[str]) -> set[str]:
    """Return those of `names` that `text` calls, as in `@ana`.

    A name is called whole: `@ana` does not call anabel. What may stand at a sentence's end (a
    full stop, an apostrophe) is not taken for a part of the name. An e-mail address calls nobody.
    """
    called = {name_key(one) for word in _called(text) for one in _readings(word)}
    return {name for name in names if name_key(name) in called}


def _called(text: str) -> Iterator[str]:
    """Yield each word that stands behind an `@` at which no word ends."""
    for at in _AT.finditer(text):
        before, word = text[at.start() - 1 : at.start()], _word(text, at.end())
        if word and not (_is_part(before) and not _UNSPACED.match(before)):
            yield word


def _word(text: str, start: int) -> str:
    """Return what stands in `text` from `start` on that may be a name, and some more."""
    end = start
    while end < min(len(text), start + MAX_UNCOMPOSED) and _is_part(text[end], _MARKS):
        end += 1
    return text[start:end]


def _is_part(char: str, marks: Collection[str] = "@") -> bool:
    """Return whether `char`, one or none, is a letter, a mark on one, a digit, or of `marks`."""
    return bool(char) and (char in marks or unicodedata.category(char)[0] in "LMN")


def _readings(word: str) -> Iterator[str]:
    """Yield what `word`, after an `@`, may be meant for: `ana.`, `ana's`, `ana-` may be ana."""
    for end in range(len(word.rstrip(_ENDS)), len(word) + 1):
        yield word[:end]
        yield _POSSESSIVE.sub("", word[:end])
    for letter in _UNSPACED.finditer(word):
        if letter.start():
            yield word[: letter.start()]
