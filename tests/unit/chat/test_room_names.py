"""What a room may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.errors import RefusedError
from huechat.chat.names import MAX_NAME
from huechat.chat.room_names import check_room_name
from huechat.protocol import DIRECT, EVERYWHERE, HERE, LOBBY


def refusal(name: str) -> str:
    with pytest.raises(RefusedError) as refused:
        check_room_name(name)
    assert refused.value.code == "bad_room"
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("builds", "builds"),
        ("Builds", "builds"),
        ("#Builds", "builds"),
        ("＃ｂｕｉｌｄｓ", "builds"),
        ("Straße", "strasse"),
        ("Jose\u0301", "jos\u00e9"),
        ("中文", "中文"),
        ("МОСКВА", "москва"),
        ("v1.2_x-o'k", "v1.2_x-o'k"),
        ("42", "42"),
        ("bu\ufe0filds", "builds"),
        ("x" * MAX_NAME, "x" * MAX_NAME),
        ("#" + "X" * MAX_NAME, "x" * MAX_NAME),
        (LOBBY, LOBBY),
    ],
)
def test_a_room_is_known_by_one_name_in_every_case(name, known_as):
    assert check_room_name(name) == known_as


@pytest.mark.parametrize(
    "name", ["", "#", "x" * (MAX_NAME + 1), "#" + "x" * (MAX_NAME + 1), "ﷺ" * 99]
)
def test_a_rooms_name_has_1_to_32_characters(name):
    assert refusal(name).startswith("a room's name has 1 to 32 characters, not ")


@pytest.mark.parametrize("bad", [*" #@*/\\<>[]:\n\x1b", "\u200b", "\u202e", "😀"], ids=ascii)
def test_what_could_make_it_look_like_something_else_is_refused(bad):
    assert refusal(f"a{bad}b").startswith(
        "a room's name has letters, digits and - _ . ' only, not "
    )


@pytest.mark.parametrize("name", [HERE, "-a", "#-a", "_", "'a", "\u0301a"])
def test_it_begins_with_a_letter_or_a_digit(name):
    assert refusal(name) == "a room's name begins with a letter or a digit"


@pytest.mark.parametrize("name", [HERE, EVERYWHERE, DIRECT, f"{DIRECT}abc", "##a"])
def test_no_room_is_called_what_means_something_else(name):
    assert refusal(name)


def test_a_name_of_a_million_marks_is_refused_at_once():
    assert refusal("a" + "\u0315\u0300" * 500_000).endswith("not 1000001")


@given(st.text(max_size=MAX_NAME + 2) | st.text(st.characters(categories=["L", "M", "N"])))
def test_the_name_by_which_a_room_is_known_is_known_again(name):
    try:
        known_as = check_room_name(name)
    except RefusedError:
        assert refusal(name).isprintable()
        return
    assert check_room_name(known_as) == check_room_name(f"#{known_as}") == known_as
    assert check_room_name(name.upper()) == known_as or not name.isascii()
