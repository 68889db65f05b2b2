"""Passwords that are typed in a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.client.discretion import DiscreetHistory, masked
from huechat.protocol import ChangePassword, Login, Register
from huechat.wire.typed import typed


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/login ana secret", "/login ana ******"),
        ("/LOGIN ana two words", "/LOGIN ana *** *****"),
        ("/register secret CODE", "/register ****** ****"),
        ("/password old new", "/password *** ***"),
        ("  /register secret", "  /register ******"),
        ("/login ana\nsecret", "/login ana\n******"),
        ("/logn ana secret", "/logn ana ******"),
        ("/Pasword old new", "/Pasword *** ***"),
        ("/registre secret", "/registre ******"),
    ],
)
def test_passwords_are_stars(line, shown):
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    ["hi", "/join den", "/login ana", "/logn ana", "/register", "say /register x", "/nowhere x y"],
)
def test_all_else_is_as_it_was_typed(line):
    assert masked(line) == line


SECRET = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=8, max_size=20)
SPACE = st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", " \n "])
COMMANDS = ["/login ana", "/Register", "/PASSWORD", " /login  ben"]


@given(begun=st.sampled_from(COMMANDS), space=SPACE, secret=SECRET)
def test_whatever_is_taken_for_a_password_is_not_shown(begun, space, secret):
    line = f"{begun}{space}{secret}"
    meaning = typed(line, iter(["id"]))
    if isinstance(meaning, Login | Register | ChangePassword):
        shown = masked(line)
        assert set(shown[len(begun) :]) <= {"*", *space}
        assert len(shown) == len(line)


def test_history_forgets_what_has_a_password():
    history = DiscreetHistory()
    for line in ("hello", "/login ana secret", "/login ana"):
        history.append_string(line)
    assert history.get_strings() == ["hello", "/login ana"]
