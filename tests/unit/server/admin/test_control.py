"""The socket in the data folder: one command a connection, one at a time, from the owner alone."""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from huechat.server.admin import control, control_socket
from huechat.server.admin.control import MAX_REQUEST, Control
from huechat.server.admin.control_socket import FILE, Answer, NoAnswerError, Request, ask, listen

PATIENCE_S = 10.0
ECHO = Request("user add", "ana", administrator=True, password="correct horse")


class Obedient:
    """Answers each command with itself; waits before `wait` until it is let go on."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, request: Request) -> Answer:
        if request.verb == "fail":
            raise ZeroDivisionError
        if request.verb == "wait":
            self.asked.release()
            assert self.go_on.wait(PATIENCE_S)
        return Answer([request.verb, request.name, request.password])


@pytest.fixture
def obedient() -> Obedient:
    return Obedient()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def running(folder: Path, obedient: Obedient) -> Iterator[Control]:
    """Give a control that is listening."""
    control = Control(folder, obedient)
    control.start()
    yield control
    control.stop(PATIENCE_S)


def connected(folder: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(PATIENCE_S)
    sock.connect(str(folder / FILE))
    return sock


def raw(folder: Path, data: bytes) -> bytes:
    """Return all that comes in answer to `data`."""
    with connected(folder) as sock:
        sock.sendall(data)
        return b"".join(iter(lambda: sock.recv(1024), b""))


@pytest.mark.usefixtures("running")
def test_a_command_is_answered(folder: Path) -> None:
    for _ in range(3):
        assert ask(folder, ECHO) == Answer(["user add", "ana", "correct horse"])


@pytest.mark.usefixtures("running")
def test_only_the_owner_can_connect(folder: Path) -> None:
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_nobody_answers_where_nobody_listens(folder: Path) -> None:
    assert ask(folder, ECHO) is None
    assert ask(folder / "missing", ECHO) is None
    assert ask(folder / ("missing" * 30), ECHO) is None
    listen(folder).close()
    assert (folder / FILE).is_socket()
    assert ask(folder, ECHO) is None


def test_a_socket_that_a_killed_server_left_is_replaced(folder: Path, obedient: Obedient) -> None:
    listen(folder).close()
    control = Control(folder, obedient)
    control.start()
    assert ask(folder, ECHO)
    control.stop(PATIENCE_S)
    assert not (folder / FILE).exists()


@pytest.mark.parametrize("length", [90, 99, 100, 101, 107, 108, 109, 200])
def test_the_sockets_path_may_be_longer_than_a_sockets_address(
    tmp_path_factory: pytest.TempPathFactory, length: int, obedient: Obedient
) -> None:
    above = tmp_path_factory.mktemp("d")
    folder = above / ("x" * (length - len(f"{above}//{FILE}")))
    assert len(str(folder / FILE)) == length
    folder.mkdir(parents=True)
    control = Control(folder, obedient)
    control.start()
    try:
        assert ask(folder, ECHO) is not None
        assert (folder / FILE).is_socket()
    finally:
        control.stop(PATIENCE_S)


def test_where_no_way_leads_to_a_long_name_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / ("x" * 150)
    folder.mkdir()
    monkeypatch.setattr(control_socket, "OPEN_FILES", "/nowhere")
    control = Control(folder, Obedient())
    control.start()
    assert "its name is too long for a socket in it" in caplog.text
    assert ask(folder, ECHO) is None
    control.stop(PATIENCE_S)


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\n", ""),
        (b"{\n", "that is no command: "),
        (b"GET / HTTP/1.1\r\n\r\n", "that is no command: "),
        (b'{"name":"ana"}\n', "that is no command: "),
        (b'{"verb":1}\n', "that is no command: "),
        (b"x" * (MAX_REQUEST + 1), "that is no command: "),
        (b'{"verb":"fail"}\n', "the server failed at that; its log says more"),
    ],
)
def test_nonsense_is_answered_and_the_next_is_served(
    folder: Path, data: bytes, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        answer = raw(folder, data)
    if error:
        assert msgspec.json.decode(answer, type=Answer).error.startswith(error)
    assert ask(folder, ECHO)


@pytest.mark.usefixtures("running")
def test_who_leaves_at_once_keeps_nobody_waiting(folder: Path) -> None:
    connected(folder).close()
    with connected(folder) as sock:
        sock.sendall(msgspec.json.encode(ECHO))  # and no newline
    with connected(folder) as sock:
        sock.sendall(msgspec.json.encode(ECHO) + b"\n")  # it does not wait for the answer
    assert ask(folder, ECHO)


@pytest.mark.usefixtures("running")
def test_who_is_slow_keeps_others_waiting_for_a_while_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "REQUEST_S", 0.05)
    with connected(folder) as slow:
        slow.sendall(b'{"verb":')
        assert ask(folder, ECHO)
        assert slow.recv(1) == b""


def test_commands_are_done_one_at_a_time(
    folder: Path, running: Control, obedient: Obedient
) -> None:
    with connected(folder) as first, connected(folder) as second:
        for sock in (first, second):
            sock.sendall(msgspec.json.encode(Request("wait")) + b"\n")
        assert obedient.asked.acquire(timeout=PATIENCE_S)
        assert not obedient.asked.acquire(blocking=False)
        obedient.go_on.set()
        assert first.recv(1024)
        assert second.recv(1024)


def test_what_is_being_done_at_the_end_is_answered(
    folder: Path, running: Control, obedient: Obedient
) -> None:
    with connected(folder) as sock:
        sock.sendall(msgspec.json.encode(Request("wait")) + b"\n")
        assert obedient.asked.acquire(timeout=PATIENCE_S)
        stopping = threading.Thread(target=running.stop, args=(PATIENCE_S,))
        stopping.start()
        obedient.go_on.set()
        stopping.join(PATIENCE_S)
        assert b"wait" in sock.recv(1024)


def test_what_takes_too_long_does_not_delay_the_end(folder: Path, obedient: Obedient) -> None:
    control = Control(folder, obedient)
    control.start()
    with connected(folder) as sock:
        sock.sendall(msgspec.json.encode(Request("wait")) + b"\n")
        assert obedient.asked.acquire(timeout=PATIENCE_S)
        began = time.monotonic()
        control.stop(0.05)
        assert time.monotonic() - began < PATIENCE_S / 2
        obedient.go_on.set()
        assert sock.recv(1024)


def test_a_server_that_ends_without_an_answer_is_told_from_one_that_is_not_there(
    folder: Path,
) -> None:
    listening = listen(folder)

    def hang_up() -> None:
        client, _ = listening.accept()
        client.close()

    with listening:
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(NoAnswerError, match="ended before it answered"):
            ask(folder, ECHO)
        thread.join()


def test_a_server_that_hangs_is_not_waited_for_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_socket, "ANSWER_S", 0.01)
    with listen(folder), pytest.raises(NoAnswerError, match="did not answer"):
        ask(folder, ECHO)


def test_too_many_that_wait_are_told_from_a_server_that_is_not_there(folder: Path) -> None:
    listening = socket.socket(socket.AF_UNIX)
    with listening:
        listening.bind(str(folder / FILE))
        listening.listen(0)
        waiting = [connected(folder)]
        try:
            assert ask(folder, ECHO) is None  # the folder's lock says the rest
        finally:
            for sock in waiting:
                sock.close()


def test_a_folder_that_cannot_be_written_to_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    control = Control(tmp_path / "missing", Obedient())
    control.start()
    control.stop(PATIENCE_S)
    assert "no command can reach this server while it runs: " in caplog.text


def test_a_request_shows_no_password() -> None:
    assert "horse" not in f"{ECHO!r} {ECHO}"


@pytest.mark.usefixtures("running")
def test_no_file_stays_open(folder: Path) -> None:
    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    ask(folder, ECHO)
    before = opened()
    ask(folder, ECHO)
    assert opened() == before
