"""Attaching gives a proper terminal; nobody attached leaves a clean log."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from docker.models.containers import Container
from tests.integration.output import line_with, lines_until, now
from tests.integration.project import COLORS, Project
from tests.integration.terminal import Terminal, attached, say
from tests.integration.test_chatting import something_new


@pytest.fixture
def green(second_chat: Project) -> Iterator[Container]:
    """Give the green client; afterwards it has a terminal that nobody ever looked at."""
    client = second_chat.client("green")
    yield client
    since = now(second_chat.engine)
    client.restart(timeout=3)
    line_with(client, "Connected to server", since=since)


def at_prompt(typed: str) -> Callable[[Terminal], bool]:
    """Return the question whether the cursor is at the end of what was typed at the prompt."""
    return lambda terminal: terminal.cursor == f"You: {typed}"


def sees(text: str) -> Callable[[Terminal], bool]:
    """Return the question whether a whole row of the screen is `text`."""
    return lambda terminal: text in terminal.rows


@pytest.fixture
def terminal(green: Container) -> Iterator[Terminal]:
    """Give a terminal of somebody who attached to green."""
    with attached(green) as one:
        one.size()
        yield one


def test_attaching_gives_one_prompt_in_ones_colour_at_once(terminal: Terminal) -> None:
    terminal.wait_for(at_prompt(""), "the prompt")
    assert terminal.rows == ["You:"]
    assert terminal.shade("You:") == "green"


def test_a_line_can_be_edited(second_chat: Project, terminal: Terminal) -> None:
    text = something_new()
    terminal.type(f"{text}!!\x7f\x7f\x01Oh, \x05?")  # Backspace twice, Ctrl-A, Ctrl-E
    terminal.wait_for(at_prompt(f"Oh, {text}?"), "the edited line")
    terminal.type("\r")
    line_with(second_chat.client("red"), f"said -> Oh, {text}?")


def test_the_last_line_is_called_back_by_the_up_key(
    second_chat: Project, terminal: Terminal
) -> None:
    text = something_new()
    terminal.type(f"{text}\r")
    terminal.wait_for(lambda it: it.rows == [f"You: {text}", "You:"], "the next prompt")
    terminal.type("\x1b[A")
    terminal.wait_for(at_prompt(text), "the last line again")


def test_a_received_message_does_not_tear_the_line_that_is_typed(
    second_chat: Project, terminal: Terminal
) -> None:
    text, half, rest = something_new(), something_new(), something_new()
    terminal.type(half)
    terminal.wait_for(at_prompt(half), "the half of the line")
    say(second_chat.client("blue"), text)
    message = f"[COLOR (blue)] said -> {text}"
    terminal.wait_for(lambda it: sees(message)(it) and at_prompt(half)(it), "message and line")
    assert terminal.rows == [message, f"You: {half}"]
    assert terminal.shade(message) == "cyan"
    terminal.type(f" {rest}\r")
    line_with(second_chat.client("blue"), f"said -> {half} {rest}")


@pytest.mark.parametrize("leaves", [Terminal.detach, None], ids=["by-keys", "by-hanging-up"])
def test_the_client_lives_on_when_who_attached_leaves(
    second_chat: Project, green: Container, leaves: Callable[[Terminal], None] | None
) -> None:
    since, text = now(second_chat.engine), something_new()
    with attached(green) as terminal:
        terminal.size()
        terminal.wait_for(at_prompt(""), "the prompt")
        if leaves:
            leaves(terminal)
    say(second_chat.client("red"), text)
    line_with(green, text, since=since)
    with attached(green) as terminal:
        terminal.size()
        terminal.wait_for(at_prompt(""), "the prompt of who comes back")
        terminal.type(f"{text} again\r")
        line_with(second_chat.client("red"), f"said -> {text} again", since=since)
    green.reload()
    assert green.attrs["RestartCount"] == 0


def test_the_prompt_hides_when_nobody_types_and_a_key_brings_it_back(breakable: Project) -> None:
    again = ("up", "--detach", "--wait", "--no-deps", "client-green")
    breakable.compose(*again, HUECHAT_PROMPT_IDLE_S="0.5")
    with attached(breakable.client("green")) as terminal:
        terminal.size()
        terminal.wait_for(at_prompt(""), "the prompt")
        terminal.wait_for(lambda it: it.rows == [], "no prompt")
        terminal.type("x")
        terminal.wait_for(at_prompt("x"), "the prompt and the key")


@pytest.mark.parametrize("color", COLORS)
def test_the_log_of_who_nobody_looks_at_has_colours_but_nothing_else_for_terminals(
    chat: Project, color: str
) -> None:
    for speaker in COLORS:
        text = something_new()
        say(chat.client(speaker), text)
        printed = lines_until(chat.client(color), text)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in printed]
    assert not any(unicodedata.category(letter) == "Cc" for line in bare for letter in line)
    assert all(re.fullmatch(r"(You: |(\w+ )?\[COLOR |Connected to ).+", line) for line in bare)
    assert all(line.count("You: ") <= 1 for line in bare)
