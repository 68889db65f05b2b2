"""What a person may be called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.errors import RefusedError
from huechat.chat.names import MAX_NAME, check_name


def refusal(name: str) -> str:
    with pytest.raises(RefusedError) as refused:
        check_name(name)
    assert refused.value.code == "bad_name"
    return str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "ana",
        "Ana-Lucía",
        "o'neil",
        "x_1.b",
        "42",
        "中文",
        "مريم",
        "שָׂרָה",
        "नेहा",
        "x" * MAX_NAME,
    ],
)
def test_names_of_any_script_are_taken_as_they_are(name):
    assert check_name(name) == unicodedata.normalize("NFC", name)


def test_the_same_name_written_in_two_ways_is_one_name():
    assert check_name("Jose\u0301") == check_name("Jos\u00e9") == "Jos\u00e9"


def test_the_length_is_counted_after_composing():
    assert check_name("e\u0301" * MAX_NAME) == "\u00e9" * MAX_NAME


@pytest.mark.parametrize("name", ["", "x" * (MAX_NAME + 1), "x" * 1000])
def test_a_name_has_1_to_32_characters(name):
    assert refusal(name) == f"a name has 1 to 32 characters, not {len(name)}"


def test_a_name_of_a_million_marks_is_refused_at_once():
    """Composing one would take Python a quarter of an hour."""
    assert refusal("a" + "\u0315\u0300" * 500_000).endswith("not 1000001")


CONTROLS = ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "\u009b"]
UNSEEN = ["\u00a0", "\u00ad", "\u200b", "\u200d", "\u200f", "\u2028", "\u202e", "\u2066", "\ufeff"]
OTHERS = ["\udc80", "🎨", "\U000e0001", "\ue000"]


@pytest.mark.parametrize("bad", [*" []()<>@:/\\", *CONTROLS, *UNSEEN, *OTHERS], ids=ascii)
def test_what_could_make_a_name_look_like_something_said_is_refused(bad):
    assert ", not " in refusal(f"a{bad}b")


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        ("🙂", "'🙂'"),
        ("*", "'*'"),
        ("\\", "'\\'"),
        (" ", "a space"),
        ("\u00a0", "NO-BREAK SPACE"),
        ("\u200d", "ZERO WIDTH JOINER"),
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u3164", "HANGUL FILLER"),
        ("\n", "U+000A"),
        ("\x1b", "U+001B"),
        ("\udc80", "U+DC80"),
    ],
    ids=ascii,
)
def test_a_sign_that_no_name_may_have_is_shown_or_called_by_its_name(bad, shown):
    assert refusal(f"a{bad}b") == f"a name has letters, digits and - _ . ' only, not {shown}"


@pytest.mark.parametrize("name", ["-ana", "_", ".", "'", "\u0301a"])
def test_a_name_begins_with_a_letter_or_a_digit(name):
    assert refusal(name) == "a name begins with a letter or a digit"


@given(st.text(max_size=MAX_NAME + 1))
def test_a_name_that_was_taken_once_is_taken_again_unchanged(name):
    try:
        taken = check_name(name)
    except RefusedError:
        return
    assert check_name(taken) == taken


@given(st.characters(exclude_categories=["L", "M", "N"], exclude_characters="-_.'"))
def test_what_is_said_of_a_bad_name_can_be_shown_on_any_terminal(bad):
    assert refusal(f"a{bad}").isprintable()
