"""Storing: numbers in order, each message once."""

import pytest
from tests.contracts.talk import TIME, everything, said, seqs, texts

from huechat.protocol import Message

OTHER = "2026-11-23T08:00:00.000Z"


def test_the_first_message_of_a_room_is_number_1(store):
    assert seqs(store.append([said()], TIME)) == [1]


def test_a_message_is_what_was_said_at_its_place_and_time(store):
    draft = said("hi", id_="a", sender="ana", color="green")
    message = Message("lobby", 1, "a", TIME, "ana", "green", "hi")
    assert store.append([draft], TIME) == [message]
    assert everything(store) == [message]


def test_numbers_go_on_within_a_batch_and_across_batches(store):
    assert seqs(store.append([said(), said(), said()], TIME)) == [1, 2, 3]
    assert seqs(store.append([said(), said()], TIME)) == [4, 5]


def test_each_room_has_numbers_of_its_own(store):
    drafts = [said(room="a"), said(room="b"), said(room="a"), said(room="b")]
    stored = store.append(drafts, TIME)
    assert [(one.room, one.seq) for one in stored] == [("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert (store.last("a"), store.last("b"), store.last("c")) == (2, 2, 0)


def test_nothing_to_store_is_nothing_stored(store):
    assert store.append([], TIME) == []
    assert everything(store) == []


@pytest.mark.parametrize(
    "text",
    ["", " hi ", "two\nlines", "a\0b", "\x1b[2J", "café 🎨 中文", "'; DROP TABLE x", "x" * 65_536],
)
def test_a_text_is_kept_to_the_letter(store, text):
    assert store.append([said(text)], TIME)[0].text == text
    assert texts(everything(store)) == [text]


def test_the_same_id_again_gives_the_first_message_and_stores_nothing(store):
    (first,) = store.append([said("one", id_="a")], TIME)
    assert store.append([said("two", id_="a")], OTHER) == [first]
    assert everything(store) == [first]


def test_the_same_id_twice_in_a_batch_is_one_message(store):
    first, second = store.append([said("one", id_="a"), said("two", id_="a")], TIME)
    assert first == second
    assert everything(store) == [first]


def test_old_and_new_ids_may_be_mixed(store):
    store.append([said("old", id_="a"), said("older", id_="b")], TIME)
    drafts = [said("c"), said("again", id_="b"), said("d"), said("again", id_="a"), said("e")]
    stored = store.append(drafts, OTHER)
    assert seqs(stored) == [3, 2, 4, 1, 5]
    assert texts(stored) == ["c", "older", "d", "old", "e"]
    assert texts(everything(store)) == ["old", "older", "c", "d", "e"]


def test_after_a_repeated_id_no_number_is_left_out(store):
    store.append([said(id_="a")], TIME)
    store.append([said(id_="a"), said(id_="b"), said(id_="a")], TIME)
    assert seqs(store.append([said()], TIME)) == [3]


def test_an_id_is_only_its_senders(store):
    stored = store.append([said(id_="a", sender="ana"), said(id_="a", sender="ben")], TIME)
    assert seqs(stored) == [1, 2]


def test_an_id_is_known_in_whichever_room_it_was_said(store):
    (first,) = store.append([said(id_="a", room="one")], TIME)
    assert store.append([said(id_="a", room="two")], TIME) == [first]
    assert store.last("two") == 0


def test_ids_are_told_apart_to_the_letter(store):
    ids = ["a", "A", "a ", "á", "a\u0301", "1", "01"]
    assert seqs(store.append([said(id_=one) for one in ids], TIME)) == list(range(1, 8))


def test_the_same_id_after_reopening_gives_the_first_message(open_store, tmp_path):
    store = open_store(tmp_path)
    (first,) = store.append([said("one", id_="a")], TIME)
    store.close()
    assert open_store(tmp_path).append([said("two", id_="a")], OTHER) == [first]


def test_a_batch_that_cannot_be_stored_leaves_no_trace(store):
    """Half of a surrogate pair has no UTF-8: no database takes it."""
    with pytest.raises(UnicodeEncodeError):
        store.append([said("one"), said("\ud83d", id_="a")], TIME)
    assert everything(store) == []
    assert store.append([said("two", id_="a")], TIME) == everything(store)
