"""The administrator's commands as processes: who may run them, and what a crash leaves behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pexpect
import pytest
from tests.scenarios.processes import SERVER, ServerProcess, environment, run_server
from tests.scenarios.talkers import FAILURE_S, JsonTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.__main__ import main
from huechat.server.admin import admin_command
from huechat.server.admin.control_socket import NoAnswerError, Request, ask
from huechat.store.folder_lock import FolderLock

PASSWORD = "correct horse battery"
IN_TIME_S = 2.0


class Command(subprocess.Popen[bytes]):
    """A command that is running. Leaving `with` waits for its end."""

    def __init__(self, folder: Path, *words: str, **variables: str) -> None:
        super().__init__(
            [*SERVER, *words],
            cwd=folder,
            env=environment(**variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def ends(self, given: str = "") -> tuple[int | None, str, str]:
        out, err = self.communicate(given.encode(), FAILURE_S)
        return self.returncode, out.decode(), err.decode()


def does(folder: Path, *words: str, given: str = "", **variables: str) -> str:
    """Return what a command prints."""
    with Command(folder, *words, **variables) as command:
        code, out, err = command.ends(given)
    assert (code, err) == (0, "")
    return out


def names(folder: Path) -> list[str]:
    """Return who has an account."""
    return [line.split()[0] for line in does(folder, "user", "list").splitlines()[1:]]


def logs_in(port: int, name: str, password: str) -> bool:
    with JsonTalker(port, hello=False) as talker:
        talker.ask(type="login", name=name, password=password)
        return b'"token"' in talker.line()


@contextlib.contextmanager
def perhaps(folder: Path, live: bool, **variables: str) -> Iterator[ServerProcess | None]:
    if not live:
        yield None
        return
    with ServerProcess(folder, 0, **variables) as server:
        yield server


live_or_stopped = pytest.mark.parametrize("live", [True, False], ids=["live", "stopped"])


@live_or_stopped
def test_commands_that_come_at_once_are_all_done(tmp_path: Path, live: bool) -> None:
    with perhaps(tmp_path, live):
        commands = [Command(tmp_path, "user", "add", f"ana-{number}") for number in range(4)]
        for command in commands:
            assert command.stdin
            command.stdin.write(f"{PASSWORD}\n".encode())
            command.stdin.flush()
        for number, command in enumerate(commands):
            with command:
                assert command.ends() == (0, f"There is an account ana-{number} now.\n", "")
        assert names(tmp_path) == [f"ana-{number}" for number in range(4)]


def test_commands_do_the_same_before_during_and_after_a_server_even_one_that_was_killed(
    tmp_path: Path,
) -> None:
    control = tmp_path / "data/control.sock"
    does(tmp_path, "user", "add", "ana", given=PASSWORD)
    with ServerProcess(tmp_path) as server:
        assert control.is_socket()
        assert control.stat().st_mode & 0o777 == 0o600
        does(tmp_path, "user", "add", "ben", given=PASSWORD)
        server.signal(signal.SIGKILL)
        server.exit_code()
    assert control.is_socket()
    does(tmp_path, "user", "add", "eva", given=PASSWORD)
    with ServerProcess(tmp_path) as server:
        does(tmp_path, "user", "add", "leo", given=PASSWORD)
        assert names(tmp_path) == ["ana", "ben", "eva", "leo"]
        assert logs_in(server.port, "eva", PASSWORD)
        server.signal(signal.SIGTERM)
        assert server.exit_code() == 0
    assert not control.exists()


@live_or_stopped
def test_a_folder_may_have_a_longer_name_than_a_sockets_address(tmp_path: Path, live: bool) -> None:
    folder = tmp_path / ("long-" * 20) / ("longer-" * 20)
    folder.mkdir(parents=True)
    with perhaps(folder, live):
        data = ("--data", str(folder / "data"))
        does(tmp_path, "user", "add", "ana", *data, given=PASSWORD)
        assert '"name":"ana"' in does(tmp_path, *data, "user", "list", "--json")


@live_or_stopped
def test_no_password_is_told_logged_or_kept(tmp_path: Path, live: bool) -> None:
    log = ""
    loud = {"HUECHAT_LOG_LEVEL": "debug"}
    with perhaps(tmp_path, live, **loud) as server:
        out = does(tmp_path, "user", "add", "ana", given=PASSWORD, **loud)
        with Command(tmp_path, "user", "add", "ana", **loud) as command:
            code, _, refused = command.ends(PASSWORD)
        assert code == 1
        if server:
            server.signal(signal.SIGTERM)
            log = "".join(iter(server.line, "")) + "".join(iter(server.error_line, ""))
    assert "horse" not in out + refused + log
    assert b"horse" not in b"".join(one.read_bytes() for one in (tmp_path / "data").iterdir())


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    does(tmp_path, "user", "add", "ana", HUECHAT_PASSWORD_FILE="secret", given="not this one")
    with ServerProcess(tmp_path) as server:
        assert logs_in(server.port, "ana", PASSWORD)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot read the password from the file secret: No such file or directory"),
        (b"", "the file secret has no password in its first line"),
        (b"\nhorse", "the file secret has no password in its first line"),
        (b"horse\xff\n", "the first line of the file secret is not UTF-8"),
        (b"horse" * 2000, "the first line of the file secret is too long for a password"),
    ],
)
def test_a_file_without_a_password_is_one_clear_line(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with Command(tmp_path, "user", "add", "ana", HUECHAT_PASSWORD_FILE="secret") as command:
        assert command.ends() == (1, "", f"Error: {complaint}\n")


def test_no_password_at_all_is_one_clear_line(tmp_path: Path) -> None:
    ended = run_server(tmp_path, "user", "add", "ana")
    assert ended.stderr == "Error: standard input has no password in its first line\n"


# At a terminal.


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Any]:
    program = pexpect.spawn(
        SERVER[0],
        [*SERVER[1:], "user", "add", "ana"],
        cwd=str(tmp_path),
        env=environment(),
        timeout=FAILURE_S,
    )
    yield program
    program.close(force=True)


def _types(program: Any, prompt: str, text: str) -> None:
    program.expect_exact(prompt)
    assert program.waitnoecho(FAILURE_S)
    program.sendline(text)


def test_a_password_is_asked_for_twice_and_not_shown(tmp_path: Path, terminal: Any) -> None:
    _types(terminal, "Password for ana: ", PASSWORD)
    terminal.expect_exact("The same again: ")
    seen = [Path(f"/proc/{terminal.pid}/{file}").read_bytes() for file in ("cmdline", "environ")]
    assert seen[0].endswith(b"\0user\0add\0ana\0")
    assert b"horse" not in b"".join(seen)
    assert terminal.waitnoecho(FAILURE_S)
    terminal.sendline(PASSWORD)
    terminal.expect(pexpect.EOF)
    assert terminal.before
    assert terminal.before.split() == b"There is an account ana now.".split()
    with ServerProcess(tmp_path) as server:
        assert logs_in(server.port, "ana", PASSWORD)


def test_two_different_passwords_are_none(terminal: Any) -> None:
    _types(terminal, "Password for ana: ", PASSWORD)
    _types(terminal, "The same again: ", PASSWORD.upper())
    terminal.expect_exact("Error: the two are not the same; nothing was changed")
    terminal.expect(pexpect.EOF)


def test_ctrl_c_ends_it_without_a_word(terminal: Any) -> None:
    terminal.expect_exact("Password for ana: ")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    assert (terminal.before or b"").strip() in (b"", b"^C")
    terminal.wait()
    assert terminal.exitstatus == 130


# Who may, and where.


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_only_the_servers_user_can_command_it() -> None:
    with TemporaryDirectory() as name, ServerProcess(Path(name)):
        folder = Path(name) / "data"
        for one in (folder, Path(name)):
            one.chmod(0o755)
        os.seteuid(65534)
        try:
            assert (folder / "control.sock").exists()
            with pytest.raises(NoAnswerError, match="another user's: run this as that user"):
                ask(folder, Request("user list"))
        finally:
            os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused so")
def test_root_leaves_no_files_that_the_servers_user_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", 65534, 65534)
    assert main(["invite"]) == 1
    assert capsys.readouterr().err == (
        "Error: data is another user's: run this as that user, or while the server runs\n"
    )
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("words", ["user list", "user passwd ana", "room list", "audit"])
def test_a_folder_without_a_database_is_named_and_not_made(tmp_path: Path, words: str) -> None:
    with Command(tmp_path, *words.split(), "--data", "typo") as command:
        assert command.ends(PASSWORD) == (
            1,
            "",
            "Error: there is no database at typo/huechat.db: set HUECHAT_DATA\n",
        )
    assert not (tmp_path / "typo").exists()


def test_a_folder_in_use_by_who_takes_no_commands_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_command, "PATIENCE_S", 0.0)
    (tmp_path / "data").mkdir()
    lock = FolderLock(tmp_path / "data")
    try:
        assert main(["invite"]) == 1
    finally:
        lock.release()
    assert capsys.readouterr().err == (
        "Error: a huechat server uses the folder data, but takes no commands there\n"
    )


def test_a_server_whose_folder_can_have_no_socket_serves_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data/control.sock").mkdir(parents=True)
    with ChatServer(port=0) as server, JsonTalker(server.port) as talker:
        talker.hears_nothing_more()
    assert "no command can reach this server while it runs: " in caplog.text


def test_who_is_slow_at_the_socket_delays_no_stop() -> None:
    with ChatServer(port=0) as server, socket.socket(socket.AF_UNIX) as stuck:
        stuck.connect("data/control.sock")
        stuck.sendall(b'{"verb":"user list"')
        with socket.socket(socket.AF_UNIX) as other:
            other.connect("data/control.sock")
            began = time.monotonic()
            server.shutdown()
            assert time.monotonic() - began < IN_TIME_S
            with suppress(ConnectionResetError):  # it had not been listened to yet
                assert stuck.recv(1) == b""
    assert not Path("data/control.sock").exists()


def test_a_server_removes_its_own_socket_wherever_the_program_is_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere/data").mkdir(parents=True)
    (tmp_path / "elsewhere/data/control.sock").touch()
    with ChatServer(port=0):
        monkeypatch.chdir(tmp_path / "elsewhere")
    assert not (tmp_path / "data/control.sock").exists()
    assert (tmp_path / "elsewhere/data/control.sock").exists()


# The first administrator.


def _first_code(server: ServerProcess) -> str:
    found = re.fullmatch(
        "[0-9:]{8} Nobody administrates this server yet: register with the code (.{19}) to do so\n",
        server.line(),
    )
    assert found
    return found[1]


def test_a_server_without_an_administrator_says_how_to_become_it(tmp_path: Path) -> None:
    with ServerProcess(tmp_path) as server:
        before = _first_code(server)
        server.signal(signal.SIGTERM)
        server.exit_code()
    with ServerProcess(tmp_path) as server:
        code = _first_code(server)
        with JsonTalker(server.port, name="eva") as eva:
            eva.ask(type="register", password=PASSWORD, invitation=before)
            eva.error("bad_code")
            eva.ask(type="register", password=PASSWORD, invitation=code)
            eva.event("token")
            assert eva.event("you")["administrator"]
        server.signal(signal.SIGTERM)
        assert "Nobody" not in "".join(iter(server.line, ""))
    with ServerProcess(tmp_path) as server:
        server.signal(signal.SIGTERM)
        assert "Nobody" not in "".join(iter(server.line, ""))


def test_an_embedded_server_prints_no_code(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with ChatServer(port=0, settings=ServerSettings()):
        pass
    assert capfd.readouterr() == ("", "")
    assert "code" not in caplog.text


# What can be typed.


def test_help_lists_every_command(tmp_path: Path) -> None:
    told = run_server(tmp_path, "--help").stdout
    for command in (
        "serve", "health", "check", "backup FILE", "restore FILE", "user list", "user add NAME",
        "user passwd", "user disable", "user enable", "user delete", "user admin",
        "user unadmin", "token revoke", "room list", "room delete", "invite", "audit",
    ):  # fmt: skip
        assert f"\n  {command}" in told
    assert "disable   " in run_server(tmp_path, "user", "--help").stdout


@pytest.mark.parametrize(
    "words",
    ["nonsense", "user", "user add", "user add ana ben", "room delete", "token", "user list --no"],
)
def test_what_is_no_command_is_wrong_usage(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: huechat-server")
