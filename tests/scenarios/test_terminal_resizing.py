"""A window that is dragged to another width: there is one prompt, and nothing is left of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.talkers import JsonTalker
from tests.scenarios.windows import BAR, TMUX, Window

pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not here, whose windows are dragged")

CTRL_L = "\x0c"
NARROWER, WIDER = range(79, 39, -1), range(41, 81)
TYPED = {
    "nothing": "",
    "a few words": "a few words",
    "nearly a row": "w" * 70,
    "several rows": "words and " * 15,
    "a menu": "/h",
}
"""What stands at the prompt."""


@pytest.fixture
def window(served: int, tmp_path: Path, other: JsonTalker) -> Iterator[Window]:
    """Give a window in which some rows are above the prompt.

    In one that is nearly empty tmux moves the prompt's own rows over the upper edge as it breaks
    them, where nobody can erase them.
    """
    with Window(tmp_path, served, "--name", "ana") as window:
        is_whole(window, "You:")
        other.ask(type="say", id=f"begin {tmp_path}", text="\n".join("abcdefgh"))
        is_whole(window, "You:", below="    h")
        yield window


def is_whole(window: Window, begun: str, below: str = "") -> list[str]:
    """Wait until a prompt that begins so stands below that, over a status bar; return all."""

    def done(lines: list[str]) -> bool:
        prompts = [at for at, line in enumerate(lines) if line.startswith(begun)]
        above = "".join(lines[: prompts[-1]] if prompts else ())
        return bool(prompts) and below in above and lines[-1].startswith(BAR)

    return window.until(done, (below, begun))


def says(other: JsonTalker, text: str) -> None:
    other.ask(type="say", id=text, text=text)


def check_one_prompt(lines: list[str]) -> None:
    shown = "\n".join(lines)
    assert sum("You:" in line for line in lines) == 1, shown
    assert sum(BAR in line for line in lines) == 1, shown


@pytest.mark.parametrize("what", TYPED)
def test_a_window_that_is_dragged_there_and_back_has_one_prompt(
    window: Window, other: JsonTalker, what: str
) -> None:
    typed = TYPED[what]
    window.type(typed)
    is_whole(window, f"You: {typed}"[:70].rstrip())
    for widths in (NARROWER, WIDER):
        window.drag(widths)
        said = f"at {widths[-1]}"
        other.ask(type="say", id=f"{what} {said}", text=said)
        lines = is_whole(window, f"You: {typed}"[:30].rstrip(), below=said)
        check_one_prompt(lines)
        assert lines[0].startswith("Connected to server")  # what was shown before is not erased


@pytest.mark.parametrize("what", ["nothing", "several rows"])
def test_what_is_said_while_a_window_is_dragged_is_all_there(
    window: Window, other: JsonTalker, what: str
) -> None:
    typed = TYPED[what]
    window.type(typed)
    is_whole(window, f"You: {typed}"[:70].rstrip())
    widths = [*NARROWER, *WIDER]
    for number, columns in enumerate(widths):
        window.drag([columns])
        says(other, f"{what} {number}.")
    last = f"{what} {len(widths) - 1}."
    lines = is_whole(window, f"You: {typed}"[:70].rstrip(), below=last)
    check_one_prompt(lines)
    heard = [line.partition("said -> ")[2] for line in lines if "said -> " in line]
    assert heard == [f"{what} {number}." for number in range(len(widths))]


def test_a_window_in_which_the_prompt_is_at_the_very_top_has_one_prompt(
    window: Window, other: JsonTalker
) -> None:
    """tmux keeps a copy of what is erased there."""
    window.type(f"{CTRL_L}x")
    is_whole(window, "You: x")
    window.drag([*NARROWER, *WIDER])
    says(other, "that is all")
    check_one_prompt(is_whole(window, "You: x", below="that is all"))
