"""What a client knows of its rooms."""

import pytest
from msgspec import structs

from huechat.client.conversation import Conversation
from huechat.client.room_view import MOST_UNSEEN
from huechat.protocol import (
    LOBBY,
    Ack,
    Error,
    Joined,
    Left,
    Marked,
    Message,
    Page,
    Presence,
    Renamed,
    RoomInfo,
    RoomList,
    RoomPlace,
    TopicSet,
    Welcome,
    You,
)

PLACES = (RoomPlace(LOBBY, 1), RoomPlace("builds", 7, topic="red"))


def said(room: str, seq: int, text: str = "hi") -> Message:
    return Message(room, seq, f"m{seq}", "2026-11-22T19:00:00.000Z", "ben", "blue", text)


@pytest.fixture
def talk() -> Conversation:
    conversation = Conversation("", "blue")
    conversation.greet(Welcome(1, "ana", "red", "s", PLACES))
    return conversation


def test_one_begins_in_the_lobby_as_whom_the_server_says(talk):
    assert (talk.current, talk.name, talk.color) == (LOBBY, "ana", "red")
    assert [room.title for room in talk.rooms] == ["#lobby", "#builds"]


def test_what_is_said_elsewhere_waits_until_one_looks(talk):
    first, second = said("builds", 8), said("builds", 9, "@ana")
    assert not talk.is_looked_at(first, mention=False)
    assert not talk.is_looked_at(second, mention=True)
    builds = talk.rooms[1]
    assert (builds.unread, builds.mentions) == (2, 1)
    assert talk.switch("builds") == ([first, second], 0)
    assert (builds.unread, builds.mentions, talk.switch("builds")) == (0, 0, ([], 0))


def test_what_is_said_here_or_in_private_is_shown_at_once(talk):
    talk.note(Joined("", RoomPlace("@x", 0, "direct", "", ("ben",))))
    assert talk.is_looked_at(said(LOBBY, 2), mention=False)
    assert talk.is_looked_at(said("@x", 1), mention=False)
    assert [room.unread for room in talk.rooms] == [0, 0, 0]
    assert talk.rooms[2].title == "ben"


def test_who_is_elsewhere_in_another_room_than_they_looked_at_goes_when_they_know(talk):
    talk.switch("builds")
    talk.note(Left("builds"))
    assert (talk.current, talk.is_inside) == ("builds", False)
    assert talk.leave_lost() == LOBBY
    assert (talk.current, talk.is_inside, talk.leave_lost()) == (LOBBY, True, None)
    assert [room.name for room in talk.rooms] == [LOBBY]


def test_it_follows_names_topics_and_people(talk):
    talk.note(You("eve", "green", account=True))
    talk.note(TopicSet("builds", 8, "t", "", "ben", "blue", "green again"))
    talk.note(Presence("builds", 2, ("ben", "eve")))
    assert (talk.name, talk.color, talk.account) == ("eve", "green", True)
    assert (talk.rooms[1].topic, talk.rooms[1].here) == ("green again", 2)
    assert talk.names == ["ben"]
    talk.note(Presence("builds", 1, left=("ben",)))
    assert talk.names == []
    talk.note(RoomList("", (RoomInfo("pasta", 3), RoomInfo("@x", 1, kind="direct")), more=False))
    assert talk.room_names == ["builds", "lobby", "pasta"]


def test_coming_back_keeps_what_was_not_seen_of_rooms_that_are_still_ones_own(talk):
    waiting = said("builds", 8)
    talk.is_looked_at(waiting, mention=False)
    talk.greet(Welcome(1, "ana", "red", "s", PLACES))
    assert talk.switch("builds") == ([waiting], 0)


def test_what_was_said_before_one_came_is_kept_and_is_no_news(talk):
    assert not talk.is_looked_at(said("builds", 6), mention=True)
    assert not talk.is_new(said("builds", 6))
    assert talk.is_new(said("builds", 8))
    assert (talk.rooms[1].unread, len(talk.rooms[1].unseen)) == (0, 1)


def test_coming_back_counts_on_and_keeps_the_order_of_the_rooms(talk):
    talk.is_looked_at(said("builds", 8), mention=False)
    away = (RoomPlace("away", 3, unread=2), RoomPlace("builds", 9, unread=1), RoomPlace(LOBBY, 1))
    talk.greet(Welcome(1, "ana", "red", "s", away, account=True))
    talk.is_looked_at(said("builds", 9), mention=False)
    assert [(room.name, room.unread) for room in talk.rooms] == [
        (LOBBY, 0),
        ("builds", 2),
        ("away", 2),
    ]


def test_what_was_read_at_another_client_is_not_unread_here(talk):
    talk.is_looked_at(said("builds", 8), mention=True)
    talk.note(Marked("builds", 7))
    assert talk.rooms[1].unread == 1
    talk.note(Marked("builds", 8))
    assert (talk.rooms[1].unread, talk.rooms[1].mentions) == (0, 0)


def test_who_is_not_let_into_the_lobby_begins_elsewhere():
    talk = Conversation("", "blue")
    talk.greet(Welcome(1, "ana", "red", "s", PLACES[1:]))
    assert talk.current == "builds"


def test_rooms_go_round(talk):
    assert (talk.nth(1), talk.nth(2), talk.nth(3)) == (LOBBY, "builds", None)
    assert talk.beside(1) == "builds"
    assert talk.beside(-1) == "builds"
    talk.switch("builds")
    assert talk.beside(1) == LOBBY


def test_who_one_talks_with_alone_is_called_as_they_are_now(talk):
    talk.note(Joined("", RoomPlace("@x", 0, "direct", "", ("ben",))))
    talk.note(Joined("", RoomPlace("@y", 0, "direct", "", ("cyd",))))
    told = Presence("@x", 2, ("bob",), ("ben",), renamed=(Renamed("ben", "bob"),))
    talk.note(told)
    assert [room.title for room in talk.rooms[2:]] == ["bob", "cyd"]


def test_who_left_has_their_name_again_once_they_are_back(talk):
    ben = RoomPlace("@x", 0, "direct", "", ("ben",))
    gone = RoomPlace("@x", 0, "direct", "", ("a guest who left",))
    talk.note(Joined("", ben))
    talk.greet(Welcome(1, "ana", "red", "s", (*PLACES, gone)))
    assert talk.rooms[2].title == "ben"
    talk.note(Left("@x"))
    talk.note(Joined("", gone))
    assert talk.rooms[2].title == "a guest who left"
    talk.note(Presence("@x", 1, ("ana",)))
    assert talk.rooms[2].title == "a guest who left"
    talk.note(Presence("@x", 2, ("ben",)))
    assert talk.rooms[2].title == "ben"


def test_the_room_with_somebody_is_found_by_their_name(talk):
    talk.note(Joined("", RoomPlace("@x", 0, "direct", "", ("Ben",))))
    assert [talk.room_with(name) for name in ("ben", "@Ben", "cyd", "builds")] == [
        "@x",
        "@x",
        "",
        "",
    ]


def test_what_was_seen_in_private_before_is_not_shown_again_elsewhere(talk):
    place = RoomPlace("@x", 0, "direct", "", ("ben",))
    talk.note(Joined("", place))
    assert talk.is_looked_at(said("@x", 1), mention=False)
    talk.note(Left("@x"))
    talk.note(Joined("", structs.replace(place, seq=1)))
    assert not talk.is_looked_at(said("@x", 1), mention=False)
    assert talk.is_looked_at(said("@x", 2), mention=False)
    assert talk.rooms[2].unread == 0
    assert [one.seq for one in talk.switch("@x")[0]] == [1]


def test_what_one_says_to_the_one_whom_one_looks_at_is_said_there(talk):
    talk.note(Joined("", RoomPlace("@x", 0, "direct", "", ("ben",))))
    talk.says("ben")
    assert talk.with_newest(own=True) == "ben"
    talk.switch("@x")
    talk.says("@ben")
    assert talk.with_newest(own=True) == ""


def test_what_was_unread_in_private_is_read_once_it_is_shown(talk):
    talk.note(Joined("", RoomPlace("@x", 3, "direct", "", ("ben",), read=1, unread=2)))
    assert [one.name for one in talk.shown] == [LOBBY]
    for seq, unread in ((1, 2), (2, 1), (3, 0), (4, 0)):
        talk.is_looked_at(said("@x", seq), mention=False)
        assert talk.rooms[2].unread == unread
    assert [one.name for one in talk.shown] == [LOBBY, "@x"]


def test_what_an_account_has_read_in_private_is_shown_where_it_looks_there(talk):
    talk.note(Joined("", RoomPlace("@x", 3, "direct", "", ("ben",), read=2)))
    shown = [talk.is_looked_at(said("@x", seq), mention=False) for seq in (1, 2, 3, 4)]
    assert shown == [False, False, True, True]


def test_a_room_that_is_asked_for_is_looked_at_before_one_is_in_it(talk):
    talk.expect("cakes", "j1")
    assert (talk.current, talk.here.title, talk.is_inside) == ("cakes", "#cakes", True)
    joined = Joined("j1", RoomPlace("cakes", 3))
    talk.note(joined)
    assert talk.arrives(joined)
    assert (talk.current, talk.is_inside, talk.leave_lost()) == ("cakes", True, None)


def test_who_went_on_meanwhile_is_not_brought_back(talk):
    talk.expect("cakes", "j1")
    talk.switch("builds")
    joined = Joined("j1", RoomPlace("cakes", 3))
    talk.note(joined)
    assert not talk.arrives(joined)
    assert talk.current == "builds"


def test_a_room_that_others_brought_one_into_is_not_looked_at(talk):
    joined = Joined("", RoomPlace("cakes", 3))
    talk.note(joined)
    assert not talk.arrives(joined)


def test_who_is_refused_stays_until_they_go_as_what_they_type_is_for_no_other_room(talk):
    talk.expect("den", "j1")
    talk.note(Error("not_allowed", "no", "j1"))
    assert (talk.current, talk.is_inside, talk.leave_lost()) == ("den", True, None)
    talk.switch("builds")
    assert (talk.current, talk.is_inside) == ("builds", True)


def test_who_is_put_out_stays_until_they_go_as_what_they_type_is_for_no_other_room(talk):
    talk.switch("builds")
    put_out = Left("builds", message="You were put out.")
    talk.note(put_out)
    assert (talk.current, talk.is_inside, talk.leave_lost()) == ("builds", True, None)
    assert (talk.here.title, talk.way_back(put_out)) == ("#builds", "#lobby")
    talk.switch(LOBBY)
    assert (talk.current, talk.way_back(put_out)) == (LOBBY, "")


def test_who_wants_to_go_is_elsewhere_at_once(talk):
    talk.switch("builds")
    talk.note(Left("builds", "l1"))
    assert (talk.is_inside, talk.leave_lost()) == (False, LOBBY)


def test_who_is_put_out_of_their_only_room_looks_at_none(talk):
    for room in ("builds", LOBBY):
        talk.note(Left(room, message="You were put out."))
    assert talk.here.title == "no room"


def test_who_comes_back_into_fewer_rooms_stays_where_they_typed(talk):
    talk.switch("builds")
    talk.greet(Welcome(1, "ana", "red", "s", (RoomPlace(LOBBY, 1),)))
    assert (talk.current, talk.is_inside) == ("builds", True)
    talk.note(Joined("", RoomPlace("builds", 3)))
    talk.note(Left("builds", "l1"))
    assert talk.leave_lost() == LOBBY


def test_who_is_in_no_room_looks_at_none(talk):
    for room in (LOBBY, "builds"):
        talk.note(Left(room))
    assert (talk.here.title, talk.is_inside, talk.leave_lost()) == ("no room", True, None)
    talk.expect("cakes", "j1")
    assert talk.here.title == "#cakes"


def test_what_came_beyond_what_is_kept_is_counted(talk):
    for seq in range(8, 8 + MOST_UNSEEN + 3):
        talk.is_looked_at(said("builds", seq), mention=False)
    assert talk.rooms[1].unread == MOST_UNSEEN + 3
    unseen, skipped = talk.switch("builds")
    assert (len(unseen), skipped, unseen[0].seq) == (MOST_UNSEEN, 3, 11)
    assert talk.here.gap == 11
    talk.note(Page("", "builds", (), more=False))
    assert talk.here.gap == 0


def test_what_one_said_oneself_is_read(talk):
    """At another of one's clients, or at this one."""
    mine = structs.replace(said("builds", 8), name="ana")
    assert not talk.is_looked_at(mine, mention=False)
    assert talk.rooms[1].unread == 0
    talk.note(Ack("1", "builds", 9, ""))
    assert talk.rooms[1].last == 9


def test_what_was_read_elsewhere_is_not_unread_here(talk):
    for seq in (8, 9, 10):
        talk.is_looked_at(said("builds", seq), mention=seq == 8)
    builds = talk.rooms[1]
    talk.note(Marked("builds", 8))
    assert (builds.unread, builds.mentions) == (2, 1)
    talk.note(Marked("builds", 5))  # of long ago
    assert builds.unread == 2
    talk.note(Marked("builds", 10))
    assert (builds.unread, builds.mentions) == (0, 0)


def test_who_speaks_is_known_by_name(talk):
    talk.is_looked_at(said("builds", 3), mention=False)  # before one came in
    assert talk.names == []
    talk.is_looked_at(said("builds", 8), mention=False)
    assert talk.names == ["ben"]


def test_a_private_room_is_called_after_who_is_there_though_no_other_name_was_told(talk):
    talk.note(Joined("", RoomPlace("@x", 0, "direct", "", ("ben",))))
    talk.note(Presence("@x", 2, ("ana", "bob")))  # ben was called so before anybody was told
    assert talk.rooms[-1].title == "bob"
    assert talk.room_with("bob") == "@x"


def test_who_deletes_a_room_is_not_put_out_of_it(talk):
    talk.switch("builds")
    talk.drops("builds")
    talk.note(Left("builds", message="The room #builds was deleted by ana."))
    assert (talk.is_inside, talk.leave_lost()) == (False, LOBBY)


def test_who_may_not_delete_a_room_and_is_put_out_then_stays(talk):
    talk.switch("builds")
    talk.drops("builds")
    talk.note(Error("not_allowed", "no"))
    talk.note(Left("builds", message="You were put out."))
    assert (talk.is_inside, talk.leave_lost()) == (True, None)
