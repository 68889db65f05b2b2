"""What was said outlives the containers; and it is looked after through `docker compose`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.integration.conftest import Start
from tests.integration.output import lines_until, now, said
from tests.integration.project import COLORS, ComposeError, Project
from tests.integration.terminal import say
from tests.integration.test_chatting import something_new

LOOK_AFTER = ("server", "huechat-server")


@pytest.fixture(scope="module")
def keeping(start: Start) -> Project:
    """Give a demo that starts with an empty history."""
    return start("keeping", HUECHAT_RECONNECT_MAX_S="0.5")


def said_by(color: str, *texts: str) -> list[str]:
    return [f"[COLOR ({color})] said -> {text}" for text in texts]


def told(project: Project, color: str, last: str, since: float = 0.0) -> list[str]:
    """Return all that a client's container was told since then, once it was told `last`."""
    return said(lines_until(project.client(color), f"said -> {last}", since=since))


def test_what_was_said_outlives_down_and_up_and_is_told_to_who_is_new(
    keeping: Project,
) -> None:
    texts, more = [something_new() for _ in range(5)], something_new()
    say(keeping.client("red"), *texts)
    assert told(keeping, "blue", texts[-1]) == said_by("red", *texts)
    keeping.stop()
    assert keeping.containers() == []
    keeping.up()
    say(keeping.client("blue"), more)
    for color in ("red", "green"):  # new clients all
        everything = said_by("red", *texts) + said_by("blue", more)
        assert told(keeping, color, more) == everything
    words = keeping.compose("exec", "-T", *LOOK_AFTER, "check")
    assert words == "The database is sound: 6 messages in 1 room.\n"


def test_down_with_volumes_throws_all_away(keeping: Project) -> None:
    text, more = something_new(), something_new()
    say(keeping.client("red"), text)
    told(keeping, "blue", text)
    keeping.down()
    keeping.up()
    say(keeping.client("red"), more)
    for color in ("blue", "green"):
        assert told(keeping, color, more) == said_by("red", more)


def test_down_leaves_the_named_volume_and_nothing_else(keeping: Project) -> None:
    (used,) = (one["Name"] for one in keeping.server.attrs["Mounts"] if one["Type"] == "volume")
    assert used == f"{keeping.name}_data"
    others = [keeping.client(color) for color in COLORS]
    assert [one["Name"] for it in others for one in it.attrs["Mounts"] if "Name" in one] == []
    keeping.stop()
    assert used in [volume.name for volume in keeping.engine.volumes.list()]
    keeping.up()


def test_a_backup_is_made_while_the_server_runs_and_can_be_restored(
    keeping: Project, tmp_path: Path
) -> None:
    since = now(keeping.engine)
    kept, lost, later = something_new(), something_new(), something_new()
    say(keeping.client("red"), kept)
    told(keeping, "blue", kept)
    backup = keeping.pipe("exec", "-T", *LOOK_AFTER, "backup", "-")
    check_that_it_is_a_database(tmp_path / "chat.backup", backup)
    say(keeping.client("red"), lost)
    told(keeping, "blue", lost)

    keeping.compose("stop", "server")
    keeping.pipe("run", "--rm", "-T", *LOOK_AFTER, "restore", "-", data=backup)
    keeping.up()
    say(keeping.client("red"), later)
    for color in ("blue", "green"):  # they were here all the time
        assert told(keeping, color, later, since) == said_by("red", kept, lost, later)
    keeping.compose("up", "--detach", "--wait", "--force-recreate", "--no-deps", "client-blue")
    printed = told(keeping, "blue", later)
    assert printed[-2:] == said_by("red", kept, later)
    assert said_by("red", lost)[0] not in printed


def check_that_it_is_a_database(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    db = sqlite3.connect(file)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()


def test_nothing_is_restored_while_a_server_runs(keeping: Project) -> None:
    since = now(keeping.engine)
    text, more = something_new(), something_new()
    backup = keeping.pipe("exec", "-T", *LOOK_AFTER, "backup", "-")
    say(keeping.client("red"), text)
    told(keeping, "blue", text)
    with pytest.raises(ComposeError, match="a huechat server uses the folder"):
        keeping.pipe("run", "--rm", "-T", *LOOK_AFTER, "restore", "-", data=backup)
    say(keeping.client("red"), more)
    for color in ("blue", "green"):
        assert told(keeping, color, more, since) == said_by("red", text, more)


def test_what_is_no_backup_changes_nothing(keeping: Project) -> None:
    since = now(keeping.engine)
    text, more = something_new(), something_new()
    say(keeping.client("red"), text)
    told(keeping, "blue", text)
    keeping.compose("stop", "server")
    for what in (b"", b"no database"):
        with pytest.raises(ComposeError, match="not sound, or not huechat's"):
            keeping.pipe("run", "--rm", "-T", *LOOK_AFTER, "restore", "-", data=what)
    keeping.up()
    say(keeping.client("blue"), more)
    everything = said_by("red", text) + said_by("blue", more)
    assert told(keeping, "green", more, since) == everything
