"""Private rooms: for those who were invited; and rooms that come to an end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer

pytestmark = pytest.mark.usefixtures("cheap_passwords")

Two = tuple[Talker, Talker]
INVITE_ONLY = "plans is private: ask somebody in it to invite you"


@pytest.fixture(params=["json-plain", "plain-json"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[Two]:
    """Give ana and ben, in the lobby."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        yield ana, ben


def registered(port: int, name: str) -> JsonTalker:
    """Return somebody who has an account."""
    talker = JsonTalker(port, name=name)
    talker.token = talker.answer("token", type="register", password="correct horse")["token"]
    talker.event("you")
    return talker


def invites(ana: Talker, name: str, room: str = "plans") -> None:
    ana.does(f"/invite {name}", type="invite", name=name, room=room)
    if isinstance(ana, JsonTalker):
        assert ana.event("done")["message"] == f"{name} may join #{room} now."
    if isinstance(ana, PlainTalker):
        ana.reads(f"{name} may join #{room} now.")


def is_invited(ben: Talker) -> None:
    if isinstance(ben, JsonTalker):
        assert ben.event("invited") == {"type": "invited", "room": "plans", "by": "ana"}
    if isinstance(ben, PlainTalker):
        ben.reads("ana invites you to #plans: /join plans")


def test_nobody_comes_into_a_private_room_uninvited(two: Two) -> None:
    ana, ben = two
    ana.joins("plans", private=True)
    ben.does("/join plans", type="join", room="plans")
    ben.is_refused("invite_only", INVITE_ONLY)
    ana.says_here("secret")
    all_is_stored(ana)
    ben.hears_nothing_more()


def test_who_wants_a_private_room_does_not_come_into_a_public_one(two: Two) -> None:
    ana, ben = two
    ana.joins("plans")
    for each in (ben, ana):  # whether one is in it or not
        each.does("/join plans private", type="join", room="plans", private=True)
        words = "there is a room #plans already, and it is public: take another name"
        each.is_refused("not_allowed", words)
    ana.joins("treason", private=True)
    ana.joins("treason", private=True)


def all_is_stored(talker: Talker) -> None:
    talker.joins("nowhere")
    talker.leaves("nowhere")


def test_who_is_invited_comes_in_and_hears_what_was_said(two: Two) -> None:
    ana, ben = two
    ana.joins("plans", private=True)
    ana.says_here("secret")
    invites(ana, "ben")
    is_invited(ben)
    ben.joins("plans")
    ben.hears_in("plans", Heard("blue", "secret", "ana"))
    ben.says_here("hi")
    ana.hears_in("plans", Heard("blue", "hi", "ben"))


def test_who_left_a_private_room_must_be_invited_again(two: Two) -> None:
    ana, ben = two
    ana.joins("plans", private=True)
    invites(ana, "ben")
    is_invited(ben)
    ben.joins("plans")
    ben.leaves("plans")
    ben.does("/join plans", type="join", room="plans")
    ben.is_refused("invite_only", INVITE_ONLY)


def test_its_owner_may_leave_and_come_back(two: Two) -> None:
    ana, _ = two
    ana.joins("plans", private=True)
    ana.leaves("plans")
    ana.joins("plans")
    invites(ana, "ben")


def test_only_those_who_keep_order_invite_into_a_private_room(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        ana.joins("plans", private=True)
        invites(ana, "ben")
        is_invited(ben)
        ben.joins("plans")
        ben.does("/invite cyd", type="invite", name="cyd", room="plans")
        ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
        cyd.hears_nothing_more()
        ana.does("/role ben moderator", type="role", name="ben", role="moderator", room="plans")
        for each in two:
            if isinstance(each, JsonTalker):
                each.event("notice")
            if isinstance(each, PlainTalker):
                each.reads("* #plans: ana made ben a moderator of the room")
        ben.does("/invite cyd", type="invite", name="cyd", room="plans")
        assert cyd.event("invited")["by"] == "ben"
        cyd.joins("plans")


def test_anybody_may_invite_into_a_public_room(two: Two, port: int) -> None:
    ana, ben = two
    with JsonTalker(port, name="cyd") as cyd:
        cyd.joins("plans")
        ana.joins("plans")
        invites(ana, "ben")
        is_invited(ben)


def test_nobody_is_invited_who_is_not_here_or_does_not_want_it(two: Two) -> None:
    ana, ben = two
    ana.joins("plans", private=True)
    ana.does("/invite nobody", type="invite", name="nobody", room="plans")
    ana.is_refused("no_such_person", "there is nobody called nobody here")
    ana.does("/invite ana", type="invite", name="ana", room="plans")
    ana.is_refused("not_allowed", "that is yourself: you are in the room")
    ben.does("/block ana", type="block", name="ana")
    if isinstance(ben, JsonTalker):
        assert ben.event("blocked")["names"] == ["ana"]
    if isinstance(ben, PlainTalker):
        ben.reads("You have blocked ana.")
    ana.does("/invite ben", type="invite", name="ben", room="plans")
    ana.is_refused("blocked", "they do not want to be written to by you")
    ben.hears_nothing_more()


def test_a_private_room_is_listed_to_those_in_it_alone(two: Two) -> None:
    ana, ben = two
    ana.joins("plans", private=True)
    for each, mine in ((ana, True), (ben, False)):
        each.does("/rooms", type="rooms")
        if isinstance(each, JsonTalker):
            rooms = [one["room"] for one in each.event("rooms")["rooms"]]
            assert rooms == (["lobby", "plans"] if mine else ["lobby"])
        if isinstance(each, PlainTalker):
            each.reads("Rooms:", "  #lobby (2 here, you are in)")
            if mine:
                each.reads("  #plans (1 here, private, you are in)")
            each.hears_nothing_more()


def test_a_guest_who_comes_back_with_the_session_is_still_let_in(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("plans", private=True)
        with JsonTalker(port, name="ben") as ben:
            session = ben.welcome["session"]
            invites(ana, "ben")
            is_invited(ben)
            ben.joins("plans")
        ana.says_here("while ben is away")
        ana.hears_nothing_more()
        with JsonTalker(port, name="ben", session=session, resume={"plans": 0}) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby", "plans"]
            ben.hears_in("plans", Heard("blue", "while ben is away", "ana"))


def test_who_takes_the_name_of_one_who_was_invited_is_not_let_in(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("plans", private=True)
        with JsonTalker(port, name="ben") as ben:
            invites(ana, "ben")
            is_invited(ben)
            ben.ask(type="name", name="dan")
            ben.event("you")
            with JsonTalker(port, name="ben", resume={"plans": 0}) as thief:
                assert [one["room"] for one in thief.welcome["rooms"]] == ["lobby"]
                thief.does("", type="join", room="plans")
                thief.is_refused("invite_only", INVITE_ONLY)
            ben.joins("plans")


def test_a_session_that_was_made_up_opens_nothing(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("plans", private=True)
        thief = JsonTalker(port, name="ben", session="made up", resume={"plans": 0, "@x": 0})
        with thief:
            assert [one["room"] for one in thief.welcome["rooms"]] == ["lobby"]


def test_an_account_comes_back_into_all_its_rooms(server: ChatServer) -> None:
    port = server.port
    with registered(port, "ana") as ana:
        ana.joins("builds")
        ana.joins("plans", private=True)
        ana.joins("left")
        ana.leaves("left")
        ana.says("said in the lobby")
        ana.hears_nothing_more()
        token = ana.token
    with JsonTalker(port, token=token, history=0) as ana:
        places = {one["room"]: one for one in ana.welcome["rooms"]}
        assert set(places) == {"lobby", "builds", "plans"}
        assert places["plans"]["kind"] == "private"
        assert places["builds"]["role"] == "owner"
        ana.hears_nothing_more()


def test_an_account_that_was_invited_while_it_was_away_may_come_in(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        with registered(port, "ben") as ben:
            token = ben.token
        ana.joins("plans", private=True)
        invites(ana, "ben")
        with JsonTalker(port, token=token) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby"]
            assert ben.event("invited") == {"type": "invited", "room": "plans", "by": ""}
            ben.joins("plans")
        with JsonTalker(port, token=token) as ben:
            ben.hears_nothing_more()


def test_all_connections_of_an_account_come_in_and_leave_together(port: int) -> None:
    with registered(port, "ana") as one, JsonTalker(port, token=one.token) as other:
        other.hears_nothing_more()
        one.joins("builds")
        assert other.event("joined")["place"]["room"] == "builds"
        one.says_here("hi")
        other.hears_in("builds", Heard("blue", "hi", "ana"))
        other.leaves("builds")
        assert one.event("left") == {"type": "left", "room": "builds"}


def test_a_guest_comes_back_into_several_rooms_each_message_once_and_in_order(port: int) -> None:
    rooms = ["a", "b", "c"]
    with JsonTalker(port, name="ana") as ana:
        for room in rooms:
            ana.joins(room)
        with JsonTalker(port, name="ben") as ben:
            session = ben.welcome["session"]
            for room in rooms:
                ben.joins(room)
            seen = {}
            for number in range(30):
                ana.ask(type="say", id=f"x{number}", room=rooms[number % 3], text=str(number))
                if number < 12:
                    message = ben.event("message")
                    seen[message["room"]] = message["seq"]
            ben.reset()
        ana.hears_nothing_more()
        with JsonTalker(port, name="ben", session=session, resume=seen) as ben:
            told: dict[str, list[int]] = {room: [] for room in rooms}
            for _ in range(18):
                message = ben.event("message")
                told[message["room"]].append(int(message["text"]))
            assert told == {room: list(range(12 + n, 30, 3)) for n, room in enumerate(rooms)}
            ben.hears_nothing_more()


def test_who_logs_in_is_told_where_they_were_invited_meanwhile(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        registered(port, "ben").__exit__()
        ana.joins("plans", private=True)
        invites(ana, "ben")
        with PlainTalker(port) as typist:
            typist.types("/login ben correct horse")
            typist.reads("You are logged in as ben.", "You are invited to #plans: /join plans")


def test_a_guest_who_registers_is_in_their_rooms_what_they_were(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.joins("plans", private=True)
        ana.joins("public")
        invites(ana, "ben")
        ben.event("invited")
        ben.joins("plans")
        ana.ask(type="role", room="plans", name="ben", role="moderator")
        ana.event("notice")
        ana.token = ana.answer("token", type="register", password="correct horse")["token"]
        ana.event("you")
        ana.hears_nothing_more()
        for room in ("plans", "public"):
            ana.ask(type="topic", room=room, text="mine")
            assert ana.event("topic")["room"] == room
    with JsonTalker(port, token=ana.token) as ana:
        roles = {place["room"]: place.get("role", "") for place in ana.welcome["rooms"]}
    assert roles == {"lobby": "", "plans": "owner", "public": "owner"}


def test_who_logs_out_again_is_not_the_owner_any_more(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("public")
        ana.answer("token", type="register", password="correct horse")
        ana.event("you")
        ana.ask(type="logout")
        ana.event("you")
        ana.ask(type="topic", room="public", text="mine")
        ana.error("not_allowed")


def test_who_registers_is_told_that_private_messages_were_a_guests(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, PlainTalker(port, name="ben") as ben:
        ben.types("/msg ana hi")
        assert ana.event("joined")["place"]["kind"] == "direct"
        ana.event("message")
        ana.answer("token", type="register", password="correct horse")
        ana.event("you")
        assert ana.event("left")["message"] == (
            "Your private messages with ben stay with the guest that you were: you are ana now."
        )


def test_who_is_kept_out_or_muted_stays_so_when_they_register(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="gus") as gus:
        ana.joins("plans", private=True)
        ana.joins("public")
        gus.joins("public")
        invites(ana, "gus")
        gus.event("invited")
        ana.ask(type="ban", room="plans", name="gus")
        ana.event("notice")
        ana.ask(type="mute", room="public", name="gus")
        ana.event("notice")
        gus.event("notice")
        gus.answer("token", type="register", name="phoenix", password="correct horse")
        gus.event("you")
        gus.ask(type="join", room="plans")
        gus.error("banned")
        gus.ask(type="say", room="public", id="1", text="hi")
        gus.error("muted")


def test_who_was_only_invited_as_a_guest_is_invited_as_an_account(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="gus") as gus:
        ana.joins("plans", private=True)
        ana.says_here("secret")
        invites(ana, "gus")
        gus.event("invited")
        gus.answer("token", type="register", password="correct horse")
        gus.event("you")
        assert gus.event("invited") == {"type": "invited", "room": "plans", "by": ""}
        gus.hears_nothing_more()
