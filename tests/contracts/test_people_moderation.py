"""Bans and mutes, blocks, and the log of what was done."""

from tests.contracts.talk import TIME, ban, minute

from huechat.chat.accounts import Sanction
from huechat.protocol import Deed


def test_a_sanction_is_what_was_added(people):
    one = Sanction("mute", "address", "10.0.0.0/8", "ana", minute(9), "shouting", "moe")
    people.add_sanction("lobby", one, TIME[:11])
    assert people.sanctions("lobby", minute(1)) == [one]


def test_each_room_has_sanctions_of_its_own_and_so_has_the_server(people):
    for room, name in (("lobby", "a"), ("tower", "b"), ("*", "c")):
        people.add_sanction(room, ban(name), TIME)
    assert [people.sanctions(room, TIME) for room in ("lobby", "tower", "*", "cellar")] == [
        [ban("a")],
        [ban("b")],
        [ban("c")],
        [],
    ]


def test_a_sanction_holds_until_its_time(people):
    people.add_sanction("lobby", ban(until=minute(5)), minute(1))
    assert people.sanctions("lobby", minute(4)) == [ban(until=minute(5))]
    assert people.sanctions("lobby", minute(5)) == []


def test_a_sanction_with_no_end_holds_for_ever(people):
    people.add_sanction("lobby", ban(), TIME)
    assert people.sanctions("lobby", "9999-12-31T23:59:59.999Z") == [ban()]


def test_a_sanction_replaces_one_of_its_kind_for_the_same(people):
    people.add_sanction("lobby", ban(until=minute(2), reason="first"), minute(1))
    people.add_sanction("lobby", ban("ben"), minute(1))
    people.add_sanction("lobby", ban(until=minute(9), reason="second"), minute(1))
    found = people.sanctions("lobby", minute(1))
    assert found == [ban(until=minute(9), reason="second"), ban("ben")]


def test_a_sanction_replaces_none_that_is_for_something_else(people):
    several = [ban(), ban(kind="mute"), ban("ben"), ban()._replace(by="account")]
    for one in several:
        people.add_sanction("lobby", one, TIME)
    people.add_sanction("tower", ban(reason="other"), TIME)
    assert people.sanctions("lobby", TIME) == several


def test_what_was_over_is_forgotten_when_another_is_added(people):
    people.add_sanction("lobby", ban(until=minute(2)), minute(1))
    people.add_sanction("tower", ban(until=minute(2)), minute(1))
    people.add_sanction("lobby", ban("ben"), minute(2))
    assert people.sanctions("lobby", minute(1)) == [ban("ben")]
    assert people.sanctions("tower", minute(1)) == [ban(until=minute(2))]


def test_sanctions_are_dropped_by_their_values(people):
    for name in ("a", "b", "c"):
        people.add_sanction("lobby", ban(name), TIME)
    people.add_sanction("lobby", ban("a", kind="mute"), TIME)
    people.add_sanction("tower", ban("a"), TIME)
    assert people.drop_sanctions("lobby", ["a", "c", "x"]) == 3
    assert people.drop_sanctions("lobby", []) == 0
    assert people.sanctions("lobby", TIME) == [ban("b")]
    assert people.sanctions("tower", TIME) == [ban("a")]


def test_blocks_are_each_persons_own(people):
    people.block("#1", "ben", "Ben")
    people.block("#1", "cem", "Cem")
    people.block("#2", "ana", "Ana")
    assert people.blocked("#1") == {"ben": "Ben", "cem": "Cem"}
    assert people.blocked("#2") == {"ana": "Ana"}
    assert people.blocked("#3") == {}


def test_blocking_twice_is_blocking_once(people):
    people.block("#1", "ben", "Ben")
    people.block("#1", "ben", "BEN")
    assert people.blocked("#1") == {"ben": "BEN"}


def test_a_block_is_taken_back(people):
    people.block("#1", "ben", "Ben")
    people.block("#2", "ben", "Ben")
    people.unblock("#1", "ben")
    people.unblock("#1", "nobody")
    assert (people.blocked("#1"), people.blocked("#2")) == ({}, {"ben": "Ben"})


def test_a_deed_is_what_was_noted(people):
    people.note(TIME, "lobby", "moe", "kick", "ana", "shouting")
    assert people.deeds("lobby", 99, 9) == [
        Deed(1, TIME, "lobby", "moe", "kick", "ana", "shouting")
    ]


def test_deeds_come_in_pages_newest_first(people):
    for number in range(1, 6):
        people.note(minute(number), "lobby" if number % 2 else "tower", "moe", "kick", "", "")
    assert [one.number for one in people.deeds("*", 99, 2)] == [5, 4]
    assert [one.number for one in people.deeds("*", 4, 9)] == [3, 2, 1]
    assert [one.number for one in people.deeds("lobby", 99, 2)] == [5, 3]
    assert [one.number for one in people.deeds("lobby", 3, 9)] == [1]
    assert people.deeds("cellar", 99, 9) == []


def test_deeds_before_a_time_are_left_out(people):
    for number in (1, 2, 3):
        people.note(minute(number), "lobby", "ana", "kick", "ben", "")
    assert [one.number for one in people.deeds("lobby", 99, 9, minute(2))] == [3, 2]
    assert people.deeds("*", 99, 9, minute(4)) == []


def test_deeds_outlive_their_room(store, people):
    people.set_topic("tower", "tea")
    people.note(TIME, "tower", "moe", "drop", "", "")
    people.delete_room("tower")
    assert [one.room for one in people.deeds("*", 99, 9)] == ["tower"]
