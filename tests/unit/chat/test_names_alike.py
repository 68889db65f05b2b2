"""Which names cannot both be in use: those that are, or look, the same, as typed or folded."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.confusables import typed_prototypes
from huechat.chat.errors import RefusedError
from huechat.chat.names import MAX_NAME, MAX_UNCOMPOSED, check_name, name_key, name_keys

ALPHABETS = {
    "Latin": "abcdefghijklmnopqrstuvwxyz0123456789ßæøåłđ",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґћђј",
    "Armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
}
SAME_LOOK = {
    "Latin": {"0o", "1i", "1l", "il"},
    "Greek": {"γυ", "οσ"},
    "Cyrillic": {"вь", "еє"},
    "Armenian": {"գզ", "ոռ"},
    "Hebrew": set(),
    "Arabic": set(),
}
"""Pairs of one alphabet that look the same to Unicode, or whose capitals or small letters do."""

MOST_OF_ONE = 18  # characters that NFKC makes of one
letters = st.characters(categories=["L", "M", "N"], include_characters="-_.'")
names = st.text(letters, min_size=1, max_size=MAX_UNCOMPOSED // MOST_OF_ONE)


def alike(one: str, other: str) -> bool:
    return not name_keys(one).isdisjoint(name_keys(other))


def can_be_in_a_name(text: str) -> bool:
    try:
        check_name(f"a{text}")
    except RefusedError:
        return False
    return True


def unicodes_pairs() -> list[tuple[str, str]]:
    """All characters of names that look like others, and those others."""
    pairs = ((chr(one), look) for one, look in typed_prototypes().items())
    return [pair for pair in pairs if all(map(can_be_in_a_name, pair))]


PAIRS = unicodes_pairs()


def looks() -> dict[str, list[str]]:
    classes: dict[str, list[str]] = {}
    for char, look in PAIRS:
        classes.setdefault(look, [look]).append(char)
    return classes


LOOKS = looks()
words_in_looks = st.lists(st.sampled_from(sorted(LOOKS)), min_size=1, max_size=MAX_NAME // 2)


@pytest.mark.parametrize("around", ["{}", "a{}b", "а{}Ω", "{}\u0301x"], ids=ascii)
def test_of_all_that_looks_alike_to_unicode_nothing_goes_together(around):
    apart = [
        (char, look)
        for char, look in PAIRS
        if not alike(check_name("x" + around.format(char)), check_name("x" + around.format(look)))
    ]
    assert apart == []


def test_there_are_thousands_of_pairs_that_look_alike():
    assert len(PAIRS) > 4_700


@given(words_in_looks, st.data())
def test_names_of_letters_that_look_alike_do_not_go_together(word, data):
    one, other = (
        "".join(data.draw(st.sampled_from(LOOKS[look])) for look in word) for _ in range(2)
    )
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("раураl", "paypal"),
        ("аnа", "ana"),
        ("Ana", "ANA"),
        ("ａｎａ", "ana"),
        ("ﬁsh", "fish"),
        ("Straße", "STRASSE"),
        ("ılse", "lise"),
        ("İpek", "i\u0307pek"),
        ("νick", "vick"),
        ("νick", "VICK"),
        ("νick", "nick"),
        ("ΝICK", "nick"),
        ("υwe", "uwe"),
        ("ϲem", "cem"),
        ("Ϲem", "cem"),
        ("straβe", "straße"),
        ("ſun", "fun"),
        ("ſun", "sun"),
        ("Гена", "Γена"),
        ("ᲄom", "7om"),
        ("ꮁay", "ray"),
        ("x²", "xᒾ"),
        ("Σoνη", "Σovη"),
    ],
)
def test_these_do_not_go_together(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nick", "vick"),
        ("nan", "hah"),
        ("huhn", "huhu"),
        ("Groß", "Grob"),
        ("Гена", "Yena"),
        ("Нина", "Nina"),
        ("Νίνα", "Βίνα"),
        ("Ύπατος", "Ήπατος"),
        ("ήλιος", "νίλιος"),
        ("Вова", "Бова"),
        ("Иван", "Йван"),
        ("İpek", "Ipek"),
        ("νick", "nina"),
        ("νννn", "vnvn"),
        ("ـa", "a"),
    ],
)
def test_these_go_together(one, other):
    assert not alike(one, other)


def test_what_looks_alike_only_in_two_sizes_and_only_before_it_is_folded_goes_together():
    """A known gap: ν is folded to what looks like n, and small н looks like H, not like h."""
    assert not alike("νнт", "VHT")


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("case", [str.lower, str.upper], ids=["small", "capitals"])
def test_letters_of_one_alphabet_are_told_apart_but_for_a_few(alphabet, case):
    letters = ALPHABETS[alphabet]
    found = {
        one + other for one, other in combinations(letters, 2) if alike(case(one), case(other))
    }
    assert {frozenset(pair) for pair in found} == {frozenset(pair) for pair in SAME_LOOK[alphabet]}


@given(names)
def test_a_name_can_be_taken_for_itself_in_every_case_and_variant(name):
    composed, *others = (
        unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")
    )
    assert name_keys(others[0]) == name_keys(composed)
    assert all(alike(composed, other) for other in (*others, name.casefold(), name_key(name)))


@given(names)
def test_by_its_key_every_name_is_found(name):
    assert name_key(name) in name_keys(name)
    assert len(name_keys(name)) <= 2


@given(st.text(st.characters(max_codepoint=127), max_size=MAX_NAME))
def test_in_ascii_there_is_one_key(name):
    assert name_keys(name) == {name_key(name)}


def test_what_is_too_long_for_a_name_is_compared_at_once_and_as_it_is():
    """Decomposing it would take Python a quarter of an hour."""
    long = "A" + "\u0315\u0300" * 500_000
    assert name_keys(long) == {long}
