"""A login that is in use does not end, however long one connection lasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker

from huechat import ChatServer
from huechat.chat.codes import hash_secret
from huechat.chat.times import as_time
from huechat.config import ServerSettings
from huechat.server.people import live_logins

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"
DAYS = 30


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, cheap_passwords: None) -> Iterator[ChatServer]:
    """Give a server that looks after its logins all the time, and has an account, ana."""
    monkeypatch.setattr("huechat.server.logs.keeper.EVERY_S", 0.02)
    monkeypatch.setattr(live_logins, "NOTE_S", 0.0)
    with ChatServer(port=0, settings=ServerSettings(token_days=DAYS)) as running:
        running.hall.accounts.add("ana", PASSWORD, "red", administrator=False)
        yield running


def was_used_long_ago(server: ChatServer, *tokens: str) -> None:
    then, people = as_time(datetime.now(UTC) - timedelta(days=DAYS + 1)), server.hall.people
    server.hall.writer.do(lambda: [people.use_token(hash_secret(one), then) for one in tokens])


def until_looked_after(server: ChatServer, port: int) -> None:
    """Wait until the server has dropped a login that nobody uses."""
    with JsonTalker(port, hello=False) as talker:
        token = talker.answer("token", type="login", name="ana", password=PASSWORD)["token"]
    while server.hall.people.token(hash_secret(token)):
        was_used_long_ago(server, token)


@pytest.mark.parametrize("wire", TALKERS)
def test_it_goes_on_while_one_is_connected(server: ChatServer, port: int, wire: str) -> None:
    with TALKERS[wire](port) as ana:
        ana.logs_in("ana", PASSWORD)
        (token,) = [one.token for one in server.hall.crowd.all()]
        was_used_long_ago(server, token)
        until_looked_after(server, port)
        assert server.hall.people.token(hash_secret(token))
        ana.hears_nothing_more()
    with JsonTalker(port, token=token) as again:
        assert again.welcome["name"] == "ana"


def test_one_that_nobody_is_connected_with_ends_after_its_time(
    server: ChatServer, port: int
) -> None:
    with JsonTalker(port) as ana:
        token = ana.logs_in("ana", PASSWORD)
        other = JsonTalker(port, hello=False)
        unused = other.answer("token", type="login", name="ana", password=PASSWORD)["token"]
        other.close()
        until_looked_after(server, port)
        was_used_long_ago(server, unused, token)
        until_looked_after(server, port)
        assert server.hall.people.token(hash_secret(token))
        with JsonTalker(port, hello=False) as late:
            late.ask(type="hello", v=1, token=unused)
            late.error("bad_token")


def test_each_is_noted_once_in_a_while_and_not_many_at_once(
    server: ChatServer, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = server.hall
    with JsonTalker(port) as one, JsonTalker(port) as two:
        for talker in (one, two):
            talker.logs_in("ana", PASSWORD)
        noted: list[str] = []
        use = hall.people.use_token
        hall.keeper.stop()
        monkeypatch.setattr(
            hall.people, "use_token", lambda *args: (noted.append(args[0]), use(*args))
        )
        monkeypatch.setattr(live_logins, "MOST_AT_ONCE", 1)
        for _ in range(4):
            hall.writer.do(lambda: live_logins.note_live_logins(hall))
        tokens = {hash_secret(connection.token) for connection in hall.crowd.all()}
        assert noted[:2] == noted[2:]
        assert set(noted) == tokens
        monkeypatch.setattr(live_logins, "NOTE_S", 3600.0)
        hall.writer.do(lambda: live_logins.note_live_logins(hall))
        assert len(noted) == 4
