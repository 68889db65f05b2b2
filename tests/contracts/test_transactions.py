"""Many changes are one: all of them, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from tests.contracts.talk import TIME, ban, done, everything, joined, minute, room, said, seqs

from huechat.chat.accounts import Code
from huechat.store import StoreError


class UnhappyError(Exception):
    """Something that has nothing to do with the store."""


def give_up() -> None:
    raise UnhappyError


def together(store, *deeds: Callable[[], object]) -> None:
    """Do all in one transaction."""
    with store.transaction():
        for deed in deeds:
            deed()


@contextmanager
def undone(store) -> Iterator[None]:
    """All that is done within is undone, by an error at its end."""
    with suppress(UnhappyError), store.transaction():
        yield
        give_up()


def change_all(store, people) -> None:
    """Change something of each kind."""
    ana = joined(people)
    people.use_code("code", TIME)
    people.add_token("token", ana.number, TIME)
    people.add_room(room("tower"))
    people.set_topic("lobby", "tea")
    people.set_member("tower", ana.identity, 3)
    people.add_sanction("lobby", ban("ben"), TIME)
    people.block(ana.identity, "ben", "Ben")
    people.note(TIME, "lobby", "ana", "topic", "", "tea")
    people.delete_room("cellar")
    store.append([done("topic", 0, "tea", id_="topic"), said(room="attic")], TIME)


def all_that_is_there(store, people) -> list:
    rooms = people.rooms("", 99, "")
    return [
        people.accounts("", 99),
        people.token("token"),
        rooms,
        [people.members(one.name) for one in rooms],
        [everything(store, one.name) for one in rooms],
        people.sanctions("lobby", TIME),
        people.blocked("#1"),
        people.deeds("*", 99, 99),
    ]


@pytest.fixture
def before(store, people) -> list:
    """A store with two rooms and a code; all that is there."""
    store.append([said("old", id_="old"), said(room="cellar")], TIME)
    people.add_code("code", Code(False, "moe", ""))
    return all_that_is_there(store, people)


@pytest.mark.usefixtures("before")
def test_all_is_there_at_the_end(store, people):
    with store.transaction():
        change_all(store, people)
    assert people.account("ana") == people.token("token")[0]
    assert [one.name for one in people.rooms("", 9)] == ["attic", "lobby", "tower"]
    assert people.room("lobby").topic == "tea"
    assert [one.room for one in people.memberships("#1")] == ["tower"]
    assert [type(one).__name__ for one in everything(store)] == ["Message", "TopicSet"]
    assert people.use_code("code", TIME) is None


def test_nothing_is_there_before_the_end(store, people, before):
    with store.transaction():
        change_all(store, people)
        assert all_that_is_there(store, people) == before
    assert all_that_is_there(store, people) != before


@pytest.mark.parametrize(
    "error", [UnhappyError, KeyboardInterrupt, StoreError("busy", "")], ids=repr
)
def test_an_error_undoes_all_of_it(store, people, before, error):
    def fail() -> None:
        raise error

    with pytest.raises(type(error) if isinstance(error, StoreError) else error):
        together(store, lambda: change_all(store, people), fail)
    assert all_that_is_there(store, people) == before
    assert people.use_code("code", TIME)


@pytest.mark.usefixtures("before")
def test_what_was_undone_can_be_done(store, people):
    with undone(store):
        change_all(store, people)
    with store.transaction():
        change_all(store, people)
    assert people.room("lobby").topic == "tea"
    assert seqs(everything(store)) == [1, 2]


def add_a_token_twice(people) -> None:
    """The second time it is an error in the database."""
    people.add_token("twice", 1, TIME)
    people.add_token("twice", 1, TIME)


def test_a_change_that_failed_in_the_middle_undoes_all_of_it(store, people, before):
    with pytest.raises(StoreError):
        together(store, lambda: change_all(store, people), lambda: add_a_token_twice(people))
    assert all_that_is_there(store, people) == before
    assert seqs(store.append([said("old again", id_="old")], TIME)) == [1]


def test_a_change_that_failed_undoes_all_of_it_even_if_the_error_was_caught(store, people, before):
    def fail() -> None:
        with pytest.raises(StoreError):
            add_a_token_twice(people)

    with pytest.raises(StoreError, match="nothing of it is stored"):
        together(store, lambda: change_all(store, people), fail)
    assert all_that_is_there(store, people) == before


def test_after_a_change_that_failed_no_other_is_taken(store, people, before):
    def go_on() -> None:
        for change in (lambda: add_a_token_twice(people), lambda: store.append([said()], TIME)):
            with pytest.raises(StoreError):
                change()

    with pytest.raises(StoreError):
        together(store, go_on)
    assert all_that_is_there(store, people) == before


def test_a_message_that_cannot_be_stored_undoes_all_of_it(store, people, before):
    def say() -> None:
        store.append([said("\ud83d")], TIME)

    with pytest.raises(UnicodeEncodeError):
        together(store, lambda: change_all(store, people), say)
    assert all_that_is_there(store, people) == before


def test_an_account_that_is_there_already_undoes_nothing_if_the_error_was_caught(store, people):
    joined(people)
    with store.transaction():
        people.add_room(room("tower"))
        with pytest.raises(KeyError):
            joined(people)
    assert people.room("tower")


def test_a_transaction_within_another_is_a_part_of_it(store, people, before):
    with undone(store):
        with store.transaction(), people.transaction():
            change_all(store, people)
        assert all_that_is_there(store, people) == before
    assert all_that_is_there(store, people) == before


def test_a_part_that_was_undone_undoes_all_of_it(store, people, before):
    def fail() -> None:
        with undone(store):
            store.append([said()], TIME)

    with pytest.raises(StoreError):
        together(store, lambda: change_all(store, people), fail)
    assert all_that_is_there(store, people) == before


def test_messages_stored_in_parts_follow_one_another(store):
    with store.transaction():
        first = store.append([said(id_="a"), said(room="cellar")], TIME)
        second = store.append([said(), said(id_="a"), said(room="cellar")], minute(1))
    assert seqs(first) == [1, 1]
    assert seqs(second) == [2, 1, 2]
    assert second[1] == first[0]
    assert seqs(everything(store)) == seqs(everything(store, "cellar")) == [1, 2]


def test_numbers_of_what_was_undone_are_given_to_others_and_none_is_skipped(store):
    store.append([said()], TIME)
    with undone(store):
        store.append([said(), said(room="new")], TIME)
    assert seqs(store.append([said(), said(room="newer"), said(room="new")], TIME)) == [2, 1, 1]
    assert store.rooms_with_entries() == ["lobby", "new", "newer"]
    assert len(everything(store, "new")) == len(everything(store, "newer")) == 1


def test_after_a_failure_in_the_middle_no_number_is_given_twice(store, people):
    def say() -> None:
        store.append([said(), said(room="new")], TIME)

    given = seqs(store.append([said()], TIME))
    for _ in range(3):
        with pytest.raises(StoreError):
            together(store, say, lambda: add_a_token_twice(people))
        given += seqs(store.append([said()], TIME))
    assert given == sorted(set(given)) == seqs(everything(store))
    assert store.rooms_with_entries() == ["lobby"]


def test_a_room_whose_end_was_undone_goes_on(store, people):
    store.append([said(id_="a")], TIME)
    with undone(store):
        people.delete_room("lobby")
        store.append([said(id_="a"), said()], TIME)
    assert people.room("lobby")
    assert seqs(store.append([said()], TIME)) == [2]
    assert seqs(everything(store)) == [1, 2]


def test_a_transaction_with_nothing_in_it_changes_nothing(store, people, before):
    with store.transaction():
        pass
    assert all_that_is_there(store, people) == before


def test_what_is_dropped_and_said_in_one_transaction_is_so_together(store):
    store.append([said(), said()], minute(1))
    with undone(store):
        assert store.prune("lobby", minute(1), 0, 9) == 2
    assert seqs(everything(store)) == [1, 2]
