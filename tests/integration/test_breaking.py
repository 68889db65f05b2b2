"""What breaks comes back by itself, and the others chat on."""

from __future__ import annotations

from docker.models.containers import Container
from tests.integration.inside import program_of, run_python
from tests.integration.output import (
    CYAN,
    RED,
    YELLOW,
    event,
    line_with,
    lines,
    lines_until,
    now,
    painted,
)
from tests.integration.project import COLORS, Project
from tests.integration.terminal import say
from tests.integration.test_chatting import something_new

SERVER_STOPS_WITHIN_S = 2.0

LOOKED_UP_WITHIN_S = 5.0
LOOK_UP = """
import socket, time
begin = time.monotonic()
try:
    socket.getaddrinfo({name!r}, 3030)
except OSError:
    print(time.monotonic() - begin)
"""

GOODBYE = painted("The server is closing. Goodbye.", YELLOW)
LOST = painted("Disconnected from server at server:3030, no messages waiting", YELLOW)
BACK = painted("Back at server at server:3030, all sent", YELLOW)


def signal_the_program(container: Container, name: str) -> None:
    """Send the signal to what runs under the container's init, from inside."""
    program = f"import os, signal; os.kill({program_of(container)}, signal.SIG{name})"
    container.exec_run(["python3", "-c", program])  # SIGKILL may end this as well: no exit code


def check_that_all_hear(project: Project, speaker: str, *listeners: str) -> None:
    text = something_new()
    say(project.client(speaker), text)
    for listener in listeners:
        shown = line_with(project.client(listener), text)
        assert shown == painted(f"[COLOR ({speaker})] said -> {text}", CYAN)


def test_others_chat_on_when_a_client_is_killed(breakable: Project) -> None:
    since = now(breakable.engine)
    green = breakable.client("green")
    green.kill()
    green.wait()
    line_with(breakable.server, "(green) disconnected", since=since)
    check_that_all_hear(breakable, "red", "blue")
    check_that_all_hear(breakable, "blue", "red")


def test_a_client_that_crashed_is_started_again(breakable: Project) -> None:
    since = now(breakable.engine)
    green = breakable.client("green")
    signal_the_program(green, "KILL")
    event(green, "start", since)
    line_with(green, "Connected to server at", since=since)
    check_that_all_hear(breakable, "green", "red", "blue")


def test_clients_come_back_by_themselves_when_the_server_restarts(breakable: Project) -> None:
    since = now(breakable.engine)
    breakable.server.restart()
    for color in COLORS:
        printed = lines_until(breakable.client(color), BACK, since=since)
        assert printed == [GOODBYE, LOST, BACK]
    check_that_all_hear(breakable, "red", "blue", "green")


def test_clients_come_back_when_the_server_crashed(breakable: Project) -> None:
    since = now(breakable.engine)
    signal_the_program(breakable.server, "KILL")
    for color in COLORS:
        assert lines_until(breakable.client(color), BACK, since=since) == [LOST, BACK]
    check_that_all_hear(breakable, "green", "red", "blue")


def test_a_client_learns_soon_that_the_server_is_not_there(breakable: Project) -> None:
    breakable.server.stop()
    program = LOOK_UP.format(name="server")
    took_s = float(run_python(breakable.client("red"), program))
    assert took_s < LOOKED_UP_WITHIN_S


def test_what_is_typed_while_the_server_is_away_waits_for_it(breakable: Project) -> None:
    since = now(breakable.engine)
    red = breakable.client("red")
    breakable.server.stop()
    line_with(red, LOST, since=since)
    text = something_new()
    say(red, text)
    breakable.server.start()
    assert lines_until(red, BACK, since=since) == [
        GOODBYE,
        LOST,
        f"{painted('You: ', RED)}{text}",
        painted("1 message waiting for the server at server:3030", YELLOW),
        BACK,
    ]
    shown = line_with(breakable.client("blue"), text, since=since)
    assert shown == painted(f"[COLOR (red)] said -> {text}", CYAN)


def test_sigterm_ends_the_server_soon_with_0_and_a_goodbye(breakable: Project) -> None:
    since = now(breakable.engine)
    server = breakable.server
    server.stop(timeout=30)
    told, died = event(server, "kill", since), event(server, "die", since)
    assert died["Actor"]["Attributes"]["exitCode"] == "0"
    assert (died["timeNano"] - told["timeNano"]) / 1e9 < SERVER_STOPS_WITHIN_S
    for color in COLORS:
        assert lines_until(breakable.client(color), LOST, since=since) == [GOODBYE, LOST]


def test_sigterm_ends_each_client_with_0_and_without_a_word(breakable: Project) -> None:
    for color in COLORS:
        since = now(breakable.engine)
        client = breakable.client(color)
        client.stop(timeout=30)
        assert event(client, "die", since)["Actor"]["Attributes"]["exitCode"] == "0"
        assert list(lines(client, since)) == []
        line_with(breakable.server, f"({color}) disconnected", since=since)


def test_a_server_that_hangs_is_unhealthy_until_it_goes_on(breakable: Project) -> None:
    since = now(breakable.engine)
    server = breakable.server
    signal_the_program(server, "STOP")
    event(server, "health_status: unhealthy", since)
    since = now(breakable.engine)
    signal_the_program(server, "CONT")
    event(server, "health_status: healthy", since)
    check_that_all_hear(breakable, "red", "blue", "green")
