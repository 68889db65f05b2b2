"""A database whose bytes were overwritten."""

from pathlib import Path

import pytest
from tests.contracts.talk import TIME, everything, said

from huechat.store import StoreError
from huechat.store.search import LOG_FILE
from huechat.store.sqlite import SqliteStore

PAGE = 4096


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with a database of some hundred pages, all in one file."""
    store = SqliteStore(tmp_path)
    store.append([said(f"{n} {'x' * 1000}") for n in range(500)], TIME)
    store.close()
    return tmp_path


def overwrite(folder: Path, first: int, pages: int) -> None:
    with (folder / LOG_FILE).open("r+b") as file:
        file.seek(first * PAGE)
        file.write(b"\xa5" * pages * PAGE)


def test_a_file_that_is_no_database(folder):
    overwrite(folder, 0, 1)
    with pytest.raises(StoreError) as reason:
        SqliteStore(folder)
    assert reason.value.code == "storage_corrupt"
    assert "restore a backup" in str(reason.value)


def test_a_file_that_is_no_database_keeps_its_folder_free(folder):
    whole = (folder / LOG_FILE).read_bytes()
    overwrite(folder, 0, 1)
    with pytest.raises(StoreError):
        SqliteStore(folder)
    (folder / LOG_FILE).write_bytes(whole)
    store = SqliteStore(folder)
    assert len(everything(store)) == 500
    store.close()


def test_pages_that_were_overwritten_are_an_error_to_writer_and_reader(folder):
    overwrite(folder, 8, 1000)
    store = SqliteStore(folder)
    with pytest.raises(StoreError) as reason:
        everything(store)
    assert reason.value.code == "storage_corrupt"
    with pytest.raises(StoreError) as reason:
        store.append([said()], TIME)
    assert reason.value.code == "storage_corrupt"
    store.close()


def test_what_is_whole_of_a_damaged_database_can_still_be_read(folder):
    newest = 500
    overwrite(folder, 20, 5)
    store = SqliteStore(folder)
    assert store.last("lobby") == newest
    store.close()
