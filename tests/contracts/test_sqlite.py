"""What is SQLite's own: its schema, its settings, its versions."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.pool import Pool
from tests.contracts.talk import TIME, everything, fill, joined, said, seqs

from huechat.store import StoreError
from huechat.store.migrate import NEWEST
from huechat.store.search import LOG_FILE
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_authors import Authors
from huechat.store.sqlite_people import SqlitePeople
from huechat.store.tables import metadata


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with a database that has two messages."""
    store = SqliteStore(tmp_path)
    fill(store, 2)
    store.close()
    return tmp_path


@pytest.fixture
def connections() -> Iterator[list[sqlite3.Connection]]:
    """All connections that any engine makes."""
    made = []

    def note(db: sqlite3.Connection, _: object) -> None:
        made.append(db)

    event.listen(Pool, "connect", note)
    yield made
    event.remove(Pool, "connect", note)


def sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / LOG_FILE)) as db, db:
        for statement in statements:
            db.execute(statement)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refusal(folder: Path) -> StoreError:
    with pytest.raises(StoreError) as reason:
        SqliteStore(folder)
    return reason.value


def test_the_newest_revision_is_alembics_head():
    config = Config()
    config.set_main_option("script_location", "huechat.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_revisions_sort_as_they_follow_one_another():
    config = Config()
    config.set_main_option("script_location", "huechat.store:migrations")
    newest_first = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert newest_first == sorted(newest_first, reverse=True)


def test_the_migrations_make_the_tables_that_the_queries_use(folder):
    engine = create_engine(f"sqlite:///{folder / LOG_FILE}")
    found = inspect(engine)
    tables = set(found.get_table_names()) - {"alembic_version"}
    assert tables == set(metadata.tables)
    for name, table in metadata.tables.items():
        there = [
            (one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(name)
        ]
        assert there == [(one.name, str(one.type), one.nullable) for one in table.columns]
        key = [one.name for one in table.primary_key.columns]
        assert found.get_pk_constraint(name)["constrained_columns"] == key
    engine.dispose()


def test_a_fresh_database_is_of_the_newest_revision(folder):
    with closing(sqlite3.connect(folder / LOG_FILE)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]


def test_a_newer_versions_database_is_refused_and_left_alone(folder):
    sql(folder, "UPDATE alembic_version SET version_num = '9999'")
    before = kept(folder)
    reason = refusal(folder)
    assert reason.code == "storage_newer"
    assert "9999" in str(reason)
    assert "newer huechat" in str(reason)
    assert kept(folder) == before


def test_a_folder_whose_database_was_refused_is_free(folder):
    sql(folder, "UPDATE alembic_version SET version_num = '9999'")
    refusal(folder)
    sql(folder, f"UPDATE alembic_version SET version_num = '{NEWEST}'")
    SqliteStore(folder).close()


@pytest.mark.parametrize(("full_sync", "level"), [(True, 2), (False, 1)], ids=["full", "normal"])
def test_every_connection_waits_for_the_disk_as_was_asked(tmp_path, connections, full_sync, level):
    """2 is FULL, 1 is NORMAL, in SQLite's documents."""
    store = SqliteStore(tmp_path, full_sync=full_sync)
    fill(store, 2)
    assert seqs(everything(store)) == [1, 2]
    assert len(connections) > 1  # the writer's, and a reader's
    for db in connections:
        assert db.execute("PRAGMA synchronous").fetchone() == (level,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_numbers_of_messages_that_a_loss_of_power_took_are_not_given_again(died):
    """With `normal` it may take the last commits; not the first, in which numbers are reserved."""
    folder, given = died
    sql(folder, "DELETE FROM entries")
    store = SqliteStore(folder)
    assert store.append([said()], TIME)[0].seq > max(given)
    store.close()


@pytest.fixture
def plans(folder) -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """Tells how SQLite goes about each query that something makes."""
    made: list[str] = []

    def note(_: Connection, __: object, query: str, wanted: object, *___: object) -> None:
        with closing(sqlite3.connect(folder / LOG_FILE)) as db:
            made.extend(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", wanted))

    def plans_of(deed: Callable[[], object]) -> list[str]:
        made.clear()
        deed()
        return list(made)

    event.listen(Engine, "before_cursor_execute", note)
    yield plans_of
    event.remove(Engine, "before_cursor_execute", note)


AT_EACH_HELLO = {
    "account": lambda people: people.account("ana"),
    "account_number": lambda people: people.account_number(1),
    "token": lambda people: people.token("hash"),
    "room": lambda people: people.room("lobby"),
    "members": lambda people: people.members("lobby"),
    "memberships": lambda people: people.memberships("#1"),
    "sanctions": lambda people: people.sanctions("*", TIME),
    "blocked": lambda people: people.blocked("#1"),
    "count_unread": lambda people: people.count_unread("lobby", "ana", 0, 99),
    "rooms": lambda people: people.rooms("a", 9),
    "deeds": lambda people: people.deeds("lobby", 99, 9),
}


@pytest.mark.parametrize("ask", AT_EACH_HELLO.values(), ids=AT_EACH_HELLO)
def test_what_is_asked_at_each_hello_is_looked_up_by_an_index(folder, plans, ask):
    store = SqliteStore(folder)
    steps = plans(lambda: ask(SqlitePeople(store)))
    assert any(step.startswith("SEARCH") for step in steps)
    assert [step for step in steps if step.startswith("SCAN") and "anon" not in step] == []
    store.close()


ABOUT_A_MESSAGE = {
    "edited": lambda authors: authors.edited("lobby", 1),
    "edits": lambda authors: authors.edits("lobby", [1, 2]),
    "newest": lambda authors: authors.newest("lobby", 99),
    "newest_of": lambda authors: authors.newest_of("lobby", 99, "ana", TIME, TIME),
}


@pytest.mark.parametrize("ask", ABOUT_A_MESSAGE.values(), ids=ABOUT_A_MESSAGE)
def test_what_was_done_to_a_message_is_looked_up_by_an_index(folder, plans, ask):
    store = SqliteStore(folder)
    steps = plans(lambda: ask(Authors(store)))
    assert [one for one in steps if "entries_about (room=? AND target=? AND kind=?)" in one]
    store.close()


def test_many_changes_take_one_transaction(folder):
    store = SqliteStore(folder)
    people = SqlitePeople(store)
    with closing(sqlite3.connect(folder / LOG_FILE)) as db:
        before = db.execute("PRAGMA data_version").fetchone()[0]
        with store.transaction():
            joined(people)
            people.set_topic("lobby", "tea")
            store.append([said(), said()], TIME)
            store.append([said()], TIME)
        assert db.execute("PRAGMA data_version").fetchone()[0] == before + 1
    store.close()


def test_a_batch_takes_one_transaction(folder):
    store = SqliteStore(folder)
    with closing(sqlite3.connect(folder / LOG_FILE)) as db:
        before = db.execute("PRAGMA data_version").fetchone()[0]
        store.append([said() for _ in range(1000)], TIME)
        assert db.execute("PRAGMA data_version").fetchone()[0] == before + 1
    store.close()
