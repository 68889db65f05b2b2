"""A misspelt setting, or a line of `.env` that says nothing: both commands say so, and go on."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.processes import ServerProcess, run_client, run_server
from tests.scenarios.talkers import Heard, JsonTalker

BAD = "HUECHAT_PROT=1\nHUECHAT_NAME 'ana\n"


def told(folder: Path) -> list[str]:
    """Return what is said of `BAD`."""
    file = folder / ".env"
    return [
        f"Warning: {file}, line 2, was passed over: it is not NAME=value",
        f"Warning: {file}, line 1: there is no setting HUECHAT_PROT: did you mean HUECHAT_PORT?",
    ]


def test_the_client_says_it_and_goes_on(tmp_path: Path, port: int) -> None:
    (tmp_path / ".env").write_text(BAD)
    with JsonTalker(port) as listener:
        done = run_client(tmp_path, "--port", str(port), "--color", "red", given="hi\n")
        listener.hears(Heard("red", "hi"))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[:2] == told(tmp_path)


def test_the_server_says_it_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(BAD)
    with ServerProcess(tmp_path) as server, JsonTalker(server.port):
        assert [server.error_line().rstrip("\n") for _ in range(2)] == told(tmp_path)


def test_the_administrators_commands_say_it_and_a_health_check_does_not(tmp_path: Path) -> None:
    name = {"HUECHAT_DATTA": "x"}
    words = "Warning: there is no setting HUECHAT_DATTA: did you mean HUECHAT_DATA?\n"
    listed = run_server(tmp_path, "room", "list", **name)
    assert listed.stderr.startswith(words)
    assert run_server(tmp_path, "health", "--port", "0", **name).stderr == ""


def test_what_a_name_has_in_it_cannot_move_the_cursor(tmp_path: Path) -> None:
    listed = run_server(tmp_path, "room", "list", **{"HUECHAT_\x1b[2J": "x"})
    assert "HUECHAT_␛[2J" in listed.stderr
    assert "\x1b" not in listed.stderr
