"""The index of words: it follows the log, and can be made anew."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.contracts.talk import TIME, done, fill, minute, room, said, seqs

from huechat.chat.log import Log, TailBudget
from huechat.server.logs.indexer import Indexer
from huechat.store.search import FILE, SearchIndex, erase
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople

ALL = 1_000_000
SOON_S = 10.0


@pytest.fixture
def store(tmp_path):
    opened = SqliteStore(tmp_path, full_sync=False)
    yield opened
    opened.close()


@pytest.fixture
def start(store, tmp_path):
    """Starts an indexer as a server does; returns it, its index, and the lobby."""
    running = []

    def begin() -> tuple[Indexer, SearchIndex, Log]:
        index = SearchIndex(tmp_path)
        lobby = Log("lobby", TailBudget(ALL))
        lobby.load([], store.last("lobby"))
        running.append(Indexer(store, index))
        running[-1].start()
        return running[-1], index, lobby

    yield begin
    for one in running:
        one.stop()


def say(store: SqliteStore, lobby: Log, indexer: Indexer, *lines: str) -> None:
    lobby.append(store.append([said(line) for line in lines], TIME))
    indexer.news([lobby])


def find(index: SearchIndex, word: str, room: str = "lobby") -> list[int]:
    return index.find(room, word, ALL, ALL)


def test_a_new_index_has_nothing(tmp_path):
    index = SearchIndex(tmp_path)
    assert (index.indexed("lobby"), find(index, "hi")) == (0, [])


def test_what_was_said_is_added_in_pieces(store, tmp_path):
    fill(store, 5)
    index = SearchIndex(tmp_path)
    assert [index.add("lobby", 2) for _ in range(4)] == [2, 2, 1, 0]
    assert index.indexed("lobby") == 5
    assert find(index, "hi") == [5, 4, 3, 2, 1]


def test_each_room_is_searched_by_itself(store, tmp_path):
    fill(store, 3)
    fill(store, 2, room="cellar")
    index = SearchIndex(tmp_path)
    index.add("lobby", ALL)
    index.add("cellar", ALL)
    assert (find(index, "hi"), find(index, "hi", "cellar")) == ([3, 2, 1], [2, 1])
    assert find(index, "hi", "nowhere") == []


def test_no_number_however_large_reaches_into_another_room(store, tmp_path):
    fill(store, 1)
    fill(store, 2, room="cellar")
    index = SearchIndex(tmp_path)
    index.add("lobby", ALL)
    index.add("cellar", ALL)
    assert index.find("lobby", "hi", 2**53 - 1, ALL) == [1]
    assert index.find("cellar", "hi", 2**53 - 1, ALL) == [2, 1]


def test_what_was_dropped_is_no_longer_found(store, tmp_path):
    fill(store, 5)
    index = SearchIndex(tmp_path)
    index.add("lobby", ALL)
    index.drop("lobby", 3)
    assert find(index, "hi") == [5, 4]


def test_a_message_gone_from_the_store_is_not_shown_even_if_the_index_has_it(store, tmp_path):
    fill(store, 5)
    index = SearchIndex(tmp_path)
    index.add("lobby", ALL)
    store.prune("lobby", minute(3), 0, ALL)
    assert seqs(store.pick("lobby", find(index, "hi"))) == [5, 4]


WORDLESS = ("delete", "react", "unreact", "topic", "kick")


def test_messages_and_what_they_were_edited_to_are_found(store, tmp_path):
    store.append(
        [said("tea"), done("edit", 1, "cake", "ana: tea"), done("message", 1, "tea?")], TIME
    )
    index = SearchIndex(tmp_path)
    assert index.add("lobby", ALL) == 3
    assert (find(index, "tea"), find(index, "cake"), find(index, "ana")) == ([3, 1], [2], [])


@pytest.mark.parametrize("kind", WORDLESS)
def test_what_else_was_done_is_not_found(store, tmp_path, kind):
    store.append([said("tea"), done(kind, 1, "tea", "tea")], TIME)
    index = SearchIndex(tmp_path)
    index.add("lobby", ALL)
    assert find(index, "tea") == [1]


def test_entries_without_words_are_looked_at_once(store, tmp_path):
    store.append([done(kind) for kind in WORDLESS], TIME)
    index = SearchIndex(tmp_path)
    assert [index.add("lobby", 2) for _ in range(4)] == [2, 2, 1, 0]
    assert index.indexed("lobby") == 5
    store.append([said("tea")], TIME)
    assert index.add("lobby", 2) == 1
    assert find(index, "tea") == [6]


def test_a_piece_ends_where_it_should_whatever_its_entries_are(store, tmp_path):
    kinds = ["react", "message", "react", "react", "react", "message", "react"]
    store.append([done(kind, 1, "tea") for kind in kinds], TIME)
    index = SearchIndex(tmp_path)
    places = []
    while index.add("lobby", 2) == 2:
        places.append(index.indexed("lobby"))
    assert (places, index.indexed("lobby")) == ([2, 4, 6], 7)
    assert find(index, "tea") == [6, 2]


def test_where_numbers_were_skipped_indexing_goes_on(store, tmp_path):
    people = SqlitePeople(store)
    index = SearchIndex(tmp_path)
    for text in ("one", "two"):
        store.append([done("react"), said(text), done("react")], TIME)
        assert index.add("lobby", 99) == 3
        assert index.indexed("lobby") == store.last("lobby")
        people.delete_room("lobby")
    assert find(index, "two") == [5]


def test_a_room_that_is_forgotten_is_not_found_and_takes_no_other_with_it(store, tmp_path):
    index = SearchIndex(tmp_path)
    for name in ("attic", "lobby", "cellar"):
        fill(store, 2, room=name)
        index.add(name, ALL)
    index.forget_room("lobby")
    index.forget_room("nowhere")
    assert (find(index, "hi"), index.indexed("lobby")) == ([], 0)
    assert find(index, "hi", "attic") == find(index, "hi", "cellar") == [2, 1]
    assert index.rooms() == ["attic", "cellar"]


def test_a_room_that_was_made_again_is_found_from_its_new_beginning(store, tmp_path):
    people, index = SqlitePeople(store), SearchIndex(tmp_path)
    fill(store, 3)
    index.add("lobby", ALL)
    people.delete_room("lobby")
    index.forget_room("lobby")
    people.add_room(room("lobby"))
    assert index.add("lobby", ALL) == 0
    store.append([said("hi again")], TIME)
    assert index.add("lobby", ALL) == 1
    assert (find(index, "hi"), index.indexed("lobby")) == ([4], 4)


def test_the_indexer_catches_up_with_what_has_no_words(store, start):
    indexer, index, lobby = start()
    lobby.append(store.append([said("tea"), done("react")], TIME))
    indexer.catch_up(lobby, SOON_S)
    assert (find(index, "tea"), index.indexed("lobby")) == ([1], 2)


def test_the_indexer_catches_up(store, start):
    fill(store, 50)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    assert len(find(index, "hi")) == 50


def test_what_is_said_while_it_runs_is_found(store, start):
    indexer, index, lobby = start()
    for number in range(1, 4):
        say(store, lobby, indexer, "hi")
        indexer.catch_up(lobby, SOON_S)
        assert len(find(index, "hi")) == number


def test_what_is_dropped_while_it_runs_is_no_longer_found(store, start):
    fill(store, 5)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    store.prune("lobby", minute(3), 0, ALL)
    say(store, lobby, indexer, "hi")
    indexer.catch_up(lobby, SOON_S)
    assert find(index, "hi") == [6, 5, 4]


def test_in_a_room_of_which_all_was_dropped_nobody_waits(store, start):
    fill(store, 5)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    store.prune("lobby", "2100-01-01T00:00:00.000Z", 0, ALL)
    indexer._index_room("lobby", lobby.last)  # as it does at the next news
    assert indexer._indexed["lobby"] == lobby.last
    say(store, lobby, indexer, "hi")
    indexer.catch_up(lobby, SOON_S)
    assert 6 in find(index, "hi")


def test_after_a_restart_it_goes_on_where_it_was(store, start):
    fill(store, 3)
    indexer, _, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    indexer.stop()
    fill(store, 2)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    assert find(index, "hi") == [5, 4, 3, 2, 1]


def test_an_index_of_another_history_is_made_anew(store, start, tmp_path):
    """As when a backup is restored that ends before what was indexed."""
    other = SqliteStore(tmp_path / "other", full_sync=False)
    fill(other, 9, text="other")
    SearchIndex(tmp_path / "other").add("lobby", ALL)
    other.close()
    (tmp_path / "other" / FILE).rename(tmp_path / FILE)
    fill(store, 2)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    assert (find(index, "hi"), find(index, "other")) == ([2, 1], [])


def damage(folder: Path, first: int, pages: int) -> None:
    with closing(sqlite3.connect(folder / FILE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    with (folder / FILE).open("r+b") as file:
        file.seek(first * 4096)
        file.write(b"\xa5" * pages * 4096)


@pytest.mark.parametrize(("first", "pages"), [(0, 1), (1, 100)], ids=["the head", "the rest"])
def test_a_damaged_index_is_made_anew(store, start, tmp_path, first, pages):
    store.append([said(f"hi {n} {'x' * 200}") for n in range(200)], TIME)
    SearchIndex(tmp_path).add("lobby", ALL)
    damage(tmp_path, first, pages)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    assert len(find(index, "hi")) == 200


def test_an_index_that_was_thrown_away_is_made_anew(store, start, tmp_path):
    fill(store, 3)
    SearchIndex(tmp_path).add("lobby", ALL)
    erase(tmp_path)
    indexer, index, lobby = start()
    indexer.catch_up(lobby, SOON_S)
    assert find(index, "hi") == [3, 2, 1]
