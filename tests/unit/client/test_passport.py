"""The passport: what a client says of itself when it comes back."""

from __future__ import annotations

from huechat.client.passport import Passport
from huechat.protocol import (
    VERSION,
    Ack,
    Hello,
    Joined,
    Left,
    Message,
    RoomPlace,
    Token,
    Welcome,
    You,
)


def message(seq: int, room: str = "lobby") -> Message:
    return Message(room, seq, f"{seq}", "", "ana", "red", "hi")


def welcomed(*rooms: RoomPlace) -> Passport:
    passport = Passport(Hello(VERSION, "ana", "red"))
    passport.note(Welcome(VERSION, "ana", "red", "secret", rooms or (RoomPlace("lobby", 7),)))
    return passport


def test_one_goes_on_behind_what_was_shown() -> None:
    passport = welcomed()
    assert passport.next_hello().resume == {"lobby": 7}
    assert passport.show(message(9))
    assert passport.next_hello().resume == {"lobby": 9}
    assert passport.next_hello().session == "secret"


def test_a_message_is_new_once() -> None:
    passport = welcomed()
    assert [passport.show(message(seq)) for seq in (8, 8, 7, 9)] == [True, False, False, True]


def test_ones_own_message_was_told_by_its_ack() -> None:
    passport = welcomed()
    passport.note(Ack("1", "lobby", 8, ""))
    assert passport.next_hello().resume == {"lobby": 8}
    passport.note(Ack("0", "lobby", 5, ""))  # of what was sent again
    assert passport.next_hello().resume == {"lobby": 8}


def test_an_ack_from_a_room_that_one_left_brings_nobody_back_there() -> None:
    passport = welcomed()
    passport.note(Joined("", RoomPlace("den", 1)))
    passport.note(Left("den"))
    passport.note(Ack("1", "den", 2, ""))
    assert passport.next_hello().resume == {"lobby": 7}


def test_rooms_that_one_is_not_in_any_more_are_forgotten() -> None:
    passport = welcomed(RoomPlace("lobby", 7), RoomPlace("den", 3))
    passport.show(message(4, "den"))
    passport.note(Welcome(VERSION, "ana", "red", "other", (RoomPlace("lobby", 9),)))
    assert passport.next_hello().resume == {"lobby": 7}


def test_a_login_is_kept_until_one_is_a_guest_again() -> None:
    passport = welcomed()
    passport.note(Token("", "ben", "t0ken"))
    passport.note(You("ben", "green", account=True))
    hello = passport.next_hello()
    assert (hello.name, hello.color, hello.token) == ("ben", "green", "t0ken")
    passport.note(You("guest-1", "green"))
    assert passport.next_hello().token == ""


def test_what_was_said_before_one_came_in_is_old_until_one_leaves() -> None:
    passport = welcomed()
    passport.note(Joined("", RoomPlace("den", 3)))
    assert [passport.is_old(message(seq, "den")) for seq in (3, 4)] == [True, False]
    passport.note(Left("den"))
    passport.note(Joined("", RoomPlace("den", 5)))
    assert [passport.is_old(message(seq, "den")) for seq in (4, 5, 6)] == [True, True, False]
    assert not passport.is_old(message(1, "elsewhere"))
