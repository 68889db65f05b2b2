"""The command huechat-server: how it starts, complains and ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess, run_server
from tests.scenarios.talkers import Heard, JsonTalker, PlainTalker


@pytest.fixture
def running(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path) as process:
        yield process


def test_it_says_where_it_started_in_the_seeds_words(running: ServerProcess) -> None:
    assert running.started == f"Server started on 127.0.0.1:{running.port}\n"


def test_clients_of_both_wires_chat_through_it(running: ServerProcess) -> None:
    with JsonTalker(running.port, "red") as red, PlainTalker(running.port) as nc:
        red.says("hi")
        nc.hears(Heard("red", "hi"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_says_goodbye_to_everyone_and_exits_with_0(
    running: ServerProcess, number: signal.Signals
) -> None:
    with JsonTalker(running.port) as blue, PlainTalker(running.port) as nc:
        running.signal(number)
        assert "Goodbye" in blue.event("bye")["message"]
        assert nc.line() == b"The server is closing. Goodbye.\n"
        assert blue.line() == nc.line() == b""
    assert running.exit_code() == 0
    assert running.error_line() == ""


def test_its_log_tells_who_came_and_who_went(running: ServerProcess) -> None:
    assert "Nobody administrates this server yet" in running.line()
    with JsonTalker(running.port, "red", "ana"):
        assert "ana (red) connected from 127.0.0.1" in running.line()
    assert "ana (red) disconnected" in running.line()


def test_a_port_that_is_taken_is_one_clear_line_and_exit_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_server(tmp_path, "--port", str(port))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith(f"Error: 127.0.0.1:{port} is taken")


def test_an_address_that_is_not_ours_is_one_clear_line_and_exit_code_1(tmp_path: Path) -> None:
    ended = run_server(tmp_path, "--host", "192.0.2.1", "--port", "0")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("Error: cannot listen at 192.0.2.1:0: ")


@pytest.mark.parametrize(
    ("variable", "value", "may_be"),
    [
        ("HUECHAT_PORT", "x", "a whole number from 0 to 65535"),
        ("HUECHAT_PORT", "65536", "a whole number from 0 to 65535"),
        ("HUECHAT_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("HUECHAT_MAX_LINE_BYTES", "5", "a whole number of bytes from 128"),
    ],
)
def test_a_bad_setting_is_named_with_what_it_was_and_may_be(
    tmp_path: Path, variable: str, value: str, may_be: str
) -> None:
    ended = run_server(tmp_path, **{variable: value})
    assert ended.returncode == 1
    where = "in the environment"
    assert ended.stderr.startswith(f"Error: {variable} is {value!r} {where}; it may be {may_be}")
    assert ended.stderr.count("\n") == 1


def test_help_names_the_flags_and_their_variables(tmp_path: Path) -> None:
    ended = run_server(tmp_path, "--help")
    assert ended.returncode == 0
    for word in ("--host", "--port", "HUECHAT_HOST", "HUECHAT_PORT"):
        assert word in ended.stdout


def test_help_is_no_wider_than_a_terminal_usually_is(tmp_path: Path) -> None:
    told = run_server(tmp_path, "--help", COLUMNS="80").stdout
    assert [line for line in told.splitlines() if len(line) > 80] == []


def test_health_is_0_with_a_server_and_1_without(tmp_path: Path, running: ServerProcess) -> None:
    port = str(running.port)
    assert run_server(tmp_path, "health", "--port", port).returncode == 0
    running.signal(signal.SIGTERM)
    running.exit_code()
    assert run_server(tmp_path, "health", "--port", port).returncode == 1


def test_a_server_that_was_stopped_can_start_again_at_once_on_its_port(
    tmp_path: Path, running: ServerProcess
) -> None:
    with JsonTalker(running.port):
        running.signal(signal.SIGTERM)
        running.exit_code()
        with ServerProcess(tmp_path, running.port) as again:
            assert again.port == running.port
