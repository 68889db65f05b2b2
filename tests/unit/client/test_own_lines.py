"""One's own lines, as they stand on the screen once they are sent."""

import pytest
from prompt_toolkit.data_structures import Size

from huechat.client.own_lines import as_sent, is_sent_otherwise

SCREEN = Size(rows=5, columns=20)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hi", "hi"),
        ("well :fire:", "well 🔥"),
        ("one\ntwo", "one\n     two"),
        ("/login ana secret", "/login ana ******"),
        ("a \x1b[31m b", "a ␛[31m b"),
    ],
)
def test_it_is_shown_as_others_see_it(typed: str, shown: str) -> None:
    assert as_sent(typed) == shown


@pytest.mark.parametrize(
    ("typed", "otherwise"),
    [
        ("hi", False),
        ("15 letters here", False),
        ("16 letters, here", True),
        ("short\nsecond of 16 ...", True),
        ("one\ntwo\nthree\nfour", False),
        ("one\ntwo\nthree\nfour\nfive", True),
        (":fire:", True),
        ("一二三四五六七八", True),
    ],
)
def test_what_the_prompt_shows_in_another_form_is_printed_anew(typed: str, otherwise: bool) -> None:
    assert is_sent_otherwise("You: ", typed, SCREEN) == otherwise
