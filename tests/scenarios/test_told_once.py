"""Who is put out is told so, and why, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenarios.keepers import SECRET, administrator, make_account
from tests.scenarios.processes import CLIENT, Running
from tests.scenarios.talkers import JsonTalker

from huechat import ChatServer
from huechat.server.admin.administration import administrate
from huechat.server.admin.control_socket import Request

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def listening(folder: Path, server: ChatServer, *flags: str, **variables: str) -> Running:
    command = [*CLIENT, "--listen", "--port", str(server.port), *flags]
    client = Running(command, folder, HUECHAT_RECONNECT_MAX_S="0.2", **variables)
    assert "Connected" in client.error_line()
    return client


@pytest.mark.parametrize("deed", ["kick", "ban"])
def test_who_is_put_out_of_a_room(server: ChatServer, tmp_path: Path, deed: str) -> None:
    with JsonTalker(server.port, name="ana") as ana:
        ana.joins("den")
        with listening(tmp_path, server, "--room", "den", "--name", "ben") as ben:
            assert "#den" in ben.error_line()
            ana.ask(type=deed, id="k", room="den", name="ben", reason="too loud")
            assert ana.event("notice")["about"] == "ben"
            assert ben.error_line().endswith("by ana: too loud\n" if deed == "kick" else "loud\n")
            ana.says("after it")
            ben.signal(15)
            assert (ben.exit_code(), ben.line(), ben.error_line()) == (0, "", "")


def test_others_are_told_who_was_put_out(server: ChatServer, tmp_path: Path) -> None:
    with JsonTalker(server.port, name="ana") as ana, JsonTalker(server.port, name="ben") as ben:
        ana.joins("den")
        ben.joins("den")
        with listening(tmp_path, server, "--room", "den", "--name", "cyd") as cyd:
            ana.ask(type="kick", id="k", room="den", name="ben")
            assert "ana put ben out of the room" in cyd.line()


def test_an_account_that_is_disabled(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(SECRET)
    make_account(server, "bot")
    file = {"HUECHAT_PASSWORD_FILE": "password", "HUECHAT_NAME": "bot"}
    with listening(tmp_path, server, **file) as bot:
        assert bot.error_line() == "You are logged in as bot.\n"
        administrate(server.hall, Request("user disable", name="bot"))
        assert bot.error_line() == "Your account was disabled by an administrator.\n"
        assert bot.error_line().startswith("Disconnected from server at")
        assert (bot.error_line(), bot.exit_code()) == ("", 1)


def test_who_is_kept_out_of_the_server(server: ChatServer, tmp_path: Path) -> None:
    with administrator(server) as boss, listening(tmp_path, server, "--name", "ben") as ben:
        boss.ask(type="ban", id="b", room="*", name="ben", reason="too loud")
        assert ben.error_line() == "You are kept out of this server: too loud\n"
        assert ben.error_line().startswith("Disconnected from server at")
        assert (ben.error_line(), ben.exit_code()) == ("", 1)
