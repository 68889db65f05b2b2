"""Kinds of entries: what is done has its place in the log, as what is said has."""

import pytest
from tests.contracts.talk import TIME, done, everything, said, seqs

from huechat.protocol import Deleted, Edited, Message, Notice, Reacted, TopicSet

OTHER = "2026-11-23T08:00:00.000Z"
HEAD = ("lobby", 1, "a", TIME, "ana", "green")
"""What every entry begins with."""

EVERY_KIND = {
    "message": (done("message", 0, "hi"), Message(*HEAD, "hi")),
    "reply": (done("message", 7, "hi", "ben: ho"), Message(*HEAD, "hi", 7, "ben: ho")),
    "edit": (done("edit", 7, "hey", "ana: hi"), Edited(*HEAD, "hey", 7, "ana: hi")),
    "delete": (done("delete", 8, "", "ben"), Deleted(*HEAD, 8, "ben")),
    "react": (done("react", 7, "🎨", "ben: ho"), Reacted(*HEAD, "🎨", 7, "ben: ho", True)),
    "unreact": (done("unreact", 7, "🎨", "ben: ho"), Reacted(*HEAD, "🎨", 7, "ben: ho", False)),
    "topic": (done("topic", 0, "tea & cake"), TopicSet(*HEAD, "tea & cake")),
    "notice": (
        done("kick", 0, "ana kicked ben", "ben"),
        Notice(*HEAD, "kick", "ben", "ana kicked ben"),
    ),
}

every_kind = pytest.mark.parametrize(
    ("draft", "entry"),
    [(draft._replace(id="a", color="green"), entry) for draft, entry in EVERY_KIND.values()],
    ids=EVERY_KIND,
)


@every_kind
def test_an_entry_is_what_was_done_at_its_place_and_time(store, draft, entry):
    assert store.append([draft], TIME) == [entry]


@every_kind
def test_an_entry_is_read_as_it_was_stored(store, draft, entry):
    store.append([draft], TIME)
    assert store.after("lobby", 0, 9) == [entry]
    assert store.before("lobby", 9, 9) == [entry]
    assert store.pick("lobby", [1]) == [entry]


@every_kind
def test_an_entry_is_there_after_reopening(open_store, tmp_path, draft, entry):
    store = open_store(tmp_path)
    store.append([draft], TIME)
    store.close()
    assert everything(open_store(tmp_path)) == [entry]


@every_kind
def test_the_same_id_again_gives_the_first_entry_of_whichever_kind(store, draft, entry):
    store.append([draft], TIME)
    assert store.append([said("two", id_="a"), draft, said("three")], OTHER)[:2] == [entry] * 2
    assert everything(store)[0] == entry
    assert store.last("lobby") == 2


def test_kinds_may_be_mixed_and_share_the_numbers(store):
    stored = store.append([draft for draft, _ in EVERY_KIND.values()], TIME)
    assert seqs(stored) == list(range(1, len(EVERY_KIND) + 1))
    assert [type(one) for one in stored] == [type(one) for _, one in EVERY_KIND.values()]
    assert everything(store) == stored


def test_old_and_new_of_many_kinds_may_be_mixed(store):
    first = [draft for draft, _ in EVERY_KIND.values()]
    stored = store.append(first, TIME)
    again = store.append([said(), *first, done("react", 1, "🎨")], OTHER)
    assert again[1:-1] == stored
    assert everything(store) == [*stored, again[0], again[-1]]


@pytest.mark.parametrize("text", ["", "a\0b", "two\nlines", "café 🎨 中文", "x" * 65_536])
def test_what_it_is_about_is_kept_to_the_letter(store, text):
    stored = store.append([done("edit", 2**53 - 1, text, text)], TIME)
    assert everything(store) == stored
    assert (stored[0].target, stored[0].about) == (2**53 - 1, text)
