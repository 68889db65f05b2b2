"""Help: a short list of what can be typed, all of it, and each command alone."""

from itertools import count

import pytest

from huechat.protocol import Done
from huechat.wire.plain import Plain
from huechat.wire.typed import VERBS, WIDTH, help_of, help_text, short_help_text, typed
from huechat.wire.verbs import GROUPS

SCREEN = 24
"""Rows of a terminal of the usual height."""

MOST_LINES = 20


def told(line: str) -> str:
    meaning = typed(line, map(str, count()))
    assert isinstance(meaning, Done), meaning
    return meaning.message


def test_help_is_a_short_list_and_fits_a_small_screen():
    (shown,) = Plain.encode([Done("", told("/help"))])
    lines = shown.decode().splitlines()
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("A line that begins with / is a command.")
    assert lines[-1] == "  /help COMMAND tells how one is used, /help all tells it of all."


def test_the_short_list_names_each_command_once_with_its_group():
    _, *groups, _ = short_help_text().split("\n")
    words = " ".join(groups).split()
    assert [words.count(f"/{verb.name}") for verb in VERBS] == [1] * len(VERBS)
    for subject, verbs in GROUPS.items():
        (line,) = [one for one in groups if one.startswith(f"  {subject} ")]
        assert f" /{verbs[0].name}" in line


def test_the_names_of_the_short_list_stand_below_one_another():
    _, *groups, _ = short_help_text().split("\n")
    assert len({line.index("/") for line in groups}) == 1
    assert any(line.startswith("     ") for line in groups)  # a group that takes two lines


@pytest.mark.parametrize("line", ["/help all", "/help ALL", "/h /all"])
def test_help_all_has_a_line_for_each_command_and_fits_a_terminal(line):
    assert told(line) == help_text()
    lines = help_text().split("\n")
    assert len(lines) > SCREEN
    for verb in VERBS:
        (only,) = [line for line in lines if f" {verb.usage}  " in line]
        assert only.endswith(verb.help)
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_of_a_command_tells_all_there_is_to_know(verb):
    about = help_of(verb)
    assert told(f"/help {verb.name}") == told(f"/HELP /{verb.name}") == about
    assert about.startswith(f"{verb.usage}\n")
    assert f"For example: {verb.example}" in about
    assert all(f"/{alias}" in about for alias in verb.aliases)
    assert max(map(len, about.split("\n"))) <= WIDTH


def test_help_of_quit_says_that_nobody_is_told_the_reason():
    assert "Nobody is told the reason." in told("/help quit")
