"""The disk fails, in earnest: nothing unstored is seen, and all goes on when the cause is gone."""

import resource
import signal
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.contracts.talk import TIME, everything, joined, said, seqs

from huechat.store import StoreError, sqlite_file
from huechat.store.search import LOG_FILE
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople

LONG = "x" * 20_000


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.05)


@pytest.fixture
def store(tmp_path):
    """A store with two messages."""
    opened = SqliteStore(tmp_path)
    opened.append([said("one", id_="1"), said("two", id_="2")], TIME)
    yield opened
    opened.close()


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 1 MiB, where one may be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this process may not mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def locked(file: Path):
    """Another program has the database to itself."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def files_up_to(size: int):
    """No file of this process may grow beyond `size`: the disk refuses to write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def failure(store: SqliteStore, *drafts) -> StoreError:
    """What comes of storing `drafts`; sees to it that nothing of them is seen."""
    before = everything(store)
    with pytest.raises(StoreError) as reason:
        store.append(drafts or [said("lost", id_="3")], TIME)
    assert everything(store) == before
    return reason.value


def assert_goes_on(store: SqliteStore) -> None:
    """What was refused can be stored now; what was stored is there, once, and so are its ids."""
    before = everything(store)
    stored = store.append([said("again", id_="3"), said("one", id_="1")], TIME)
    assert stored[1] == before[0]
    assert everything(store) == [*before, stored[0]]
    numbers = seqs(everything(store))
    assert numbers == sorted(set(numbers))


def test_a_database_that_another_program_has_to_itself(store, tmp_path):
    with locked(tmp_path / LOG_FILE):
        reason = failure(store)
    assert reason.code == "storage_busy"
    assert str(reason).startswith("another program holds the database")
    assert_goes_on(store)


def test_a_database_that_is_held_when_a_store_is_opened(tmp_path):
    SqliteStore(tmp_path).close()
    with locked(tmp_path / LOG_FILE), pytest.raises(StoreError) as reason:
        SqliteStore(tmp_path)
    assert reason.value.code == "storage_busy"
    SqliteStore(tmp_path).close()


def test_a_disk_that_is_full(small_disk):
    store = SqliteStore(small_disk)
    store.append([said("one", id_="1")], TIME)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 2**21)
    reason = failure(store, *(said(LONG) for _ in range(10)))
    assert reason.code == "storage_full"
    assert str(reason).startswith("the disk is full; free some space")
    filler.unlink()
    assert_goes_on(store)
    store.close()


def test_a_database_that_may_not_grow(store):
    limit = "PRAGMA max_page_count = 1"  # raised to the present size
    sqlite_file.raw(store._writer).execute(limit).close()
    assert failure(store, *(said(LONG) for _ in range(10))).code == "storage_full"
    assert_goes_on(store)


def test_a_disk_that_refuses_to_write(store, tmp_path):
    with files_up_to((tmp_path / f"{LOG_FILE}-wal").stat().st_size + 50_000):
        reason = failure(store, *(said(LONG) for _ in range(10)))
    assert reason.code == "storage_failed"
    assert_goes_on(store)


def test_a_disk_that_refuses_to_write_undoes_the_whole_transaction(store, tmp_path):
    people = SqlitePeople(store)
    before = everything(store)

    def change_and_say() -> None:
        with store.transaction():
            joined(people)
            people.set_topic("tower", "tea")
            store.append([said(LONG) for _ in range(10)], TIME)

    full = (tmp_path / f"{LOG_FILE}-wal").stat().st_size + 50_000
    with files_up_to(full), pytest.raises(StoreError):
        change_and_say()
    assert everything(store) == before
    assert (people.account("ana"), store.rooms_with_entries()) == (None, ["lobby"])
    change_and_say()
    assert people.account("ana")
    assert_goes_on(store)


def test_a_disk_that_refuses_to_write_again_and_again_gives_no_number_twice(store, tmp_path):
    given = seqs(everything(store))
    for _ in range(5):
        with files_up_to((tmp_path / f"{LOG_FILE}-wal").stat().st_size + 50_000):
            failure(store, *(said(LONG) for _ in range(10)))
        given += seqs(store.append([said()], TIME))
    assert given == sorted(set(given)) == seqs(everything(store))


def test_a_database_that_may_only_be_read(store):
    sqlite_file.raw(store._writer).execute("PRAGMA query_only = 1").close()
    reason = failure(store)
    assert reason.code == "storage_readonly"
    assert_goes_on(store)


def test_a_disk_that_became_read_only_when_a_store_is_opened(small_disk):
    SqliteStore(small_disk).close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreError) as reason:
        SqliteStore(small_disk)
    assert reason.value.code in {"storage_readonly", "storage_failed"}
    assert "ead-only" in str(reason.value) or "cannot be written" in str(reason.value)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    SqliteStore(small_disk).close()
