"""When two names are one: the same but for case and variants of letters, or look-alikes."""

import unicodedata
from itertools import combinations
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.confusables import prototypes
from huechat.chat.names import ASCII_LOOKS, MAX_NAME, MAX_UNCOMPOSED, folded, name_key

SIGNS = "-_.'"
WITH_VARIANTS = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x1F000)]
letters = st.characters(categories=["L", "M", "N"], include_characters=SIGNS)
MOST_OF_ONE = 18  # characters that NFKC makes of one
names = st.text(letters, min_size=1, max_size=MAX_UNCOMPOSED // MOST_OF_ONE).map(
    lambda text: unicodedata.normalize("NFC", text)
)


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def alike() -> dict[str, list[str]]:
    """All looks of letters and digits, each with what has it. Marks change places by kind."""
    classes: dict[str, list[str]] = {}
    for code_point, look in prototypes().items():
        if not is_mark(chr(code_point)):
            classes.setdefault(look, [look]).append(chr(code_point))
    return classes


ALIKE = alike()
lists_of_looks = st.lists(st.sampled_from(sorted(ALIKE)), min_size=1, max_size=MAX_NAME // 2)


@pytest.mark.parametrize(
    "names",
    [
        ["Ana", "ANA", "ana", "аna", "аnа", "ａｎａ", "𝒶𝓃𝒶", "ⓐⓝⓐ"],
        ["paypal", "PayPal", "раураl", "раураӏ", "рауρаӀ"],
        ["HOPE", "НОРЕ", "ΗΟΡΕ", "hope", "норе", "ᎻOᏢᎬ"],
        ["нет", "HET", "het", "ʜᴇᴛ"],
        ["BETA", "ВЕТА", "ΒΕΤΑ", "beta"],
        ["straße", "STRASSE", "Strasse", "ſtraſse"],
        ["Il1", "lll", "III", "iii", "ıӏІ", "111", "וןǀ"],
        ["b0b", "bOb", "bob", "bоb", "Ьоb"],
        ["mom", "rnom", "MOM", "ⅿoⅿ", "мом", "МОМ"],
        ["José", "jose\u0301", "JOSÉ", "jоsé"],
        ["Νick", "nick", "ΝICK"],
        ["日本", "曰本"],
        ["未来", "末来"],
        ["葛城", "葛\U000e0100城"],
        ["x1.y-z_o'k", "X1.Y-Z_0ʼk"],
    ],
    ids=lambda names: names[0],
)
def test_names_that_are_or_look_the_same_have_one_key(names):
    assert {name_key(name) for name in names} == {name_key(names[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "anna"),
        ("ana", "aná"),
        ("jose", "josé"),
        ("eva", "ева2"),
        ("маша", "миша"),
        ("иван", "йван"),
        ("αλεξ", "αλεκ"),
        ("中文", "中女"),
        ("مريم", "مريد"),
        ("민수", "민주"),
        ("はな", "ばな"),
        ("a-b", "a_b"),
        ("ab", "a.b"),
        ("vvill", "will"),
        ("clan", "dan"),
    ],
)
def test_names_that_people_can_tell_apart_have_keys_of_their_own(one, other):
    assert name_key(one) != name_key(other)


def test_of_ascii_only_what_looks_alike_has_one_key():
    known = {frozenset(pair) for pair in ("0o", "1i", "1l", "il")}
    same = {
        frozenset(pair)
        for pair in combinations(ascii_lowercase + digits + SIGNS, 2)
        if name_key(pair[0]) == name_key(pair[1])
    }
    assert same == known


def test_what_is_said_to_look_alike_in_ascii_is_what_the_table_says():
    assert {char: prototypes()[ord(char)] for char in ASCII_LOOKS} == ASCII_LOOKS
    assert not [chr(one) for one in prototypes() if one < 128 and chr(one) not in ASCII_LOOKS]


def test_a_letter_whose_capital_looks_like_another_is_what_its_capital_looks_like():
    assert [name_key(greek) for greek in "νυ"] == ["n", "y"]


def test_each_letter_has_one_key_in_every_case_and_variant():
    for char in map(chr, WITH_VARIANTS):
        forms = {nfkc(char.casefold()), nfkc(char).casefold(), char.upper(), char.lower()} - {char}
        assert {name_key(form) for form in forms} <= {name_key(char)}, ascii(char)


@given(names)
def test_a_name_has_one_key_whether_or_not_it_is_folded(name):
    assert name_key(nfkc(name.casefold())) == name_key(name)
    assert name_key(folded(name)) == name_key(name)


@given(names)
def test_folding_and_keys_are_final(name):
    assert folded(folded(name)) == folded(name)
    assert name_key(name_key(name)) == name_key(name)


@given(lists_of_looks, st.data())
def test_a_name_keeps_its_key_when_its_letters_become_look_alikes(looks, data):
    one, other = (
        "".join(data.draw(st.sampled_from(ALIKE[look])) for look in looks) for _ in range(2)
    )
    assert name_key(one) == name_key(other)


@given(st.text(st.sampled_from(ascii_lowercase + digits + SIGNS), max_size=MAX_NAME))
def test_ascii_keys_are_what_the_long_way_would_give(name):
    assert name_key(name) == name.translate(prototypes()) == name_key(name.upper())


@given(st.text(max_size=MAX_NAME) | st.text(letters, min_size=MAX_NAME, max_size=MAX_NAME))
def test_everything_has_a_key(text):
    assert isinstance(name_key(text), str)


@given(names)
def test_only_what_nobody_sees_has_an_empty_key(name):
    assert name_key(name) or all(map(is_mark, name))


def test_what_is_too_long_for_a_name_is_compared_at_once_and_as_it_is():
    """Decomposing it would take Python a quarter of an hour."""
    long = "A" + "\u0315\u0300" * 500_000
    assert name_key(long) == long


def test_a_name_in_ascii_needs_no_table():
    prototypes.cache_clear()
    name_key("Nobody-Was-Called-This-B4")
    assert prototypes.cache_info().currsize == 0
