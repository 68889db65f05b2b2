"""Pipes that end, at one end or the other: by a signal, by nobody reading, by a full disk."""

from __future__ import annotations

import shlex
import signal
from pathlib import Path

import pytest
from tests.scenarios.processes import CLIENT, WELCOME, FakeServer, Running, listening
from tests.scenarios.talkers import Heard, JsonTalker

UNCONFIRMED = "Error: the server did not confirm 1 of the lines: is it still there?\n"


def in_a_shell(folder: Path, line: str, port: int) -> Running:
    """Run a line of bash, in which `client` is the command and a failure in a pipe is one."""
    command = shlex.join([*CLIENT, "--port", str(port)])
    return Running(["bash", "-o", "pipefail", "-c", line.replace("client", command)], folder)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_though_the_input_is_open(
    tmp_path: Path, port: int, number: signal.Signals, code: int
) -> None:
    with JsonTalker(port) as ana, Running([*CLIENT, "--port", str(port)], tmp_path) as client:
        assert "Connected" in client.error_line()
        client.type("hi\n")
        ana.hears(Heard("blue", "hi"))
        client.signal(number)
        assert client.exit_code() == code
        assert client.error_line() in ("", UNCONFIRMED)  # no traceback


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_who_ends_it_is_told_what_the_server_did_not_confirm(
    tmp_path: Path, flags: list[str], number: signal.Signals
) -> None:
    said = '{"type": "say", "text": "hi"}\n' if flags else "hi\n"
    with (
        FakeServer(WELCOME) as deaf,
        Running([*CLIENT, *flags, "--port", str(deaf.port)], tmp_path) as client,
    ):
        client.type(said)
        deaf.hears(b'"hi"')
        client.signal(number)
        assert client.exit_code() == 128 + number
        told = list(iter(client.error_line, ""))
        assert told[-1] == UNCONFIRMED.replace("lines", "messages" if flags else "lines"), told


def test_listening_through_head_ends_with_head(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, "red") as red:
        with in_a_shell(tmp_path, "client --listen | head -1", port) as both:
            assert "Connected" in both.error_line()
            red.says("one")  # and nothing after it
            assert both.line() == "[COLOR (red)] said -> one\n"
            assert (both.exit_code(), both.error_line()) == (0, "")
        red.hears_nothing_more()


def test_a_listener_that_nobody_reads_can_still_be_interrupted(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, "red") as red, listening(tmp_path, port) as listener:
        for _ in range(40):
            red.says("x" * 10_000)  # more than a pipe holds
        assert "said" in listener.line()
        red.hears_nothing_more()
        listener.signal(signal.SIGINT)
        assert listener.exit_code() == 130
        assert listener.error_line() == ""  # the interpreter does not abort either


@pytest.mark.parametrize("line", ["echo hi | client >&-", "client <&-"])
def test_a_closed_input_or_output_is_one_clear_line(tmp_path: Path, port: int, line: str) -> None:
    with in_a_shell(tmp_path, line, port) as client:
        assert "standard input and output are needed" in client.error_line()
        assert (client.error_line(), client.exit_code()) == ("", 1)


def test_a_closed_error_output_does_not_put_errors_among_what_is_said(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port) as ana, in_a_shell(tmp_path, "echo hi | client 2>&-", port) as client:
        ana.hears(Heard("blue", "hi"))
        assert (client.line(), client.exit_code()) == ("", 0)


def test_a_full_disk_ends_a_listener_and_is_told(tmp_path: Path, port: int) -> None:
    with (
        JsonTalker(port, "red") as red,
        in_a_shell(tmp_path, "client --listen >/dev/full", port) as listener,
    ):
        assert "Connected" in listener.error_line()
        red.says("hi")
        assert listener.error_line() == (
            "Error: the output cannot be written: No space left on device\n"
        )
        assert listener.exit_code() == 1
