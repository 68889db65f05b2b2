"""The table of what looks alike, and the script that makes it."""

import re
import unicodedata
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from huechat.chat.confusables import FILE, prototypes, typed_prototypes
from huechat.chat.names import folded

SCRIPT = Path(__file__).parents[3] / "scripts/confusables"
SOURCE = """\
# Date: 2026-08-06, 01:05:35 GMT
# Version: 18.0.0
{}
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("confusables_script", str(SCRIPT))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def made(script: ModuleType, *pairs: str, sign: str = "") -> tuple[dict[str, str], str]:
    """What the script makes of lines such as `а a`: who looks like what, and what it left out.

    `sign` is of the table that is meant: none of what is folded, = of what is typed.
    """
    lines = (
        f"{script.to_hex(one)} ;\t{script.to_hex(look)} ;\tMA"
        for one, look in map(str.split, pairs)
    )
    text, left_out = script.made_of(SOURCE.format("\n".join(lines)))
    begins = re.compile(f"{sign}[0-9A-F]")
    lines = (line.removeprefix(sign) for line in text.splitlines() if begins.match(line))
    table = dict(line.split(": ") for line in lines)
    looks = {
        char: script.from_hex(look)
        for look, chars in table.items()
        for char in script.from_hex(chars)
    }
    return looks, "".join(likeness.char for likeness in left_out)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize("table", [prototypes, typed_prototypes])
def test_what_something_looks_like_looks_like_nothing_else(table):
    looks = set(table().values())
    assert {look.translate(table()) for look in looks} == looks
    assert {decomposed(look) for look in looks} == looks


def test_the_table_is_of_folded_characters_as_only_they_are_looked_up():
    known = [chr(one) for one in prototypes() if unicodedata.category(chr(one)) != "Cn"]
    assert [char for char in known if decomposed(folded(char)) != char] == []


def test_the_tables_are_of_thousands_of_characters():
    assert len(prototypes()) > 2_500
    assert len(typed_prototypes()) > 5_000


def test_the_file_says_whose_the_data_are_and_on_what_terms():
    text = FILE.read_text("ascii")
    assert "Unicode's confusables.txt, version 18.0.0" in text
    assert "(c) 1991-2026 Unicode, Inc." in text
    assert 'THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS"' in text


def test_a_letter_looks_like_its_prototype_and_so_does_its_small_letter(script):
    looks, left_out = made(script, "а a", "Н H", "ʜ н")
    assert (looks["а"], looks["н"], looks["ʜ"], left_out) == ("a", "h", "h", "")


def test_the_capital_decides_where_the_small_letter_would_make_two_letters_of_ascii_one(script):
    looks, left_out = made(script, "ν v", "Ν N")
    assert (looks["ν"], left_out) == ("n", "ν")


def test_what_is_typed_looks_as_unicode_says_and_not_as_its_other_case(script):
    looks, _ = made(script, "ν v", "Ν N", "ϲ c", "ᲄ 7", "😀 o", sign="=")
    assert looks == {"ν": "v", "Ν": "N", "ϲ": "c", "ᲄ": "7"}


def test_a_letter_may_look_like_several(script):
    looks, _ = made(script, "æ ae", "м m", "m rn")
    assert (looks["æ"], looks["м"], looks["m"]) == ("ae", "rn", "rn")


def test_no_letter_is_spelled_with_itself(script):
    looks, left_out = made(script, "ы ьl", "ь ыl")
    assert looks["ы"] == "ьl"
    assert ("ь" in looks, left_out) == (False, "ь")


@pytest.mark.parametrize("pair", ["ſ f", "😀 o", "\u0345 \u0328"], ids=ascii)
def test_what_names_do_not_have_and_what_is_folded_away_counts_for_nothing(script, pair):
    looks, left_out = made(script, pair)
    assert (pair[0] in looks, left_out) == (False, "")
