"""A database that an older huechat made, and what becomes of it."""

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from tests.contracts.talk import TIME, done, everything, joined, room, said, seqs

from huechat.protocol import Message
from huechat.store import care
from huechat.store.migrate import NEWEST
from huechat.store.search import LOG_FILE, SearchIndex
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople

DUMP = Path(__file__).with_name("database_0001.sql")
"""What huechat 0.1 wrote, and died."""

LOBBY = [
    Message("lobby", 1, "1", "2026-11-20T19:00:00.000Z", "ana", "red", "hello"),
    Message(
        *("lobby", 2, "2", "2026-11-20T19:00:00.000Z", "guest-1", "blue"),
        'café 🎨, two\nlines, it\'s; "quoted"',
    ),
    Message("lobby", 3, "3", "2026-11-21T08:30:00.000Z", "ana", "light_red", ""),
    Message(
        *("lobby", 4, "4", "2026-11-21T08:31:00.000Z", "ana", "light_red"),
        "before the power went",
    ),
]
RESERVED = 10_004
"""Up to here numbers of the lobby were reserved."""


def make_old(folder: Path) -> Path:
    """Make a database of revision 0001 in `folder`."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / LOG_FILE)) as db:
        db.executescript(DUMP.read_text(encoding="utf-8"))
    return folder


@pytest.fixture
def old(tmp_path) -> Path:
    return make_old(tmp_path / "old")


@pytest.fixture
def store(old):
    opened = SqliteStore(old, full_sync=False)
    yield opened
    opened.close()


def revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def schema(file: Path) -> dict[str, str]:
    """What makes each table and index, whatever the spaces."""
    with closing(sqlite3.connect(file)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: "".join(sql.split()) for name, sql in found}


def test_an_old_database_becomes_a_new_one(old):
    assert revision(old / LOG_FILE) == "0001"
    SqliteStore(old).close()
    assert revision(old / LOG_FILE) == NEWEST


def test_an_old_database_has_the_schema_of_a_new_one(old, tmp_path):
    SqliteStore(old).close()
    SqliteStore(tmp_path / "new").close()
    assert schema(old / LOG_FILE) == schema(tmp_path / "new" / LOG_FILE)


def test_all_that_was_said_is_kept(store):
    assert everything(store) == LOBBY
    assert [one.text for one in everything(store, "cellar")] == ["down here"]
    assert store.before("lobby", 4, 2) == LOBBY[1:3]
    assert store.pick("lobby", [4, 1]) == [LOBBY[3], LOBBY[0]]
    assert store.oldest() == ("lobby", LOBBY[0].time)


def test_old_rooms_are_public(store):
    rooms = SqlitePeople(store).rooms("", 9)
    assert rooms == [room(name)._replace(made="") for name in ("cellar", "lobby")]


def test_old_messages_are_messages_to_those_who_count_and_search(store, old):
    assert SqlitePeople(store).count_unread("lobby", "ana", 0, 9) == (1, [LOBBY[1].text])
    index = SearchIndex(old)
    assert index.add("lobby", 99) == 4
    assert index.find("lobby", "power", 99, 9) == [4]


def test_an_old_message_is_still_stored_once(store):
    assert store.append([said("again", id_="3", sender="ana")], TIME) == [LOBBY[2]]


def test_no_old_number_is_given_again(store):
    assert seqs(store.append([said(), said(room="cellar")], TIME)) == [RESERVED + 1, 2]


def test_what_is_new_goes_into_an_old_database(store):
    people = SqlitePeople(store)
    people.set_member("lobby", joined(people).identity, 2)
    stored = store.append([done("edit", 1, "hello!", "ana: hello")], TIME)
    assert everything(store) == LOBBY + stored
    assert [one.room for one in people.memberships("#1")] == ["lobby"]


def test_an_old_database_is_checked_as_it_is(old):
    assert care.check(old) == "5 messages in 2 rooms"
    assert revision(old / LOG_FILE) == "0001"


def test_an_old_backup_is_restored_as_a_new_database(old, tmp_path):
    backup = BytesIO()
    care.backup(old, backup)
    backup.seek(0)
    new = tmp_path / "new"
    care.restore(new, backup)
    assert revision(new / LOG_FILE) == NEWEST
    store = SqliteStore(new)
    assert everything(store) == LOBBY
    assert seqs(store.append([said()], TIME))[0] > RESERVED
    store.close()


def test_an_old_backup_takes_the_place_of_a_new_database(old, tmp_path):
    backup = BytesIO((old / LOG_FILE).read_bytes())
    new = SqliteStore(tmp_path / "new")
    new.append([said(), said(room="tower")], TIME)
    new.close()
    care.restore(tmp_path / "new", backup)
    store = SqliteStore(tmp_path / "new")
    assert everything(store) == LOBBY
    assert store.rooms_with_entries() == ["cellar", "lobby"]
    assert seqs(store.append([said(room="tower")], TIME)) == [2]
    store.close()


def test_a_new_backup_takes_the_place_of_an_old_database(old, tmp_path):
    new = SqliteStore(tmp_path / "new")
    new.append([said("new")], TIME)
    new.close()
    care.restore(old, BytesIO((tmp_path / "new" / LOG_FILE).read_bytes()))
    store = SqliteStore(old)
    assert [one.text for one in everything(store)] == ["new"]
    assert seqs(store.append([said()], TIME))[0] > RESERVED
    store.close()
