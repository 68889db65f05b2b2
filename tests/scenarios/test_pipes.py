"""Lines through a pipe: what is said of them, where, and how often."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.processes import CLIENT, Running, ServerProcess, run_client
from tests.scenarios.talkers import Heard, JsonTalker

from huechat import ChatServer
from huechat.client.piped import MOST_BYTES
from huechat.config import ServerSettings

QUICK = {"HUECHAT_RECONNECT_MAX_S": "0.2"}


def piping(folder: Path, port: int, *flags: str, **variables: str) -> Running:
    """Return a client that is connected and waits for lines."""
    client = Running([*CLIENT, "--port", str(port), *flags], folder, **QUICK, **variables)
    connected = client.error_line()
    assert f"Connected to server at 127.0.0.1:{port}" in connected, connected
    return client


def test_lines_go_to_the_room_that_is_named_and_nowhere_else(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("builds")
        ended = run_client(
            tmp_path, "--port", str(port), "--room", "builds", "--name", "ci", given="one\ntwo\n"
        )
        ana.hears_in("builds", Heard("blue", "one", "ci"), Heard("blue", "two", "ci"))
        ana.hears_nothing_more()  # not in the lobby either
    assert ended.returncode == 0


def test_a_room_that_is_not_there_is_made(tmp_path: Path, port: int) -> None:
    ended = run_client(tmp_path, "--port", str(port), "--room", "new", given="hi\n")
    assert ended.returncode == 0
    with JsonTalker(port, name="ana") as ana:
        ana.joins("new")
        assert ana.event("message")["text"] == "hi"


def test_nothing_is_said_anywhere_if_the_room_is_closed_to_one(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den", private=True)
        ended = run_client(tmp_path, "--port", str(port), "--room", "den", given="secret\n")
        ana.hears_nothing_more()
    assert (ended.returncode, ended.stdout) == (1, "")
    _, why, what = ended.stderr.splitlines()
    assert "den is private" in why
    assert what == "Error: not one line was sent: this client is not in the room"


def test_who_is_put_out_of_the_room_in_mid_pipe_says_nothing_elsewhere(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("builds")
        with piping(tmp_path, port, "--room", "builds", "--name", "ci") as ci:
            ci.type("one\n")
            ana.hears_in("builds", Heard("blue", "one", "ci"))
            ana.ask(type="kick", id="k", room="builds", name="ci")
            ana.event("notice")
            while "You were put out of #builds by ana" not in ci.error_line():
                pass
            ci.type("two\n")
            assert "you are not in #builds" in ci.error_line()
            ci.end_input()
            assert ci.exit_code() == 1
        ana.hears_nothing_more()


def test_lines_are_said_as_they_are_whatever_is_in_them(tmp_path: Path, port: int) -> None:
    """A path in a build's log begins with a slash, and is no command."""
    given = "\ufeffwindows\r\n/usr/bin/cc\n\x00nul \x1b[31mred\n[COLOR (red)] said -> x\n"
    with JsonTalker(port) as ana:
        ended = run_client(tmp_path, "--port", str(port), given=given)
        said = ["windows", "/usr/bin/cc", "\x00nul \x1b[31mred", "[COLOR (red)] said -> x"]
        ana.hears(*(Heard("blue", text) for text in said))
    assert ended.returncode == 0


def test_a_line_without_end_is_told_and_the_next_one_is_said(tmp_path: Path, port: int) -> None:
    given = b"x" * (3 * MOST_BYTES) + b"\nnext\n"
    with JsonTalker(port) as ana:
        ended = run_client(tmp_path, "--port", str(port), given=given)
        ana.hears(Heard("blue", "next"))
    assert ended.returncode == 1
    assert "line 1 of the input: it is longer than any server takes" in ended.stderr
    assert ended.stderr.count("\n") == 2  # connected, and this


def test_more_than_the_server_likes_to_hear_at_once_is_said_in_order(tmp_path: Path) -> None:
    many = [f"line {number}" for number in range(40)]
    slow = ServerSettings(messages_per_s=100, messages_burst=30)
    with ChatServer(port=0, settings=slow) as server, JsonTalker(server.port) as ana:
        ended = run_client(tmp_path, "--port", str(server.port), given="\n".join(many))
        ana.hears(*(Heard("blue", line) for line in many))
        ana.hears_nothing_more()
    assert (ended.returncode, ended.stderr.count("\n")) == (0, 1)


def test_it_waits_for_slow_mode_longer_than_for_a_server_that_is_gone(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("slow")
        ana.ask(type="slow", room="slow", every_s=0.6)
        ana.event("notice")
        ended = run_client(
            tmp_path,
            *("--port", str(port), "--room", "slow", "--name", "ci"),
            given="one\ntwo\nthree\n",
            HUECHAT_CONFIRM_TIMEOUT_S="0.5",
        )
        ana.hears_in("slow", *(Heard("blue", text, "ci") for text in ("one", "two", "three")))
    assert ended.returncode == 0
    assert "Waiting: " in ended.stderr


def test_what_others_say_is_shown_while_the_input_is_open(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, "red", "ana") as ana, piping(tmp_path, port) as client:
        ana.says("hi")
        assert client.line() == "ana [COLOR (red)] said -> hi\n"
        client.type("ho\n")
        ana.hears(Heard("blue", "ho"))
        client.end_input()
        assert client.exit_code() == 0


def test_each_line_is_stored_once_though_the_server_is_killed_in_between(tmp_path: Path) -> None:
    many = [f"line {number}" for number in range(1_500)]
    endless = {"HUECHAT_MESSAGES_PER_S": "0", "HUECHAT_HISTORY": "0", "HUECHAT_PAGE": "1000"}
    with ServerProcess(tmp_path, **endless) as first:
        port = first.port
        client = piping(tmp_path, port)
        with client, JsonTalker(port) as ana:
            client.type("\n".join(many[:1_000]) + "\n")
            ana.hears(*(Heard("blue", line) for line in many[:300]))
            first.process.kill()
            assert "Disconnected" in client.error_line()
            client.type("\n".join(many[1_000:]) + "\n")
            client.end_input()
            with ServerProcess(tmp_path, port, **endless) as second:
                assert client.exit_code() == 0
                assert all_said(second.port) == many


def all_said(port: int) -> list[str]:
    """Return the texts of all that was said in the lobby."""
    texts: list[str] = []
    with JsonTalker(port) as reader:
        after, more = 0, True
        while more:
            page = reader.answer("history", type="history", after=after, limit=1_000)
            texts += [message["text"] for message in page["messages"]]
            after, more = page["messages"][-1]["seq"], page["more"]
    return texts


def test_a_server_that_never_comes_back_is_told_with_what_it_did_not_confirm(
    tmp_path: Path,
) -> None:
    server = ChatServer(port=0).start()
    with piping(tmp_path, server.port, HUECHAT_CONFIRM_TIMEOUT_S="0.3") as client:
        server.shutdown()
        while "Disconnected" not in client.error_line():
            pass
        client.type("one\ntwo\nthree\n")
        client.end_input()
        assert client.error_line() == (
            "Error: the server did not confirm 3 of the lines: is it still there?\n"
        )
        assert client.exit_code() == 1


def test_two_of_one_name_speak_one_after_the_other(tmp_path: Path, port: int) -> None:
    with JsonTalker(port) as listener:
        with JsonTalker(port, name="ci"):
            command = [*CLIENT, "--port", str(port), "--name", "ci"]
            second = Running(command, tmp_path)
            second.type("the build is green\n")
            second.end_input()
            assert second.error_line().startswith(
                "Waiting: ci, or a name that looks like it, is in"
            )
        with second:
            listener.hears(Heard("blue", "the build is green", "ci"))
            assert second.exit_code() == 0


def test_a_name_that_stays_in_use_is_waited_for_no_longer_than_set(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port, name="ci"):
        flags = ("--port", str(port), "--name", "ci")
        ended = run_client(tmp_path, *flags, given="hi\n", HUECHAT_CONFIRM_TIMEOUT_S="0.2")
    assert ended.returncode == 1
    assert "Error: ci, or a name that looks like it, is in use" in ended.stderr
