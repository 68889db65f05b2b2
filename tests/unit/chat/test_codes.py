"""Tokens, invitation codes and passwords."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huechat.chat.codes import (
    ALPHABET,
    MAX_PASSWORD_BYTES,
    check_password,
    hash_secret,
    new_code,
    new_token,
    tidy_code,
)
from huechat.chat.errors import RefusedError

CODE = re.compile(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}")
codes = st.text(ALPHABET, min_size=16, max_size=16).map(
    lambda text: "-".join(re.findall("....", text))
)


def refusal(password: str, min_length: int = 8) -> str:
    with pytest.raises(RefusedError) as refused:
        check_password(password, min_length=min_length)
    assert refused.value.code == "bad_password"
    assert refused.value.retry_after_s == 0
    return str(refused.value)


def test_a_token_has_256_bits_and_fits_into_a_url():
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", new_token()) for _ in range(100))


def test_no_two_are_alike():
    assert len({new_token() for _ in range(1000)} | {new_code() for _ in range(1000)}) == 2000


def test_a_secret_is_kept_as_its_sha_256():
    """The example of FIPS 180-2."""
    assert hash_secret("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_any_text_can_be_looked_up():
    assert hash_secret("\ud800") != hash_secret("?")


def test_a_code_is_four_groups_of_four_without_look_alikes():
    assert all(CODE.fullmatch(new_code()) for _ in range(100))
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_every_letter_of_the_alphabet_is_used():
    assert set("".join(new_code() for _ in range(200))) == {*ALPHABET, "-"}


@pytest.mark.parametrize(
    "typed",
    [
        "K7QM-2FXT-9RWB-HC40",
        "k7qm-2fxt-9rwb-hc40",
        "K7QM2FXT9RWBHC40",
        "  k7qm 2fxt\t9rwb\u00a0hc40\n",
        "K7-QM-2FXT--9RWB-HC40-",
        "K7QM–2FXT—9RWB−HC40",
        "“K7QM-2FXT-9RWB-HC40”.",
        "K7QM-2FXT-9RWB-HC4O",
    ],
)
def test_a_code_is_taken_as_people_type_it(typed):
    assert tidy_code(typed) == "K7QM-2FXT-9RWB-HC40"


def test_letters_that_no_code_has_are_read_as_what_they_look_like():
    assert tidy_code("oOiI-lLuU-0000-0000") == "0011-11VV-0000-0000"


@pytest.mark.parametrize("typed", ["", "-", "K7QM", "K7QM-2FXT-9RWB-HC4D-1", "é" * 16, "\ud800"])
def test_what_is_no_code_becomes_none(typed):
    assert not CODE.fullmatch(tidy_code(typed))


@settings(max_examples=30)
@given(codes, st.data())
def test_a_code_survives_any_case_dashes_spaces_and_look_alikes(code, data):
    """The other way round than the table in the code."""
    alike = {"0": "0oO", "1": "1iIlL", "V": "vVuU"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(char, char + char.lower()))) + data.draw(gaps)
        for char in code
        if char != "-"
    )
    assert tidy_code(typed) == code


gaps = st.text(" -–\t", max_size=2)


@given(st.text())
def test_a_tidy_code_is_tidy(text):
    assert tidy_code(tidy_code(text)) == tidy_code(text)


@pytest.mark.parametrize(
    "password",
    ["x" * 8, "correct horse battery", "пароль-пароль", "密码密码密码密码", "👩‍👩‍👧‍👦❤️ emoji"],
)
def test_a_password_is_taken_as_it_is(password):
    assert check_password(password, min_length=8) == password


def test_the_same_keys_are_the_same_password_on_every_system():
    """RFC 8265, section 4.2.1: spaces, then NFC."""
    typed = [
        "Jose\u0301 y Ana",
        "Jos\u00e9 y Ana",
        "Jose\u0301\u00a0y\u3000Ana",
    ]
    assert {check_password(one, min_length=8) for one in typed} == {"Jos\u00e9 y Ana"}


def test_case_width_and_order_are_the_persons_own():
    alike = ["Password", "password", "\uff30assword", "drowssaP", " Password", "Password "]
    assert len({check_password(one, min_length=8) for one in alike}) == len(alike)


def test_the_length_is_counted_in_characters_after_composing():
    assert refusal("e\u0301" * 7) == "a password has 8 characters or more; add some"
    assert len(check_password("e\u0301" * 8, min_length=8)) == 8


@pytest.mark.parametrize("min_length", [0, 1])
def test_no_password_is_empty(min_length):
    assert "1 characters or more" in refusal("", min_length)


def test_it_has_1024_bytes_at_most():
    assert check_password("é" * 512, min_length=8) == "é" * 512
    assert refusal("é" * 513) == "a password has 1024 bytes at most; take a shorter one"
    assert refusal("x" * 1025) == refusal("é" * 513)


def test_a_password_of_a_million_marks_is_refused_at_once():
    assert "1024 bytes" in refusal("a" + "\u0315\u0300" * 500_000)


@pytest.mark.parametrize(
    "bad", ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "\u0085", "\ud800"], ids=ascii
)
def test_it_has_nothing_that_cannot_be_typed(bad):
    assert "control characters" in refusal(f"password{bad}")


@given(st.text(max_size=60), st.integers(0, 20))
def test_what_was_taken_is_taken_again_unchanged_and_fits(password, min_length):
    try:
        taken = check_password(password, min_length=min_length)
    except RefusedError:
        return
    assert check_password(taken, min_length=min_length) == taken
    assert unicodedata.is_normalized("NFC", taken)
    assert max(1, min_length) <= len(taken) <= len(taken.encode()) <= MAX_PASSWORD_BYTES


@given(st.text(max_size=9).map("§".__add__))
def test_what_is_said_of_a_bad_password_does_not_hold_it(password):
    assert "§" not in refusal(password, 31)


@pytest.mark.parametrize("password", ["§", "§" * 1025, "§§§§§§§§\n"])
def test_no_refusal_holds_the_password(password):
    assert refusal(password).isascii()
