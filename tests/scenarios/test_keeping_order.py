"""Those who keep order in a room, over both wires: who may, what it does, what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Sanction
from huechat.config import ServerSettings

Three = tuple[Talker, Talker, JsonTalker]

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture(params=["json-plain", "plain-json"])
def three(request: pytest.FixtureRequest, port: int) -> Iterator[Three]:
    """Give ana, who owns #den, and ben and cyd, who are in it."""
    hers, his = request.param.split("-")
    with ExitStack() as leaving:
        ana = leaving.enter_context(TALKERS[hers](port, "blue", "ana"))
        ben = leaving.enter_context(TALKERS[his](port, "blue", "ben"))
        cyd = leaving.enter_context(JsonTalker(port, name="cyd"))
        for each in (ana, ben, cyd):
            each.joins("den")
        yield ana, ben, cyd


@pytest.fixture
def boss(server: ChatServer) -> Iterator[JsonTalker]:
    """Give an administrator."""
    server.hall.accounts.add("boss", "correct horse", "red", administrator=True)
    with JsonTalker(server.port, hello=False) as talker:
        talker.ask(type="login", name="boss", password="correct horse")
        talker.event("token")
        talker.ask(type="hello", v=1)
        assert talker.event("welcome")["administrator"] is True
        yield talker


def sees(who: Talker, words: str) -> None:
    """Check that `who` is told, in the room, what was done."""
    if isinstance(who, JsonTalker):
        assert who.event("notice")["text"] == words
    if isinstance(who, PlainTalker):
        who.reads(f"* #den: {words}")


def is_out(who: Talker, words: str) -> None:
    if isinstance(who, JsonTalker):
        assert who.event("left") == {"type": "left", "room": "den", "message": words}
    if isinstance(who, PlainTalker):
        who.reads(words)


def does(who: Talker, line: str, kind: str, **fields: Any) -> None:
    who.does(line, type=kind, room="den", **fields)


def test_who_is_kicked_is_told_why_and_hears_no_more_until_they_come_back(three: Three) -> None:
    ana, ben, cyd = three
    does(ana, "/kick ben too loud", "kick", name="ben", reason="too loud")
    for each in three:
        sees(each, "ana put ben out of the room: too loud")
    is_out(ben, "You were put out of #den by ana: too loud")
    cyd.ask(type="say", id="1", room="den", text="quiet now")
    ana.hears_in("den", Heard("blue", "quiet now", "cyd"))
    ben.hears_nothing_more()
    ben.joins("den")


def test_who_is_kicked_may_not_go_on_speaking(three: Three) -> None:
    ana, ben, _ = three
    does(ana, "/kick ben", "kick", name="ben")
    for each in three:
        sees(each, "ana put ben out of the room")
    is_out(ben, "You were put out of #den by ana")
    if isinstance(ben, JsonTalker):
        ben.ask(type="say", id="9", room="den", text="still here")
        ben.error("not_in_room")


@pytest.mark.parametrize(
    ("line", "kind", "fields"),
    [
        ("/kick cyd", "kick", {"name": "cyd"}),
        ("/ban cyd", "ban", {"name": "cyd"}),
        ("/mute cyd", "mute", {"name": "cyd"}),
        ("/pardon cyd", "pardon", {"name": "cyd"}),
        ("/slow 5", "slow", {"every_s": 5}),
        ("/topic mine", "topic", {"text": "mine"}),
        ("/bans", "bans", {}),
        ("/audit", "audit", {}),
    ],
)
def test_a_member_may_not_keep_order(
    three: Three, line: str, kind: str, fields: dict[str, Any]
) -> None:
    _, ben, cyd = three
    does(ben, line, kind, **fields)
    ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
    cyd.hears_nothing_more()


def test_nobody_does_it_to_those_who_are_not_below_them(three: Three) -> None:
    ana, ben, _ = three
    does(ana, "/role ben moderator", "role", name="ben", role="moderator")
    for each in three:
        sees(each, "ana made ben a moderator of the room")
    does(ben, "/kick ana", "kick", name="ana")
    ben.is_refused("not_allowed", "a moderator cannot do that to an owner; ask an administrator")
    does(ben, "/mute cyd 10m", "mute", name="cyd", for_s=600)
    for each in three:
        sees(each, "ben keeps cyd from speaking for 10 min")


def test_who_is_banned_is_put_out_and_kept_out_until_pardoned(three: Three) -> None:
    ana, ben, _ = three
    does(ana, "/ban ben 1h spam", "ban", name="ben", for_s=3600, reason="spam")
    for each in three:
        sees(each, "ana keeps ben out of the room for 1 h: spam")
    is_out(ben, "You are kept out of #den for 1 h: spam")
    ben.does("/join den", type="join", room="den")
    if isinstance(ben, JsonTalker):
        assert "spam" in ben.error("banned")["message"]
    if isinstance(ben, PlainTalker):
        line = ben.line().decode()
        assert line.startswith("Error: you are kept out of #den until ")
        assert line.endswith(": spam\n")
    does(ana, "/pardon ben", "pardon", name="ben")
    sees(ana, "ana pardoned ben")
    ben.joins("den")


def test_a_ban_holds_for_a_guest_who_takes_another_name(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        for each in (ana, ben):
            each.joins("den")
        ana.ask(type="ban", room="den", name="ben")
        sees(ana, "ana keeps ben out of the room")
        sees(ben, "ana keeps ben out of the room")
        is_out(ben, "You are kept out of #den")
        ben.ask(type="name", name="bob")
        ben.event("you")
        ben.ask(type="join", room="den")
        ben.error("banned")


def test_a_name_that_looks_like_a_banned_one_is_banned_too(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        with JsonTalker(port, name="eve") as eve:
            eve.joins("den")
            ana.ask(type="ban", room="den", name="eve")
            sees(ana, "ana keeps eve out of the room")
            sees(eve, "ana keeps eve out of the room")
            eve.event("left")
            eve.answer("you", type="name", name="somebody")  # so that the name is free
        with JsonTalker(port, name="Ev\u0435") as again:  # the last letter is Cyrillic
            again.ask(type="join", room="den")
            again.error("banned")


def test_a_ban_that_is_over_keeps_nobody_out(server: ChatServer, port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.joins("den")
        over = Sanction("ban", "name", "ben", "ben", "2020-01-01T00:00:00.000Z", "", "ana")
        room = server.hall.rooms.get("den")
        assert room
        room.sanctions = (over,)
        ben.joins("den")


def test_who_is_muted_may_listen(three: Three) -> None:
    ana, ben, cyd = three
    does(ana, "/mute ben 10m noise", "mute", name="ben", for_s=600, reason="noise")
    for each in three:
        sees(each, "ana keeps ben from speaking for 10 min: noise")
    ben.says_here("hm")
    if isinstance(ben, JsonTalker):
        ben.error("muted")
    if isinstance(ben, PlainTalker):
        assert ben.line().startswith(b"Error: you are muted in #den until ")
    cyd.ask(type="say", id="1", room="den", text="hear me")
    ben.hears_in("den", Heard("blue", "hear me", "cyd"))
    ana.hears_in("den", Heard("blue", "hear me", "cyd"))


def test_in_slow_mode_members_wait_and_those_who_keep_order_do_not(three: Three) -> None:
    ana, _, cyd = three
    does(ana, "/slow 60", "slow", every_s=60)
    for each in three:
        sees(each, "ana lets everybody speak every 60 s")
    cyd.ask(type="say", id="1", room="den", text="one")
    cyd.ask(type="say", id="2", room="den", text="two")
    assert 0 < cyd.error("slow_mode")["retry_after_s"] <= 60
    for text in ("mine", "and mine"):
        ana.says_here(text)
    cyd.hears_in("den", Heard("blue", "mine", "ana"), Heard("blue", "and mine", "ana"))


def test_what_was_done_is_in_the_audit_log_once(three: Three) -> None:
    ana, _, cyd = three
    does(ana, "/mute ben", "mute", name="ben")
    for each in three:
        sees(each, "ana keeps ben from speaking")
    does(ana, "/pardon ben", "pardon", name="ben")
    for each in three:
        sees(each, "ana pardoned ben")
    does(ana, "/role cyd moderator", "role", name="cyd", role="moderator")
    for each in three:
        sees(each, "ana made cyd a moderator of the room")
    deeds = cyd.answer("audit", type="audit", room="den")["deeds"]
    assert [(one["action"], one["about"], one["by"]) for one in deeds] == [
        ("role", "cyd", "ana"),
        ("pardon", "ben", "ana"),
        ("mute", "ben", "ana"),
    ]


def test_a_deed_that_is_asked_for_twice_is_done_once(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        for each in (ana, ben):
            each.joins("den")
        for _ in range(2):
            ana.ask(type="mute", id="m", room="den", name="ben")
        sees(ana, "ana keeps ben from speaking")
        sees(ben, "ana keeps ben from speaking")
        ben.hears_nothing_more()
        ana.hears_nothing_more()
        assert [one["id"] for one in ana.acks] == ["m"]
        assert len(ana.answer("audit", type="audit", room="den")["deeds"]) == 1


def test_nobody_acts_on_themselves_or_on_nobody(three: Three) -> None:
    ana, _, _ = three
    does(ana, "/kick nobody", "kick", name="nobody")
    ana.is_refused("no_such_person", "there is nobody called nobody here")


def test_an_administrator_keeps_somebody_off_the_server(boss: JsonTalker, port: int) -> None:
    with JsonTalker(port, name="eve") as eve:
        boss.ask(type="ban", id="b", room="*", name="eve", reason="spam")
        assert boss.event("done")["id"] == "b"
        eve.is_put_out("You are kept out of this server: spam")
    with JsonTalker(port, hello=False) as again:
        again.ask(type="hello", v=1, name="eve")
        assert "spam" in again.error("banned")["message"]
    boss.ask(type="pardon", id="p", room="*", name="eve")
    boss.event("done")
    with JsonTalker(port, name="eve") as back:
        back.hears_nothing_more()


def test_only_an_administrator_acts_on_the_server_or_on_addresses(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        ana.ask(type="ban", room="*", name="ana")
        ana.error("not_allowed")
        ana.ask(type="ban", room="den", address="10.0.0.0/8")
        ana.error("not_allowed")
        ana.ask(type="role", room="*", name="ana", role="administrator")
        ana.error("not_allowed")
        ana.ask(type="invite")
        ana.error("not_allowed")


def test_a_network_is_kept_out_but_not_its_administrator(boss: JsonTalker, port: int) -> None:
    boss.ask(type="ban", id="b", room="*", address="127.0.0.0/8")
    boss.event("done")
    with JsonTalker(port, hello=False) as eve:
        eve.ask(type="hello", v=1)
        eve.error("banned")
    boss.ask(type="ban", room="*", address="not an address")
    boss.error("bad_name")


def test_one_is_made_an_administrator_while_connected(boss: JsonTalker, port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.registers("correct horse")
        boss.ask(type="role", id="r", room="*", name="ana", role="administrator")
        assert boss.event("done")["message"] == "ana is an administrator now."
        assert ana.event("you")["administrator"] is True
        assert ana.answer("invitation", type="invite")["code"]


def test_bans_outlive_the_server(own_folder: None) -> None:
    settings = ServerSettings(messages_per_s=0)
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ana") as ana,
        JsonTalker(server.port, name="eve") as eve,
    ):
        for each in (ana, eve):
            each.joins("den")
        ana.ask(type="ban", room="den", name="eve")
        sees(eve, "ana keeps eve out of the room")
    with ChatServer(port=0, settings=settings) as server, JsonTalker(server.port) as stranger:
        stranger.ask(type="name", name="eve")
        stranger.event("you")
        stranger.ask(type="join", room="den")
        stranger.error("banned")
