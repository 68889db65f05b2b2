"""Emoji by their names: what becomes a sign, what stays, and what is offered."""

from __future__ import annotations

import subprocess
import sys

import pytest

from huechat.chat.rules import check_emoji
from huechat.client.emoji_names import MOST_OFFERED, USUAL, offered, sign, with_signs


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (":fire:", "🔥"),
        (":fire: and\t:rocket: :+1:", "🔥 and\t🚀 👍"),
        (" :tada: ", " 🎉 "),
        (":fire:! (:fire:), «:tada:»", "🔥! (🔥), «🎉»"),
        (":fire::heart::nope:", "🔥❤️:nope:"),
        (":sad: :party:", "😞 🎉"),
        (":family_man_boy: :tiny_flag: :france:", "👨‍👦 :tiny_flag: 🇫🇷"),
        (":cat: is the face, :cat2: the animal", "🐱 is the face, 🐈 the animal"),
    ],
)
def test_a_name_that_is_no_part_of_a_word_becomes_its_sign(typed: str, said: str) -> None:
    assert with_signs(typed) == said


@pytest.mark.parametrize(
    "typed",
    [
        ":nope:",
        ":FIRE:",
        "a:fire:",
        ":fire:s",
        "std::b::x",
        "`:fire:`",
        "10:30:45",
        "::fire::",
        ": fire :",
        "http://x:fire:",
        "if x:\n    :fire: \n",
        "",
    ],
)
def test_anything_else_stays_as_it_was_typed(typed: str) -> None:
    assert with_signs(typed) == typed


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        (":+1:", "👍"),
        ("+1", "👍"),
        (":thumbsup:", "👍"),
        ("👍", "👍"),
        ("fire", "🔥"),
        (":piñata:", "🪅"),
        (":nope:", ":nope:"),
        ("🤷", "🤷"),
        (":", ":"),
        ("hi", "hi"),
    ],
)
def test_a_reaction_is_a_sign_however_it_is_named(word: str, meant: str) -> None:
    assert sign(word) == meant


def test_the_usual_ones_are_offered_first_and_a_bounded_number_of_each_sign_once() -> None:
    assert [name for name, _ in offered("th")][:2] == ["thinking", "thumbsup"]
    assert offered("thumb") == [("thumbsup", "👍"), ("thumbsdown", "👎")]
    assert offered("rock") == [("rocket", "🚀"), ("rock", "🪨")]
    assert [name for name, _ in offered("")] == list(USUAL)[:MOST_OFFERED]
    assert offered("nope") == []


def test_a_sign_that_terminals_show_in_two_ways_is_offered_only_if_it_is_usual() -> None:
    assert "thermometer" not in dict(offered("therm"))
    assert dict(offered("warn")) == {"warning": "⚠️"}


def test_the_server_takes_each_sign_as_a_reaction() -> None:
    letters = "+-abcdefghijklmnopqrstuvwxyz"
    names = {*USUAL, *(name for one in letters for name, _ in offered(one))}
    names |= {"france", "wales", "information_source", "wavy_dash", "one", "family_man_boy"}
    signs = {sign(name) for name in names}
    assert len(signs) > 100
    assert [one for one in signs if check_emoji(one) != one] == []


LOADS = """
import sys
import huechat.client.__main__
assert "emoji" not in sys.modules
from huechat.client.emoji_names import offered, sign, with_signs
with_signs("it is 10:30: see http://x"), sign("👍")
assert "emoji" not in sys.modules
assert offered("fire") and "emoji" in sys.modules
"""


def test_the_names_are_loaded_only_once_one_is_typed() -> None:
    subprocess.run(
        [sys.executable, "-c", LOADS], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
