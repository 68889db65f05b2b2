"""The command huechat-client without a terminal: input from a pipe, and listening."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import pytest
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.processes import (
    CLIENT,
    FakeServer,
    Running,
    SlowRelay,
    listening,
    run_client,
)
from tests.scenarios.talkers import Heard, JsonTalker

from huechat import ChatServer, __version__
from huechat.config import ServerSettings
from huechat.protocol import COLORS

CYAN = "\x1b[36m"
GREEN = "\x1b[32m"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    return port


@pytest.mark.parametrize("program", ["client", "server"])
def test_it_tells_its_version(tmp_path: Path, program: str) -> None:
    with Running([sys.executable, "-m", f"huechat.{program}", "--version"], tmp_path) as told:
        assert (told.line(), told.exit_code()) == (f"huechat {__version__}\n", 0)


def test_what_a_pipe_gives_is_said_and_the_exit_code_is_0(tmp_path: Path, port: int) -> None:
    with JsonTalker(port) as listener:
        ended = run_client(
            tmp_path, "--port", str(port), "--color", "red", "--name", "ana", given="hi\nho\n"
        )
        listener.hears(Heard("red", "hi", "ana"), Heard("red", "ho", "ana"))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == f"Connected to server at 127.0.0.1:{port}\n"


def test_a_last_line_without_newline_and_empty_lines_are_no_trouble(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port) as listener:
        ended = run_client(tmp_path, "--port", str(port), given="\none\n\n  \ntwo")
        listener.hears(Heard("blue", "one"), Heard("blue", "two"))
        listener.hears_nothing_more()
    assert ended.returncode == 0


def test_ten_thousand_lines_arrive_in_order(tmp_path: Path, port: int) -> None:
    with JsonTalker(port) as listener:
        many = [f"line {number}" for number in range(10_000)]
        ended = run_client(tmp_path, "--port", str(port), given="\n".join(many))
        listener.hears(*(Heard("blue", line) for line in many))
    assert ended.returncode == 0


@pytest.mark.parametrize(
    ("bad", "why"),
    [(b"\xff\xfe", "line 2 of the input is not UTF-8"), (b"x" * 70_000, "message is too long")],
)
def test_bad_lines_are_told_and_the_others_are_said_and_the_exit_code_is_1(
    tmp_path: Path, port: int, bad: bytes, why: str
) -> None:
    with JsonTalker(port) as listener:
        ended = run_client(tmp_path, "--port", str(port), given=b"one\n" + bad + b"\nthree\n")
        listener.hears(Heard("blue", "one"), Heard("blue", "three"))
    assert ended.returncode == 1
    assert why in ended.stderr
    assert ended.stderr.count("\n") == 2  # connected, and this


def test_connection_refused_is_one_clear_line_and_exit_code_1(tmp_path: Path) -> None:
    port = free_port()
    ended = run_client(tmp_path, "--port", str(port), given="hi\n")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: connection refused at 127.0.0.1:{port}")
    assert ended.stderr.count("\n") == 1


def test_what_never_answers_is_told_with_its_address_and_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        waits = {"HUECHAT_CONNECT_TIMEOUT_S": "0.1"}
        ended = run_client(tmp_path, "--port", str(port), given="hi\n", **waits)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: what listens at 127.0.0.1:{port} does not answer: ")
    assert "HUECHAT_CONNECT_TIMEOUT_S" in ended.stderr


def test_a_server_of_another_kind_is_one_clear_line_and_exit_code_1(tmp_path: Path) -> None:
    with FakeServer(b"220 mail.example ESMTP\r\n") as other:
        ended = run_client(tmp_path, "--port", str(other.port), given="hi\n")
    assert ended.returncode == 1
    assert ended.stderr == f"Error: what listens at 127.0.0.1:{other.port} is no huechat server\n"


def test_a_password_that_is_long_on_its_way_is_not_said(server: ChatServer, tmp_path: Path) -> None:
    make_account(server, "ana")
    (tmp_path / "password").write_text(f"{SECRET}\n")
    with JsonTalker(server.port, name="ben") as ben, SlowRelay(server.port) as relay:
        ben.says("hello")
        ben.hears_nothing_more()  # it is what plain text begins with
        ended = run_client(
            tmp_path,
            *("--port", str(relay.port), "--name", "ana"),
            given="hi\n",
            HUECHAT_PASSWORD_FILE="password",
        )
        assert (ended.returncode, ended.stdout) == (0, "")
        ben.hears(Heard("red", "hi", "ana"))
        ben.hears_nothing_more()


def test_a_server_that_refuses_us_cannot_touch_our_terminal(tmp_path: Path) -> None:
    refusal = b'{"type":"error","code":"full","message":"\\u001b]0;owned\\u0007no\\u202eroom"}\n'
    with FakeServer(refusal) as hostile:
        ended = run_client(tmp_path, "--port", str(hostile.port), given="hi\n")
    assert ended.returncode == 1
    assert ended.stderr == "Error: ␛]0;owned␇no<U+202E>room\n"


@pytest.mark.parametrize(
    ("variable", "value", "may_be"),
    [
        ("HUECHAT_COLOR", "mauve", f"one of {', '.join(COLORS)}"),
        ("HUECHAT_NAME", "two words", "empty, or a name"),
        ("HUECHAT_PORT", "-1", "a whole number from 0 to 65535"),
        ("HUECHAT_PROMPT_IDLE_S", "soon", "seconds from 0.1 to 86400"),
        ("HUECHAT_CONNECT_TIMEOUT_S", "nan", "seconds from 0.1 to 600"),
    ],
)
def test_a_bad_setting_is_named_with_what_it_was_and_may_be(
    tmp_path: Path, variable: str, value: str, may_be: str
) -> None:
    ended = run_client(tmp_path, given="hi\n", **{variable: value})
    assert ended.returncode == 1
    where = "in the environment"
    assert ended.stderr.startswith(f"Error: {variable} is {value!r} {where}; it may be {may_be}")


def test_a_bad_flag_is_explained_and_the_exit_code_is_2(tmp_path: Path) -> None:
    ended = run_client(tmp_path, "--color", "mauve")
    assert ended.returncode == 2
    assert "light_magenta" in ended.stderr


def test_settings_come_from_flags_over_environment_over_the_env_file(
    tmp_path: Path, port: int
) -> None:
    (tmp_path / ".env").write_text(f"HUECHAT_PORT={port}\nHUECHAT_COLOR=red\nHUECHAT_NAME=ana\n")
    with JsonTalker(port) as listener:
        ended = run_client(tmp_path, "--name", "eva", given="hi\n", HUECHAT_COLOR="green")
        listener.hears(Heard("green", "hi", "eva"))
    assert ended.returncode == 0


def test_help_names_the_flags_and_their_variables(tmp_path: Path) -> None:
    ended = run_client(tmp_path, "--help")
    assert ended.returncode == 0
    for word in ("--listen", "--color", "--name", "HUECHAT_COLOR", "HUECHAT_NAME"):
        assert word in ended.stdout
    assert f"One of {', '.join(COLORS)}." in " ".join(ended.stdout.split())


def test_help_is_no_wider_than_a_terminal_usually_is(tmp_path: Path) -> None:
    told = run_client(tmp_path, "--help", COLUMNS="80").stdout
    assert [line for line in told.splitlines() if len(line) > 80] == []


def test_listening_prints_one_line_each_and_no_prompt(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, "red", "ana") as ana, listening(tmp_path, port) as listener:
        ana.says("hi")
        ana.says("two\nlines\r\nand \u2028 more")
        ana.says("bye")
        assert listener.line() == "ana [COLOR (red)] said -> hi\n"
        assert listener.line() == ("ana [COLOR (red)] said -> two ⏎ lines␍ ⏎ and <U+2028> more\n")
        assert listener.line() == "ana [COLOR (red)] said -> bye\n"


def test_colors_can_be_forced(tmp_path: Path, port: int) -> None:
    with (
        JsonTalker(port, "red") as red,
        Running([*CLIENT, "--listen"], tmp_path, HUECHAT_PORT=str(port), FORCE_COLOR="1") as ours,
    ):
        assert ours.error_line().startswith(f"{GREEN}Connected to server at")
        red.says("hi")
        assert ours.line().startswith(f"{CYAN}[COLOR (red)] said -> hi")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_listener_leaves_when_it_is_told_to(
    server: ChatServer, tmp_path: Path, number: signal.Signals
) -> None:
    with JsonTalker(server.port) as other, listening(tmp_path, server.port) as listener:
        other.says("hi")
        assert listener.line()
        listener.signal(number)
        assert listener.exit_code() == (0 if number == signal.SIGTERM else 130)
        assert "Traceback" not in listener.error_line()


def test_a_listener_leaves_when_nobody_reads_what_it_prints(tmp_path: Path, port: int) -> None:
    """As in `huechat-client --listen | head -1`."""
    with JsonTalker(port, "red") as red, listening(tmp_path, port) as listener:
        red.says("one")
        assert "one" in listener.line()
        assert listener.process.stdout
        listener.process.stdout.close()
        red.says("two")
        listener.exit_code()
        assert "Traceback" not in listener.error_line()


@pytest.mark.parametrize(
    ("access", "flags", "words"),
    [
        ("accounts", (), "this server is for accounts: start with --name NAME and --login,"),
        ("invite", (), "this server is for the invited: start with --name NAME and --login,"),
        ("invite", ("--register",), "set HUECHAT_INVITATION, and start with --name NAME and"),
        ("open", ("--login",), "with that password: --register makes a new account"),
    ],
)
@pytest.mark.parametrize("mode", [(), ("--json",)])
def test_who_is_not_let_in_is_told_what_to_do_and_no_password(
    tmp_path: Path, access: str, flags: tuple[str, ...], words: str, mode: tuple[str, ...]
) -> None:
    (tmp_path / "password").write_text("correct-horse\n")
    file = {"HUECHAT_PASSWORD_FILE": "password", "HUECHAT_NAME": "ana"} if flags else {}
    with ChatServer(port=0, settings=ServerSettings(access=access)) as server:
        command = [*flags, *mode, "--log-level", "debug", "--port", str(server.port)]
        ended = run_client(tmp_path, *command, given="hi\n", **file)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert words in ended.stderr
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("\n") == 1
    assert "correct-horse" not in ended.stderr


@pytest.mark.parametrize("mode", [(), ("--json",)])
def test_a_password_from_a_file_registers_and_then_logs_in(
    tmp_path: Path, port: int, mode: tuple[str, ...]
) -> None:
    (tmp_path / "password").write_text("correct-horse\n")
    file = {"HUECHAT_PASSWORD_FILE": "password", "HUECHAT_NAME": "ana", "HUECHAT_PORT": str(port)}
    first = run_client(tmp_path, "--register", *mode, **file)
    second = run_client(tmp_path, *mode, **file)
    assert (first.returncode, second.returncode) == (0, 0)
    told = ["You are logged in as ana." in one.stderr for one in (first, second)]
    assert told == [not mode, not mode]
    assert "correct-horse" not in first.stdout + first.stderr + second.stdout + second.stderr


def test_with_no_server_named_it_tries_this_machine_and_says_what_to_do(tmp_path: Path) -> None:
    ended = run_client(tmp_path, "--port", str(free_port()), given="hi\n", HUECHAT_HOST="")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: connection refused at 127.0.0.1:")
    assert "Start one with huechat-server, or set HUECHAT_HOST and HUECHAT_PORT" in ended.stderr
