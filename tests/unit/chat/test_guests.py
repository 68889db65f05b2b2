"""Names that the server gives, and that nobody may choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.errors import RefusedError
from huechat.chat.guests import check_chosen_name, check_not_ours, guest_name, is_guest_name
from huechat.chat.names import check_name, name_key

LOOK_ALIKES = [
    "Guest-7",
    "GUEST-7",
    "guest-lO",
    "guest-I",
    "ｇｕｅｓｔ-７",
    "guеst-7",
    "gυest-7",
    "guest-007",
]
OTHERS = [
    "guest",
    "guest-",
    "guest7",
    "guest_7",
    "guest-7a",
    "a-guest-7",
    "guests-7",
    "guest--7",
    "",
]


@given(st.integers(1, 10**9))
def test_a_guests_name_is_known_and_can_be_shown(number):
    assert guest_name(number) == f"guest-{number}"
    assert is_guest_name(guest_name(number))
    assert check_name(guest_name(number)) == guest_name(number)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_looks_like_a_guests_name_is_known_and_refused(name):
    assert is_guest_name(name)
    with pytest.raises(RefusedError, match="choose another") as refused:
        check_chosen_name(name)
    assert refused.value.code == "bad_name"


@pytest.mark.parametrize("name", OTHERS)
def test_other_names_are_nobodys_guests(name):
    assert not is_guest_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "You",
        "you",
        "Yоu",
        "Error",
        "ERR0R",
        "server",
        "SYSTEM",
        "You.",
        "y.o.u",
        "Êrrör",
        "Error-'",
    ],
)
def test_nobody_is_called_as_a_line_of_the_program_begins(name):
    for check in (check_not_ours, check_chosen_name):
        with pytest.raises(RefusedError, match="choose another name") as refused:
            check(name)
        assert refused.value.code == "bad_name"


@pytest.mark.parametrize("name", ["young", "errors", "servers", "yo", "admin"])
def test_names_that_only_remind_of_it_may_be_chosen(name):
    assert check_chosen_name(name) == name


@given(st.text("lOI01a", max_size=3), st.integers(1, 200))
def test_no_chosen_name_has_the_key_of_a_guest(end, number):
    try:
        chosen = check_chosen_name(f"guest-{end}")
    except RefusedError:
        return
    assert name_key(chosen) != name_key(guest_name(number))


def test_a_chosen_name_is_composed():
    assert check_chosen_name("Jose\u0301") == "Jos\u00e9"


@pytest.mark.parametrize("name", ["", "a b", "x" * 33])
def test_nobody_chooses_what_nobody_may_be_called(name):
    with pytest.raises(RefusedError) as refused:
        check_chosen_name(name)
    assert refused.value.code == "bad_name"
