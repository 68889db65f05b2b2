"""What people type on a plain socket who come from other chats, or mistype."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import Heard, JsonTalker, PlainTalker

from huechat.wire.typed import short_help_text


@pytest.fixture
def ana(port: int) -> Iterator[PlainTalker]:
    with PlainTalker(port, "blue", "ana") as talker:
        yield talker


@pytest.fixture
def listener(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ben") as talker:
        yield talker


@pytest.mark.parametrize("line", ["/quit see you", "/exit", "/bye all", "/q"])
def test_who_quits_is_gone_and_nobody_is_told_why(
    ana: PlainTalker, listener: JsonTalker, line: str
) -> None:
    ana.types(line)
    ana.is_put_out("Goodbye.")
    listener.hears_nothing_more()


def test_help_is_a_short_list(ana: PlainTalker) -> None:
    for line in ("/help", "/?"):
        ana.types(line)
        ana.reads(*short_help_text().split("\n"))
    ana.hears_nothing_more()


WRONG = {
    "/join my room": "a room's name has no spaces: write /join ROOM [private]",
    "/kick": "a name is missing: write /kick NAME [REASON]",
    "/history many": "a number above 0 is wanted: write /history [more] [N]",
    "/register 5ecret 5ecret 5ecret": (
        "the password must have no spaces: write /register PASSWORD [CODE]"
    ),
    "/login 5ecret": "a password is missing: write /login NAME PASSWORD",
    "/slap ben": "there is no /slap; /help lists all",
    "/go builds": "/go works in huechat-client only; /join takes you to a room",
    "/msg #builds hi": ("/join that room and say it there; to one person: write /msg NAME TEXT"),
    "/q ben hi": "/msg NAME TEXT writes to somebody; to leave: write /quit [REASON]",
    "/name 🙂": "a name has letters, digits and - _ . ' only, not '🙂'",
    "/name a\u200db": "a name has letters, digits and - _ . ' only, not ZERO WIDTH JOINER",
}


def test_what_is_mistyped_is_answered_and_never_said(
    ana: PlainTalker, listener: JsonTalker
) -> None:
    for line, told in WRONG.items():
        ana.types(line)
        ana.reads(f"Error: {told}")
    ana.says("and this is heard")
    listener.hears(Heard("blue", "and this is heard", "ana"))


def test_a_slash_can_be_said(ana: PlainTalker, listener: JsonTalker) -> None:
    ana.types("/say /join is how you enter a room", "//me too")
    listener.hears(
        Heard("blue", "/join is how you enter a room", "ana"), Heard("blue", "/me too", "ana")
    )


def test_who_owns_a_room_makes_moderators_and_takes_it_back(
    ana: PlainTalker, listener: JsonTalker
) -> None:
    ana.joins("builds")
    listener.joins("builds")
    for line, role in (
        ("/op ben", "moderator"),
        ("/deop ben", "member"),
        ("/mod ben", "moderator"),
    ):
        ana.types(line)
        told = f"ana made ben a {role} of the room"
        ana.reads(f"* #builds: {told}")
        assert listener.event("notice")["text"] == told
    place = listener.answer("joined", type="topic", room="builds")
    assert place["place"]["role"] == "moderator"
    assert place["asked"]
