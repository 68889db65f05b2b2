"""A prompt that only writes on: what comes to stand on the screen is what was meant to."""

import io
from types import SimpleNamespace

import pyte
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.data_structures import Size
from prompt_toolkit.layout import Layout, Window

from huechat.client.plain_prompt import Line, PlainOutput, PlainRenderer

ROWS, COLUMNS = 60, 20
PROMPT = "You: "
APP = SimpleNamespace(current_buffer=SimpleNamespace(load_history_if_not_yet_loaded=lambda: None))
LAYOUT = Layout(Window())


class Paper:
    """A screen, the renderer that writes to it, and all that was written."""

    def __init__(self) -> None:
        self.line = Line(PROMPT, PROMPT, "", 0)
        self._written = io.StringIO()
        output = PlainOutput(self._written, lambda: Size(ROWS, COLUMNS))
        self.renderer = PlainRenderer(output, lambda: self.line, pastes=False)
        self.screen = pyte.Screen(COLUMNS, ROWS)

    def show(self, typed: str, at: int, *, is_done: bool = False) -> str:
        """Have this shown; return what was written for it."""
        begun = self._written.tell()
        self.line = Line(PROMPT, PROMPT, typed, at)
        self.renderer.render(APP, LAYOUT, is_done)
        return self._feed(begun)

    def erase(self) -> str:
        begun = self._written.tell()
        self.renderer.erase()
        return self._feed(begun)

    def lines(self) -> list[str]:
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def _feed(self, begun: int) -> str:
        written = self._written.getvalue()[begun:]
        pyte.Stream(self.screen).feed(written)
        return written


def test_what_is_typed_is_written_once():
    paper = Paper()
    assert paper.show("", 0) == "You: "
    assert paper.show("h", 1) == "h"
    assert paper.show("hi", 2) == "i"
    assert paper.show("hi", 2) == ""
    assert paper.show("hi", 2, is_done=True) == "\r\n"


def test_a_letter_is_taken_back_with_backspaces():
    paper = Paper()
    paper.show("hip", 3)
    assert paper.show("hi", 2) == "\b \b"
    assert paper.show("hi", 0) == "\b\b"
    assert paper.show("ohi", 1) == "ohi\b\b"
    assert paper.lines() == ["You: ohi"]


def test_what_interrupts_stands_below_what_was_begun_and_instead_of_a_mere_prompt():
    paper = Paper()
    paper.show("", 0)
    assert paper.erase() == "\r     \r"
    paper.show("half", 4)
    assert paper.erase() == "\r\n"
    assert paper.show("half", 4) == "You: half"


STATES = st.lists(
    st.tuples(st.text(st.sampled_from("ab日\n"), max_size=45), st.integers(0, 45)), max_size=8
)


@given(STATES)
def test_however_it_was_edited_the_lowest_lines_are_what_stands_there(states):
    """And the cursor is at its letter wherever one row is enough."""
    paper = Paper()
    for typed, place in states:
        at = min(place, len(typed))
        paper.show(typed, at)
        fresh = Paper()
        fresh.show(typed, len(typed))
        expected = fresh.lines()
        assert paper.lines()[-len(expected) :] == expected
        width = sum(2 if letter == "日" else 1 for letter in typed)
        if "\n" not in typed and width < COLUMNS - len(PROMPT):
            before = sum(2 if letter == "日" else 1 for letter in typed[:at])
            assert paper.screen.cursor.x == len(PROMPT) + before
