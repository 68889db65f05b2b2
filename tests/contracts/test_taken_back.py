"""What was deleted is told without its words, and so is whatever quotes it."""

from collections.abc import Callable

import pytest
from tests.contracts.talk import TIME, done, said

from huechat.protocol import AnyEntry, Edited, Message, Reacted
from huechat.store import Store

READ: dict[str, Callable[[Store], list[AnyEntry]]] = {
    "after": lambda store: store.after("lobby", 0, 9),
    "before": lambda store: store.before("lobby", 99, 9),
    "pick": lambda store: store.pick("lobby", range(1, 9))[::-1],
}
every_way = pytest.mark.parametrize("read", READ.values(), ids=READ)


def words(entries: list[AnyEntry]) -> list[tuple[str, str]]:
    """What each says and quotes."""
    return [(getattr(one, "text", ""), getattr(one, "about", "")) for one in entries]


@every_way
def test_a_deleted_message_keeps_its_place_and_not_its_words(store, read):
    store.append([said("one"), said("two"), said("three")], TIME)
    store.append([done("delete", 2, about="ana")], TIME)
    assert words(read(store)) == [("one", ""), ("", ""), ("three", ""), ("", "ana")]
    assert [entry.seq for entry in read(store)] == [1, 2, 3, 4]


@every_way
def test_neither_its_edits_nor_its_quotes_have_them(store, read):
    about = "ana: one"
    store.append([said("one"), done("edit", 1, "two", about), done("react", 1, "🎨", about)], TIME)
    store.append([said("yes")._replace(target=1, about=about), said("five")], TIME)
    store.append([done("react", 5, "🎨", "ana: five"), done("delete", 1)], TIME)
    left = read(store)
    assert [type(one) for one in left[:4]] == [Message, Edited, Reacted, Message]
    assert words(left[:6]) == [
        ("", ""),
        ("", "ana"),
        ("", "ana"),
        ("yes", "ana"),
        ("five", ""),
        ("", "ana: five"),
    ]
    assert left[2].emoji == "🎨"


def test_a_quote_far_from_what_it_quotes_has_none_either(store):
    store.append([said("one"), said("two"), said("three"), done("delete", 1)], TIME)
    store.append([said("yes")._replace(target=1, about="ana: one")], TIME)
    assert words(store.after("lobby", 4, 9)) == [("yes", "ana")]


def test_what_has_the_same_number_in_another_room_keeps_its_words(store):
    store.append([said("one"), said("here", room="tower"), done("delete", 1)], TIME)
    assert words(store.after("tower", 0, 9)) == [("here", "")]


def test_an_empty_page_has_nothing_deleted(store):
    assert store.after("lobby", 0, 9) == store.pick("lobby", []) == []
