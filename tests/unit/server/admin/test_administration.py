"""What an administrator's commands do to a hall, and what they leave in the audit log."""

import json
import logging
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from huechat.chat.times import now
from huechat.config import ServerSettings
from huechat.protocol import EVERYWHERE
from huechat.server.admin import listings
from huechat.server.admin.admin_command import run
from huechat.server.admin.administration import BY, administrate, invite_first
from huechat.server.admin.control_socket import Answer, Request
from huechat.server.hall import Hall
from huechat.store import StoreError
from huechat.store.people import RoomRow

PASSWORD = "correct horse"


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """Give a hall with nobody in it, where passwords are hashed at nearly no cost."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("huechat.server.people.hasher.PasswordHasher", cheap)
    hall = Hall(ServerSettings(data=str(tmp_path)))
    yield hall
    hall.close(time.monotonic() + 1)


def done(hall: Hall, verb: str, name: str = "", *, json: bool = False, admin: bool = False) -> str:
    """Return the lines that come of a command."""
    answer = administrate(hall, Request(verb, name, admin, json, PASSWORD))
    assert answer.error == ""
    return "\n".join(answer.lines)


def refused(hall: Hall, verb: str, name: str = "") -> str:
    """Return why a command cannot be done."""
    answer = administrate(hall, Request(verb, name, password=PASSWORD))
    assert answer.lines == []
    return answer.error


def noted(hall: Hall) -> list[tuple[str, str, str, str]]:
    """Return what is in the audit log, oldest first."""
    deeds = hall.people.deeds(EVERYWHERE, 2**53, 100)
    return [(one.room, one.by, one.action, one.about) for one in reversed(deeds)]


def test_everything_that_changes_something_is_noted_once(hall: Hall) -> None:
    hall.writer.do(lambda: hall.rooms.make(RoomRow("games", "public", "", 0.0, now()), {}))
    for verb in ("add", "passwd", "admin", "admin", "unadmin", "disable", "disable", "enable"):
        done(hall, f"user {verb}", "ana")
    done(hall, "token revoke", "ana")
    done(hall, "user delete", "ana")
    done(hall, "invite")
    done(hall, "room delete", "games")
    for verb in ("user list", "room list", "audit"):
        done(hall, verb)
    whats = ("add", "password", "role", "role", "disable", "enable", "revoke", "delete")
    assert noted(hall) == [
        *((EVERYWHERE, BY, what, "ana") for what in whats),
        (EVERYWHERE, BY, "invite", ""),
        ("games", BY, "drop", ""),
    ]


def test_what_is_refused_is_not_noted(hall: Hall) -> None:
    for verb in ("user passwd", "user admin", "user delete", "token revoke", "room delete"):
        assert refused(hall, verb, "ana").startswith("there is no ")
    assert refused(hall, "user add", "guest-1")
    assert refused(hall, "room delete", "lobby")
    assert noted(hall) == []


def test_no_password_is_noted(hall: Hall) -> None:
    done(hall, "user add", "ana")
    done(hall, "user passwd", "ana")
    assert "horse" not in done(hall, "audit", json=True)


def test_a_name_that_only_looks_like_it_is_not_meant(hall: Hall) -> None:
    done(hall, "user add", "Ali")
    words = "there is no account called All; if you mean Ali, say so"
    for verb in ("user delete", "user admin", "user disable", "user passwd", "token revoke"):
        assert refused(hall, verb, "All") == words
    assert done(hall, "user delete", "ali") == "The account Ali is deleted. What it said stays."


def test_what_cannot_be_noted_is_said_to_be_done(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: str) -> None:
        raise StoreError("storage_full", "the disk is full")

    done(hall, "user add", "ana")
    monkeypatch.setattr(hall.people, "note", full)
    assert refused(hall, "user disable", "ana") == (
        "it is done, but cannot be noted in the audit log: the disk is full"
    )
    (ana,) = hall.accounts.all()
    assert ana.disabled


def test_a_command_of_another_version_is_told_so(hall: Hall) -> None:
    words = "the server is another version's, and knows no user merge: restart it"
    assert refused(hall, "user merge", "ana") == words


def test_accounts_are_listed_by_name_in_columns(hall: Hall) -> None:
    for name in ("ana-1", "Ana-0", "李李"):
        done(hall, "user add", name)
    hall.writer.do(lambda: hall.people.set_seen({1: "2026-11-22T19:00:00.000Z"}))
    lines = done(hall, "user list").splitlines()
    assert [line.split()[0] for line in lines] == ["name", "Ana-0", "ana-1", "李李"]
    assert "2026-11-22 19:00" in lines[2]
    assert "never" in lines[1]
    width = len("Ana-0  ")
    assert lines[1].index("2") == width
    assert lines[3].index("2") == width - 2  # each of the two signs is two columns wide
    told = [json.loads(line) for line in done(hall, "user list", json=True).splitlines()]
    assert [one["seen"] for one in told] == ["", "2026-11-22T19:00:00.000Z", ""]


def test_rooms_of_two_are_not_listed(hall: Hall) -> None:
    for name, kind in (("games", "public"), ("secrets", "private"), ("@1234", "direct")):
        row = RoomRow(name, kind, "chess\x1b[2J", 0.0, now())
        hall.writer.do(partial(hall.rooms.make, row, {}))
    told = [json.loads(line) for line in done(hall, "room list", json=True).splitlines()]
    assert [one["room"] for one in told] == ["games", "lobby", "secrets"]
    assert done(hall, "room list").splitlines()[0].split()[-1] == "topic"
    assert refused(hall, "room delete", "@1234")


def test_deeds_are_listed_newest_last_and_the_oldest_are_left_out(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "MOST_DEEDS", 3)
    for number, room in enumerate(["games"] * 5 + ["other"]):
        note = partial(hall.people.note, now(), room, "ana", "kick", f"{number}", "")
        hall.writer.do(note)
    assert [line[-1] for line in done(hall, "audit").splitlines()[1:]] == ["3", "4", "5"]
    lines = done(hall, "audit", "#Games").splitlines()[1:]
    assert [line[-11:] for line in lines] == [f"ana: kick {number}" for number in (2, 3, 4)]


def test_a_first_code_is_logged_only_where_nobody_administrates(
    hall: Hall, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_first(hall)
    assert "register with the code " in caplog.messages[0]
    done(hall, "user add", "eva", admin=True)
    invite_first(hall)
    assert len(caplog.messages) == 1
    done(hall, "user disable", "eva")
    monkeypatch.setattr(hall.people, "drop_codes", _no_disk)
    with caplog.at_level(logging.WARNING):
        invite_first(hall)
    assert caplog.messages[-1].endswith("and there is no code: the disk is gone")


def _no_disk(**_: bool) -> None:
    raise StoreError("storage_failed", "the disk is gone")


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    answer = run(ServerSettings(data=str(tmp_path)), "user delete", {"name": "ana\udcff"})
    assert answer == Answer(error="the name is not UTF-8")


def test_a_file_in_the_folders_place_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    answer = run(ServerSettings(data=str(tmp_path / "data")), "user list", {})
    assert answer.error == f"cannot use the data folder {tmp_path}/data: Not a directory"
