"""Who said what, and what became of it."""

import pytest
from tests.contracts.talk import TIME, done, minute, said

from huechat.store.sqlite_authors import Authors


@pytest.fixture
def authors(store) -> Authors:
    return Authors(store)


def test_an_entry_is_its_senders(store, authors):
    store.append([said(sender="ana"), said(sender="~session"), said(room="tower")], TIME)
    assert [authors.sender("lobby", seq) for seq in (1, 2, 3)] == ["ana", "~session", ""]
    assert authors.sender("cellar", 1) == ""


def test_what_somebody_said_is_found_by_its_id(store, authors):
    (entry,) = store.append([done("react", 1, "🎨", id_="a", room="tower")], TIME)
    assert authors.said("ana", "a") == entry
    assert authors.said("ben", "a") is authors.said("ana", "b") is None


def test_the_newest_message_is_one_that_was_not_deleted(store, authors):
    assert authors.newest("lobby", 9) == 0
    store.append([said(), said(), said(), done("delete", 3), done("edit", 2)], TIME)
    assert authors.newest("lobby", 9) == 2
    store.append([said(room="tower")], TIME)
    assert authors.newest("lobby", 9) == 2


def test_the_newest_message_is_looked_for_among_some_entries_only(store, authors):
    store.append([said(), *(done("react") for _ in range(5))], TIME)
    assert [authors.newest("lobby", look) for look in (4, 5, 6, 7)] == [0, 0, 1, 1]


def test_the_newest_message_of_one_is_no_others(store, authors):
    store.append([said(), said(sender="ben")], minute(1))
    store.append([said(), said(sender="ben"), done("react", 1)], minute(2))
    assert authors.newest_of("lobby", 9, "ana", "", minute(3)) == 3
    assert authors.newest_of("lobby", 9, "ana", minute(2), minute(3)) == 3
    assert authors.newest_of("lobby", 9, "ana", minute(1), minute(2)) == 1
    assert authors.newest_of("lobby", 9, "ana", minute(3), minute(4)) == 0
    assert authors.newest_of("lobby", 9, "cem", "", minute(3)) == 0


def test_a_message_reads_by_its_newest_edit(store, authors):
    store.append([said("one"), done("edit", 1, "two"), said(), done("edit", 3, "other")], TIME)
    assert authors.edited("lobby", 1) == "two"
    store.append([done("edit", 1, "three"), done("react", 1, "🎨")], TIME)
    assert authors.edited("lobby", 1) == "three"
    assert (authors.edited("lobby", 2), authors.edited("tower", 1)) == ("", "")


def test_of_what_was_edited_the_newest_edit_counts(store, authors):
    store.append([said(), said(), done("edit", 1), done("edit", 1), done("react", 2)], TIME)
    store.append([said(room="tower"), said(room="tower"), done("edit", 2, room="tower")], TIME)
    assert authors.edits("lobby", [1, 2]) == {1: 4}
    assert authors.edits("lobby", [2]) == authors.edits("lobby", []) == {}
