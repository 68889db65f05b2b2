"""Four containers chat: what one types, the others see."""

from __future__ import annotations

import re
import secrets
import socket

import pytest
from tests.integration.output import (
    CYAN,
    SHADES,
    WITHIN_S,
    line_with,
    lines_until,
    painted,
)
from tests.integration.project import COLORS, SERVICES, Project
from tests.integration.terminal import say


def something_new() -> str:
    """Return a text that nobody said before."""
    return f"hi {secrets.token_hex(6)}"


def others(color: str) -> list[str]:
    """Return the other colours."""
    return [one for one in COLORS if one != color]


@pytest.mark.parametrize("service", SERVICES)
def test_all_four_come_up_healthy(chat: Project, service: str) -> None:
    state = chat.container(service).attrs["State"]
    assert (state["Status"], state["Health"]["Status"]) == ("running", "healthy")


def test_up_starts_these_four_and_no_other_client(chat: Project) -> None:
    label = "com.docker.compose.oneoff=False"
    running = {one.labels["com.docker.compose.service"] for one in chat.containers(label)}
    assert running == set(SERVICES)


@pytest.mark.parametrize("color", COLORS)
def test_what_one_types_the_others_see_in_their_words_and_in_cyan(
    chat: Project, color: str
) -> None:
    text = something_new()
    say(chat.client(color), text)
    for other in others(color):
        shown = line_with(chat.client(other), text)
        assert shown == painted(f"[COLOR ({color})] said -> {text}", CYAN)


@pytest.mark.parametrize("color", COLORS)
def test_who_types_sees_it_at_the_prompt_and_does_not_receive_it(chat: Project, color: str) -> None:
    text, answer = something_new(), something_new()
    say(chat.client(color), text)
    other = others(color)[0]
    line_with(chat.client(other), text)
    say(chat.client(other), answer)  # one order for all: an own message would come before it
    printed = lines_until(chat.client(color), answer)
    prompt = painted("You: ", SHADES[color])
    assert [line for line in printed if text in line] == [f"{prompt}{text}"]


def test_a_message_is_shown_once(chat: Project) -> None:
    text, next_text = something_new(), something_new()
    say(chat.client("red"), text)
    say(chat.client("red"), next_text)
    printed = lines_until(chat.client("blue"), next_text)
    assert sum(text in line for line in printed) == 1


def test_all_writing_systems_come_through(chat: Project) -> None:
    text = f"👩‍🚀 été שלום مرحبا 你好 {something_new()}"
    say(chat.client("green"), text)
    assert text in line_with(chat.client("red"), text)


def test_this_machine_chats_through_the_published_port_with_a_plain_socket(chat: Project) -> None:
    text, answer = something_new(), something_new()
    with (
        socket.create_connection(chat.address, WITHIN_S) as sock,
        sock.makefile("r", encoding="utf-8", newline="\n") as heard,
    ):
        sock.sendall(f"{text}\n".encode())
        shown = line_with(chat.client("blue"), text)
        assert shown.endswith(painted(f"[COLOR (blue)] said -> {text}", CYAN).removeprefix(CYAN))
        say(chat.client("red"), answer)
        assert next(heard) == f"[COLOR (red)] said -> {answer}\n"


def test_one_more_client_sends_what_a_pipe_has(chat: Project) -> None:
    text = something_new()
    who = ("-e", "HUECHAT_COLOR=magenta", "-e", "HUECHAT_NAME=ana")
    chat.compose("run", "--rm", "-T", *who, "client", typed=f"{text}\n")
    shown = line_with(chat.client("blue"), text)
    assert shown == painted(f"ana [COLOR (magenta)] said -> {text}", CYAN)


def test_the_server_tells_who_connected(chat: Project) -> None:
    for color in COLORS:
        told = line_with(chat.server, f"({color}) connected from")
        assert re.search(rf"#\d+ guest-\d+ \({color}\) connected from [\d.]+", told)
