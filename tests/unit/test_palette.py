"""The colours: those of termcolor, and its rules for whether to use them."""

import pytest
import termcolor
from termcolor.termcolor import can_colorize

from huechat import palette
from huechat.protocol import COLORS, DEFAULT_COLOR

SWITCHES = ["NO_COLOR", "FORCE_COLOR", "ANSI_COLORS_DISABLED", "TERM"]


@pytest.fixture
def environment(monkeypatch):
    """An environment that says nothing of colours; termcolor remembers what it once saw."""
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    can_colorize.cache_clear()
    yield monkeypatch
    can_colorize.cache_clear()


def test_the_colors_are_those_of_termcolor():
    assert set(COLORS) == set(termcolor.COLORS)
    assert len(COLORS) == len(set(COLORS))


def test_the_seeds_colors_for_each_kind_of_line():
    assert (palette.CONNECTED, palette.FAILED) == ("green", "red")
    assert (palette.DISCONNECTED, palette.RECEIVED) == ("yellow", "cyan")
    assert DEFAULT_COLOR == "blue"


@pytest.mark.parametrize("color", COLORS)
def test_every_color_can_be_chosen_and_paints(color, environment):
    environment.setenv("FORCE_COLOR", "1")
    code = termcolor.COLORS[palette.check_color(color)]
    assert palette.paint("hi", color) == f"\x1b[{code}mhi\x1b[0m"


@pytest.mark.parametrize("color", ["purple", "", "RED", "on_red", "bold"])
def test_an_unknown_color_is_an_error_that_lists_the_known_ones(color):
    with pytest.raises(palette.UnknownColorError) as reason:
        palette.check_color(color)
    assert str(reason.value) == f"unknown color {color!r}: use one of {', '.join(COLORS)}"


def test_no_color_is_honoured_and_goes_first(environment):
    environment.setenv("FORCE_COLOR", "1")
    environment.setenv("NO_COLOR", "1")
    assert palette.paint("hi", "red") == "hi"


def test_where_the_output_is_no_terminal_there_are_no_colors(environment):
    assert palette.paint("hi", "red") == "hi"


def test_an_empty_no_color_is_none(environment):
    environment.setenv("NO_COLOR", "")
    environment.setenv("FORCE_COLOR", "1")
    assert palette.paint("hi", "red") != "hi"
