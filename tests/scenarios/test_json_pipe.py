"""huechat-client --json: events and commands as lines of JSON, both ways through pipes."""

from __future__ import annotations

import json
import shlex
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.processes import CLIENT, Running, run_client
from tests.scenarios.talkers import Heard, JsonTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.server.admin.administration import administrate
from huechat.server.admin.control_socket import Request

UNLIMITED = ServerSettings(messages_per_s=0)

pytestmark = pytest.mark.usefixtures("cheap_passwords")


class JsonClient(Running):
    """A `huechat-client --json` that was welcomed."""

    def __init__(self, folder: Path, port: int, *flags: str, **variables: str) -> None:
        command = [*CLIENT, "--json", "--port", str(port), *flags]
        super().__init__(command, folder, HUECHAT_RECONNECT_MAX_S="0.2", **variables)
        self.welcome = self.next()
        assert self.welcome["type"] == "welcome", self.welcome

    def ask(self, **command: Any) -> None:
        self.type(json.dumps(command) + "\n")

    def next(self) -> dict[str, Any]:
        """Return the next event but those of who is there."""
        while True:
            line = self.line()
            assert line, f"the output ended; on the error output: {self.error_line()}"
            event: dict[str, Any] = json.loads(line)
            if event["type"] != "presence":
                return event

    def event(self, kind: str) -> dict[str, Any]:
        """Return the next event, which must be of this kind."""
        event = self.next()
        assert event["type"] == kind, event
        return event


@contextmanager
def started(port: int = 0) -> Iterator[ChatServer]:
    with ChatServer(port=port, settings=UNLIMITED) as server:
        yield server


def test_each_event_is_a_line_at_once_and_each_line_a_command(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, "red", "ana") as ana, JsonClient(tmp_path, port, "--name", "bot") as bot:
        assert bot.welcome["name"] == "bot"
        ana.says("hi")
        heard = bot.event("message")
        assert (heard["name"], heard["text"]) == ("ana", "hi")
        bot.ask(type="say", text="ho", id="mine")
        ana.hears(Heard("blue", "ho", "bot"))
        assert (bot.event("ack")["id"], heard["seq"]) == ("mine", 1)
        bot.ask(type="who", id="w")
        assert {one["name"] for one in bot.event("who")["people"]} == {"ana", "bot"}
        bot.end_input()
        assert (bot.line(), bot.exit_code(), bot.error_line()) == ("", 0, "")


@pytest.mark.parametrize(
    ("second", "told", "exit_code"), [("two", "id_taken", 1), ("one", None, 0)]
)
def test_an_id_that_is_used_twice_at_once_is_answered_twice(
    tmp_path: Path, port: int, second: str, told: str | None, exit_code: int
) -> None:
    given = "".join(
        json.dumps({"type": "say", "text": text, "id": "same"}) + "\n" for text in ("one", second)
    )
    with JsonTalker(port) as other:
        ended = run_client(tmp_path, "--json", "--port", str(port), given=given)
        assert other.next_heard().text == "one"
        other.hears_nothing_more()
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    answers = [(one["type"], one.get("code")) for one in events if one.get("id") == "same"]
    assert answers == [("ack", None), ("error" if told else "ack", told)]
    assert ended.returncode == exit_code


def test_who_is_kept_out_for_now_is_told_why(tmp_path: Path) -> None:
    welcome = {"type": "welcome", "v": 1, "name": "bot", "color": "blue", "session": "s"}
    taken = {"type": "error", "code": "name_taken", "message": "bot is in use", "id": ""}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [*CLIENT, "--json", "--port", str(listening.getsockname()[1])]
        with Running(command, tmp_path) as bot:
            for answer in ({**welcome, "rooms": []}, taken):
                connection, _ = listening.accept()
                with connection, connection.makefile("rb") as hello:
                    assert json.loads(hello.readline())["type"] == "hello"
                    connection.sendall(json.dumps(answer).encode() + b"\n")
            told = [json.loads(bot.line()) for _ in range(3)]
    assert [one["type"] for one in told] == ["welcome", "lost", "kept_out"]
    assert told[-1]["message"] == "bot is in use"


BAD = [
    (b"hello", "bad_json", ""),
    (b"[]", "bad_json", ""),
    (b'{"type":[]}', "bad_json", ""),
    (b'{"type":null}', "bad_json", ""),
    (b"{}", "unknown_type", ""),
    (b'{"type":"fly","id":"1"}', "unknown_type", "1"),
    (b'{"type":"say","id":"2"}', "bad_json", "2"),
    (b'{"type":"say","id":"3","text":3}', "bad_json", "3"),
    (b'{"type":"say","id":"","text":"x"}', "bad_json", ""),
    (b'{"type":"say","text":"\xff"}', "bad_utf8", ""),
    (b'{"a":' * 5_000, "bad_json", ""),
    (b'{"type":"say","id":"4","text":"' + b"x" * 70_000 + b'"}', "too_long", "4"),
]


def test_a_line_that_is_no_command_is_answered_with_a_code_and_the_pipe_goes_on(
    tmp_path: Path, port: int
) -> None:
    with JsonTalker(port) as ana:
        given = b"\n".join(line for line, _, _ in BAD) + b'\n\n{"type":"say","text":"next"}\n'
        ended = run_client(tmp_path, "--json", "--port", str(port), given=given)
        ana.hears(Heard("blue", "next"))
        ana.hears_nothing_more()
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    errors = [(one["code"], one["id"]) for one in answers if one["type"] == "error"]
    assert errors == [(code, id_) for _, code, id_ in BAD]
    words = [one["message"] for one in answers if one["type"] == "error"]
    assert words.pop().startswith("the message is too long")  # that one was a command
    assert [one.partition(": ")[0] for one in words] == [f"line {n}" for n in range(1, len(BAD))]
    assert answers[-1]["type"] == "ack"
    assert (ended.returncode, ended.stderr) == (1, "")


def test_what_the_server_refuses_is_an_error_and_the_exit_code_is_1(
    tmp_path: Path, port: int
) -> None:
    given = '{"type":"say","id":"1","text":" "}\n{"type":"say","id":"2","room":"x","text":"x"}\n'
    ended = run_client(tmp_path, "--json", "--port", str(port), given=given)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    errors = {one["id"]: one["code"] for one in answers if one["type"] == "error"}
    assert errors == {"1": "empty", "2": "not_in_room"}
    assert ended.returncode == 1


def test_what_names_no_room_is_for_the_one_of_the_command_line(tmp_path: Path, port: int) -> None:
    commands = [{"type": "say", "text": "here"}, {"type": "say", "text": "there", "room": "lobby"}]
    commands += [{"type": "topic", "text": "all green"}, {"type": "who", "id": "w"}]
    given = "\n".join(map(json.dumps, commands))
    with JsonTalker(port, name="ana") as ana:
        ended = run_client(
            tmp_path, *("--json", "--port", str(port), "--room", "builds"), given=given
        )
        ana.hears(Heard("blue", "there"))
        ana.hears_nothing_more()
    events = {one["type"]: one for one in map(json.loads, ended.stdout.splitlines())}
    assert (events["topic"]["room"], events["who"]["room"]) == ("builds", "builds")
    assert ended.returncode == 0


def test_after_a_lost_link_the_events_go_on_with_no_gap_and_no_doubles(tmp_path: Path) -> None:
    with started() as first:
        bot = JsonClient(tmp_path, first.port, "--name", "bot")
        with JsonTalker(first.port, name="ana") as ana:
            ana.says("one")
            bot.event("message")
            bot.ask(type="say", id="1", text="own")
            bot.event("ack")
            ana.hears(Heard("blue", "own", "bot"))
    with bot:
        assert bot.event("bye")
        assert bot.event("lost") == {"type": "lost", "waiting": 0}
        bot.ask(type="say", id="2", text="meanwhile")
        bot.ask(type="rooms", id="3")
        with started(first.port) as second, JsonTalker(second.port, name="ana") as ana:
            assert bot.event("welcome")["name"] == "bot"
            answers = [bot.next(), bot.next()]
            assert sorted((one["type"], one["id"]) for one in answers) == [
                ("ack", "2"),
                ("rooms", "3"),
            ]
            ana.ask(type="say", id="another", text="two")
            assert bot.event("message")["text"] == "two"
            bot.end_input()
            assert bot.exit_code() == 0
            texts = [entry.message.text for entry in second.hall.lobby.after(0)]
            assert texts[-2:] == ["meanwhile", "two"]


def test_an_id_that_another_uses_too_confirms_nothing(tmp_path: Path, port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonClient(tmp_path, port, "--name", "bot") as bot:
        ana.ask(type="say", id="1", text="hers")
        bot.ask(type="say", id="1", text="its own")
        kinds = sorted([bot.next()["type"], bot.next()["type"]])
        assert kinds == ["ack", "message"]


def test_what_cannot_be_asked_as_the_server_stays_away_is_an_error(tmp_path: Path) -> None:
    with started() as server:
        bot = JsonClient(tmp_path, server.port, HUECHAT_CONFIRM_TIMEOUT_S="0.3")
    with bot:
        assert bot.event("bye")
        assert bot.event("lost")
        bot.ask(type="rooms", id="3")
        error = bot.event("error")
        assert (error["code"], error["id"]) == ("no_connection", "3")
        bot.ask(type="say", text="never heard")
        bot.end_input()
        assert bot.exit_code() == 1
        told = "Error: the server did not confirm 1 of the messages: is it still there?\n"
        assert bot.error_line() == told


def test_an_account_that_is_disabled_hears_why_and_the_pipe_ends(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    with started() as server:
        make_account(server, "bot")
        file = {"HUECHAT_PASSWORD_FILE": "password", "HUECHAT_NAME": "bot"}
        with JsonClient(tmp_path, server.port, **file) as bot:
            assert bot.welcome["account"] is True
            administrate(server.hall, Request("user disable", name="bot"))
            bye = bot.event("bye")
            assert ("disabled" in bye["message"], bye["put_out"]) == (True, True)
            assert bot.event("lost")
            error = bot.event("error")
            assert (error["code"], bot.line(), bot.exit_code()) == ("no_connection", "", 1)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_though_the_input_is_open(
    tmp_path: Path, port: int, number: signal.Signals, code: int
) -> None:
    with JsonClient(tmp_path, port) as bot:
        bot.ask(type="ping", id="1")
        assert bot.event("pong")
        bot.signal(number)
        assert (bot.exit_code(), bot.error_line()) == (code, "")


def test_it_ends_with_who_reads_it_though_the_input_is_open(tmp_path: Path, port: int) -> None:
    command = shlex.join([*CLIENT, "--json", "--port", str(port)])
    with Running(["bash", "-o", "pipefail", "-c", f"{command} | head -1"], tmp_path) as both:
        assert json.loads(both.line())["type"] == "welcome"
        assert (both.exit_code(), both.error_line()) == (0, "")


def test_listening_and_json_are_one_or_the_other(tmp_path: Path) -> None:
    ended = run_client(tmp_path, "--json", "--listen")
    assert ended.returncode == 2
    assert "not allowed with" in ended.stderr
