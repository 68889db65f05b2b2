"""Rooms, and who belongs to them."""

from tests.contracts.talk import (
    TIME,
    ban,
    done,
    everything,
    fill,
    minute,
    room,
    said,
    seqs,
    texts,
)

from huechat.store.people import Membership
from huechat.store.sqlite_people import SqlitePeople


def names(rooms: list) -> list[str]:
    return [one.name for one in rooms]


def test_a_room_is_what_was_added(people):
    row = room("tower", "private", "tea", 2.5)
    people.add_room(row)
    assert people.room("tower") == row
    assert people.room("Tower") is None


def test_a_room_that_was_only_spoken_in_is_public(store, people):
    store.append([said()], TIME)
    assert people.room("lobby") == room("lobby")


def test_a_room_that_stands_because_of_its_entries_becomes_what_is_added(store, people):
    fill(store, 2)
    people.add_room(room("lobby", "private", "tea"))
    assert people.room("lobby") == room("lobby", "private", "tea")
    fill(store, 1)
    assert people.room("lobby") == room("lobby", "private", "tea")
    assert seqs(everything(store)) == [1, 2, 3]


def test_topic_and_slow_mode_are_changed_by_themselves(people):
    people.add_room(room("a", "private", "tea", 1.0))
    people.add_room(room("b"))
    people.set_topic("a", "cake")
    people.set_slow("a", 0.25)
    assert people.room("a") == room("a", "private", "cake", 0.25)
    assert people.room("b") == room("b")


def test_what_is_changed_in_a_room_that_nobody_named_before_makes_it(store, people):
    """As the lobby of a new server is made by its first topic, or its first moderator."""
    people.set_topic("lobby", "tea")
    people.set_slow("attic", 1.5)
    people.set_member("cellar", "#1", 2)
    assert [(one.name, one.topic, one.slow_s) for one in people.rooms("", 9)] == [
        ("attic", "", 1.5),
        ("cellar", "", 0.0),
        ("lobby", "tea", 0.0),
    ]
    assert seqs(store.append([said()], TIME)) == [1]
    assert people.room("lobby").topic == "tea"


def test_rooms_of_a_kind_come_in_pages_by_name(people):
    for name in "dbace":
        people.add_room(room(name))
    people.add_room(room("bb", "private"))
    people.add_room(room("@d", "direct"))
    assert names(people.rooms("", 2)) == ["a", "b"]
    assert names(people.rooms("b", 9)) == ["c", "d", "e"]
    assert names(people.rooms("", 9, "private")) == ["bb"]
    assert names(people.rooms("", 9, "direct")) == ["@d"]
    assert names(people.rooms("@d", 3, "")) == ["a", "b", "bb"]


def test_the_rooms_with_entries_are_those_that_were_not_deleted(store, people):
    store.append([said(room="c"), said(room="a")], TIME)
    people.add_room(room("@b", "direct"))
    people.delete_room("c")
    assert store.rooms_with_entries() == ["@b", "a"]


def test_a_deleted_room_is_forgotten_with_all_that_was_in_it(store, people):
    for name in ("tower", "lobby"):
        people.add_room(room(name, "private", "tea"))
        people.set_member(name, "#1", 3)
        people.add_sanction(name, ban(), TIME)
        fill(store, 3, room=name)
    people.delete_room("tower")
    assert people.room("tower") is None
    assert names(people.rooms("", 9, "")) == ["lobby"]
    assert everything(store, "tower") == []
    assert (store.first("tower"), store.last("tower")) == (0, 0)
    assert (people.members("tower"), people.sanctions("tower", TIME)) == ([], [])
    assert [one.room for one in people.memberships("#1")] == ["lobby"]
    assert len(everything(store, "lobby")) == 3
    assert len(people.sanctions("lobby", TIME)) == 1


def test_deleting_a_room_that_is_not_there_does_nothing(store, people):
    people.delete_room("tower")
    assert store.rooms_with_entries() == []


def test_a_deleted_room_is_there_again_when_it_is_added_with_nothing_in_it(store, people):
    people.add_room(room("tower", "private", "tea", 2.0))
    people.set_member("tower", "#1", 3)
    fill(store, 3, room="tower")
    people.delete_room("tower")
    people.add_room(room("tower"))
    assert people.room("tower") == room("tower")
    assert (people.members("tower"), everything(store, "tower")) == ([], [])
    assert store.rooms_with_entries() == ["tower"]


def test_a_deleted_room_is_there_again_when_somebody_speaks_in_it(store, people):
    people.add_room(room("tower", "private", "tea", 2.0))
    people.delete_room("tower")
    store.append([said(room="tower")], TIME)
    assert people.room("tower") == room("tower")


def test_what_is_changed_in_a_deleted_room_does_not_bring_it_back(store, people):
    people.add_room(room("tower"))
    people.delete_room("tower")
    people.set_topic("tower", "tea")
    people.set_slow("tower", 1.0)
    people.set_member("tower", "#1", 1)
    people.set_read({("tower", "#1"): 5})
    assert (people.room("tower"), people.memberships("#1")) == (None, [])
    assert store.rooms_with_entries() == []


def test_a_room_that_is_made_again_goes_on_with_its_numbers(store, people):
    fill(store, 3, room="tower")
    people.delete_room("tower")
    people.add_room(room("tower"))
    assert seqs(store.append([said(room="tower")], TIME)) == [4]


def test_a_room_that_is_made_again_after_reopening_goes_on_with_its_numbers(open_store, tmp_path):
    store = open_store(tmp_path)
    fill(store, 3, room="tower")
    SqlitePeople(store).delete_room("tower")
    store.close()
    store = open_store(tmp_path)
    assert SqlitePeople(store).room("tower") is None
    assert seqs(store.append([said(room="tower")], TIME)) == [4]


def test_after_an_unclean_stop_a_room_that_is_made_again_gives_no_number_twice(open_store, died):
    folder, given = died
    store = open_store(folder)
    SqlitePeople(store).delete_room("lobby")
    assert seqs(store.append([said()], TIME))[0] > max(given)


def test_an_id_that_went_with_its_room_can_be_stored_again(store, people):
    store.append([said(id_="a", room="tower")], TIME)
    people.delete_room("tower")
    (again,) = store.append([said("again", id_="a")], TIME)
    assert (again.room, again.seq, again.text) == ("lobby", 1, "again")


def test_the_oldest_entry_of_all_rooms_is_found(store, people):
    assert store.oldest() is None
    store.append([said(room="c")], minute(2))
    store.append([said(room="a"), said(room="b")], minute(1))
    store.append([said(room="b"), said(room="c")], minute(3))
    people.add_room(room("empty"))
    assert store.oldest() == ("a", minute(1))
    people.delete_room("a")
    assert store.oldest() == ("b", minute(1))
    store.prune("b", minute(1), 0, 9)
    assert store.oldest() == ("c", minute(2))


def test_members_are_told_with_their_roles(people):
    people.set_member("tower", "#2", 3)
    people.set_member("tower", "#10", 1)
    people.set_member("cellar", "#2", 0)
    assert people.members("tower") == [
        Membership("tower", "#10", 1, 0, True),
        Membership("tower", "#2", 3, 0, True),
    ]
    assert people.memberships("#2") == [
        Membership("cellar", "#2", 0, 0, True),
        Membership("tower", "#2", 3, 0, True),
    ]
    assert people.members("lobby") == people.memberships("#3") == []


def test_a_new_role_leaves_what_was_read(people):
    people.set_member("tower", "#1", 1)
    people.set_read({("tower", "#1"): 7})
    people.set_member("tower", "#1", 2)
    assert people.members("tower") == [Membership("tower", "#1", 2, 7, True)]


def test_somebody_who_is_outside_still_belongs_there(people):
    for identity in ("#1", "#2"):
        people.set_member("tower", identity, 3)
    people.set_outside("tower", "#1")
    assert [(one.identity, one.role, one.inside) for one in people.members("tower")] == [
        ("#1", 3, False),
        ("#2", 3, True),
    ]
    people.set_member("tower", "#1", 3)
    assert people.memberships("#1")[0].inside


def test_who_does_not_belong_to_a_room_is_not_outside_it_either(people):
    people.set_member("tower", "#1", 1)
    people.set_outside("tower", "#2")
    people.set_outside("cellar", "#1")
    assert len(people.members("tower") + people.members("cellar")) == 1


def test_a_member_is_dropped_from_one_room(people):
    for name in ("tower", "cellar"):
        people.set_member(name, "#1", 1)
        people.set_member(name, "#2", 1)
    people.drop_member("tower", "#1")
    people.drop_member("tower", "#3")
    assert [one.identity for one in people.members("tower")] == ["#2"]
    assert [one.room for one in people.memberships("#1")] == ["cellar"]


def test_marks_never_go_back(people):
    people.set_member("tower", "#1", 1)
    for seq, read in ((3, 3), (2, 3), (5, 5)):
        people.set_read({("tower", "#1"): seq})
        assert people.members("tower")[0].read == read


def test_marks_of_many_are_noted_at_once(people):
    for name in ("tower", "cellar"):
        people.set_member(name, "#1", 1)
    people.set_read({("tower", "#1"): 1, ("cellar", "#1"): 2, ("lobby", "#1"): 3})
    people.set_read({})
    assert [(one.room, one.read) for one in people.memberships("#1")] == [
        ("cellar", 2),
        ("lobby", 3),
        ("tower", 1),
    ]


def test_a_mark_makes_nobody_a_member_but_in_the_lobby(people):
    people.add_room(room("tower"))
    for seq in (3, 2, 4):
        people.set_read({("tower", "#1"): seq, ("attic", "#1"): seq, ("lobby", "#1"): seq})
    assert people.memberships("#1") == [Membership("lobby", "#1", 0, 4, False)]


def test_a_mark_in_the_lobby_leaves_a_role(people):
    people.set_member("lobby", "#1", 2)
    people.set_read({("lobby", "#1"): 4})
    assert people.members("lobby") == [Membership("lobby", "#1", 2, 4, True)]


def test_what_others_said_after_a_place_is_unread(store, people):
    senders = ["ana", "ben", "ana", "cem", "ben"]
    store.append([said(str(n), sender=one) for n, one in enumerate(senders, 1)], TIME)
    assert people.count_unread("lobby", "ana", 0, 99) == (3, ["2", "4", "5"])
    assert people.count_unread("lobby", "ana", 2, 99) == (2, ["4", "5"])
    assert people.count_unread("lobby", "nobody", 4, 99) == (1, ["5"])
    assert people.count_unread("lobby", "ana", 5, 99) == (0, [])
    assert people.count_unread("cellar", "ana", 0, 99) == (0, [])


def test_only_messages_are_unread(store, people):
    kinds = ["edit", "delete", "react", "unreact", "topic", "kick"]
    store.append([done(kind, text=kind) for kind in kinds], TIME)
    store.append([said("hi"), done("message", 1, "a reply", "ana: hi")], TIME)
    assert people.count_unread("lobby", "ben", 0, 99) == (2, ["hi", "a reply"])


def test_counting_what_is_unread_ends_with_the_newest(store, people):
    fill(store, 9)
    assert people.count_unread("lobby", "ben", 0, 3) == (3, ["hi 7", "hi 8", "hi 9"])
    assert people.count_unread("lobby", "ben", 0, 0) == (0, [])


def test_counting_what_is_unread_looks_at_some_entries_only(store, people):
    store.append([said("far back")], TIME)
    store.append([done("react") for _ in range(2_000)], TIME)
    assert people.count_unread("lobby", "ben", 0, 10) == (0, [])
    store.append([said("near")], TIME)
    assert people.count_unread("lobby", "ben", 0, 10) == (1, ["near"])


def test_what_was_dropped_is_not_unread(store, people):
    fill(store, 5)
    store.prune("lobby", minute(3), 0, 99)
    assert people.count_unread("lobby", "ben", 0, 99)[1] == texts(everything(store))


def test_what_a_deleted_room_leaves_is_dropped_a_piece_at_a_time(store, people):
    fill(store, 5, room="tower")
    fill(store, 2)
    people.delete_room("tower")
    fill(store, 1, room="tower")
    assert [store.drop_ended(2) for _ in range(4)] == [2, 2, 1, 0]
    assert seqs(everything(store, "tower")) == [6]
    assert len(everything(store)) == 2


def test_rooms_that_were_deleted_empty_or_twice_are_dropped_too(store, people):
    people.add_room(room("attic"))
    for _ in range(2):
        fill(store, 1, room="tower")
        people.delete_room("tower")
    people.delete_room("attic")
    while store.drop_ended(9):
        assert names(people.rooms("", 9, "")) == []
    people.add_room(room("tower"))
    assert seqs(store.append([said(room="tower")], TIME)) == [3]


def test_what_is_left_of_a_deleted_room_is_dropped_after_reopening(open_store, tmp_path):
    store = open_store(tmp_path)
    fill(store, 3, room="tower")
    SqlitePeople(store).delete_room("tower")
    store.close()
    store = open_store(tmp_path)
    assert store.rooms_with_entries() == []
    assert [store.drop_ended(9), store.drop_ended(9)] == [3, 0]


def test_unused_are_rooms_without_entries_that_none_but_guests_are_in_or_invited_into(
    store, people
):
    for name in "abcdefg":
        people.add_room(room(name, "private" if name == "b" else "public"))
    people.add_room(room("@d", "direct"))
    people.add_room(room("lobby"))
    people.add_room(room("late")._replace(made=minute(20 * 60)))
    people.set_member("b", "~guest", 3)
    people.set_member("c", "#1", 1)
    for name, role in (("d", 0), ("e", 3)):
        people.set_member(name, "#1", role)
        people.set_outside(name, "#1")
    store.append([said(room="f")], TIME)
    people.delete_room("g")
    assert people.unused_rooms(minute(19 * 60 + 1), "~") == ["a", "b", "e"]
    store.prune("f", minute(21 * 60), 0, 9)
    assert people.unused_rooms(minute(21 * 60), "~") == ["a", "b", "e", "late"]
