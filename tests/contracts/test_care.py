"""Looking after a database: checking it, making a backup, restoring one."""

from io import BytesIO
from pathlib import Path

import pytest
from tests.contracts.talk import TIME, ban, done, everything, fill, joined, room, said, seqs

from huechat.chat.accounts import Code
from huechat.store import StoreError, care
from huechat.store.search import FILE, LOG_FILE, SearchIndex
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with a database that has something in each table."""
    store = SqliteStore(tmp_path / "data")
    people = SqlitePeople(store)
    store.append([said("one"), said("two"), done("react", 1, "🎨")], TIME)
    ana = joined(people)
    people.add_token("token", ana.number, TIME)
    people.add_code("code", Code(False, "moe", ""))
    people.add_room(room("tower", "private", "tea", 2.0))
    people.set_member("tower", ana.identity, 3)
    people.add_sanction("lobby", ban("ben"), TIME)
    people.block(ana.identity, "ben", "Ben")
    people.note(TIME, "lobby", "moe", "ban", "ben", "")
    store.close()
    return tmp_path / "data"


def all_that_is_there(folder: Path) -> list:
    store = SqliteStore(folder)
    people = SqlitePeople(store)
    found = [
        everything(store),
        people.accounts("", 9),
        people.token("token"),
        people.password(1),
        people.rooms("", 9, ""),
        people.memberships("#1"),
        people.sanctions("lobby", TIME),
        people.blocked("#1"),
        people.deeds("*", 9, 9),
    ]
    store.close()
    return found


def backup_of(folder: Path) -> BytesIO:
    backup = BytesIO()
    care.backup(folder, backup)
    backup.seek(0)
    return backup


def change(folder: Path) -> None:
    """Go on after a backup: more is said, in new rooms too, and people come and go."""
    store = SqliteStore(folder)
    people = SqlitePeople(store)
    fill(store, 5)
    fill(store, 3, room="new")
    fill(store, 3, room="deleted")
    people.delete_room("deleted")
    people.delete_room("tower")
    people.delete_account(1)
    joined(people, "cem")
    store.close()


def test_a_check_counts_messages_rooms_and_accounts(folder):
    assert care.check(folder) == "2 messages in 2 rooms, 1 account"


def test_a_check_counts_no_room_that_was_deleted(folder):
    change(folder)
    assert care.check(folder) == "10 messages in 2 rooms, 1 account"


def test_a_check_of_a_server_for_guests_speaks_of_no_accounts(tmp_path):
    store = SqliteStore(tmp_path)
    fill(store, 1)
    store.close()
    assert care.check(tmp_path) == "1 message in 1 room"


def test_a_backup_has_all_that_was_there(folder, tmp_path):
    backup = backup_of(folder)
    care.restore(tmp_path / "other", backup)
    assert all_that_is_there(tmp_path / "other") == all_that_is_there(folder)


def test_restoring_takes_back_all_that_was_changed(folder):
    before = all_that_is_there(folder)
    backup = backup_of(folder)
    change(folder)
    assert all_that_is_there(folder) != before
    care.restore(folder, backup)
    assert all_that_is_there(folder) == before


def test_what_a_backup_replaces_is_kept_beside_it(folder, tmp_path):
    backup = backup_of(folder)
    change(folder)
    changed = all_that_is_there(folder)
    care.restore(folder, backup)
    (tmp_path / "kept").mkdir()
    (folder / care.KEPT).rename(tmp_path / "kept" / LOG_FILE)
    assert all_that_is_there(tmp_path / "kept") == changed


def test_no_number_that_was_given_since_the_backup_is_given_again(folder):
    backup = backup_of(folder)
    change(folder)
    care.restore(folder, backup)
    store = SqliteStore(folder)
    people = SqlitePeople(store)
    rooms = ["lobby", "new", "deleted"]
    assert seqs(store.append([said(room=one) for one in rooms], TIME)) == [9, 4, 4]
    assert joined(people, "dan").number == 3
    store.close()


def test_a_room_that_was_made_since_the_backup_is_gone(folder):
    backup = backup_of(folder)
    change(folder)
    care.restore(folder, backup)
    store = SqliteStore(folder)
    assert store.rooms_with_entries() == ["lobby", "tower"]
    assert SqlitePeople(store).room("new") is None
    assert everything(store, "new") == []
    store.close()


def test_where_nothing_is_known_of_what_was_given_many_numbers_are_skipped(folder, tmp_path):
    care.restore(tmp_path / "other", backup_of(folder))
    store = SqliteStore(tmp_path / "other")
    assert seqs(store.append([said()], TIME)) == [3 + care.UNKNOWN_SEQS + 1]
    store.close()


def test_words_of_what_was_replaced_are_not_found(folder):
    backup = backup_of(folder)
    SearchIndex(folder).add("lobby", 9)
    care.restore(folder, backup)
    assert not (folder / FILE).exists()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" * 100])
def test_what_is_no_backup_changes_nothing(folder, content):
    before = all_that_is_there(folder)
    with pytest.raises(StoreError) as reason:
        care.restore(folder, BytesIO(content))
    assert reason.value.code == "storage_corrupt"
    assert all_that_is_there(folder) == before
    assert {path.name for path in folder.iterdir()} <= {LOG_FILE, "lock"}


def test_nothing_is_restored_while_the_store_is_open(folder):
    backup = backup_of(folder)
    store = SqliteStore(folder)
    with pytest.raises(StoreError) as reason:
        care.restore(folder, backup)
    assert reason.value.code == "storage_busy"
    store.close()
