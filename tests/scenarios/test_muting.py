"""Muting people in a room or on the server, and slow mode: who is not heard, and who is."""

from __future__ import annotations

import pytest
from tests.scenarios.keepers import (
    all_see,
    is_told,
    keeps,
    sees,
)
from tests.scenarios.talkers import Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Sanction
from huechat.config import ServerSettings

Two = tuple[Talker, Talker]

LONG_AGO = "2020-01-01T00:00:00.000Z"
SETTINGS = ServerSettings(messages_per_s=0)

pytestmark = pytest.mark.usefixtures("cheap_passwords")


class TestMute:
    def test_of_what_one_says_and_does_to_messages(self, two: Two) -> None:
        ana, ben = two
        ben.says_here("before")
        ana.hears_in("den", Heard("blue", "before", "ben"))
        keeps(ana, "/mute ben", "mute", name="ben")
        all_see(two, "ana keeps ben from speaking")
        for line, command in (
            ("after", {"type": "say", "text": "after"}),
            ("/edit other", {"type": "edit", "text": "other"}),
            ("/delete", {"type": "delete"}),
            ("/react 👍", {"type": "react", "emoji": "👍"}),
        ):
            ben.does(line, room="den", **command)
            ben.is_refused("muted", "you are muted in #den for good")
        ana.hears_nothing_more()
        keeps(ana, "/unmute ben", "pardon", name="ben")
        all_see(two, "ana pardoned ben")
        ben.says_here("at last")
        ana.hears_in("den", Heard("blue", "at last", "ben"))

    def test_holds_under_another_name_and_after_coming_again(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana:
            ana.joins("den")
            with JsonTalker(port, name="ben") as ben:
                ben.joins("den")
                keeps(ana, "", "mute", name="ben")
                all_see((ana, ben), "ana keeps ben from speaking")
                ben.answer("you", type="name", name="bob")
                ben.ask(type="say", id="1", room="den", text="it is me")
                ben.error("muted")
                session = ben.welcome["session"]
            with JsonTalker(port, name="eve", session=session, resume={"den": 0}) as ben:
                ben.event("notice")
                ben.ask(type="say", id="1", room="den", text="it is me")
                ben.error("muted")

    def test_of_a_moderator_is_not_theirs_to_take_back(self, two: Two) -> None:
        ana, ben = two
        keeps(ana, "/role ben moderator", "role", name="ben", role="moderator")
        all_see(two, "ana made ben a moderator of the room")
        keeps(ana, "/mute ben", "mute", name="ben")
        all_see(two, "ana keeps ben from speaking")
        keeps(ben, "/pardon ben", "pardon", name="ben")
        ben.is_refused("not_allowed", "that is yourself: ask somebody else to pardon you")

    def test_on_the_server_is_of_every_room_and_of_private_messages(
        self, boss: Talker, port: int
    ) -> None:
        with PlainTalker(port, name="ben") as ben, JsonTalker(port, name="ana") as ana:
            keeps(boss, "/mute * ben 1h noise", "mute", "*", name="ben", for_s=3600, reason="noise")
            is_told(boss, "ben may not speak.")
            ben.joins("den")
            for line in ("here?", "/msg ana here?"):
                ben.types(line)
                words = ben.line().decode()
                assert words.startswith("Error: you are muted on this server until ")
                assert words.endswith(" UTC: noise\n")
            ana.hears_nothing_more()
            keeps(boss, "/pardon * ben", "pardon", "*", name="ben")
            is_told(boss, "ben is pardoned.")
            ben.types("at last")
            ben.hears_nothing_more()

    def test_that_is_over_is_none(self, own_folder: None) -> None:
        with ChatServer(port=0, settings=SETTINGS) as server:
            over = Sanction("mute", "name", "ben", "ben", LONG_AGO, "", "ana")
            server.hall.writer.do(lambda: server.hall.people.add_sanction("lobby", over, LONG_AGO))
        with (
            ChatServer(port=0, settings=SETTINGS) as server,
            JsonTalker(server.port, name="ben") as ben,
        ):
            ben.says("it is over")
            ben.hears_nothing_more()
            assert len(ben.acks) == 1


class TestSayingAgain:
    """Who lost the connection says again what was not confirmed: that is not another message."""

    def test_what_was_said_before_a_mute_is_confirmed(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            for each in (ana, ben):
                each.joins("den")
            ben.ask(type="say", id="once", room="den", text="hi")
            ana.event("message")
            keeps(ana, "", "mute", name="ben")
            sees(ana, "ana keeps ben from speaking")
            sees(ben, "ana keeps ben from speaking")
            ben.ask(type="say", id="once", room="den", text="hi")
            ben.hears_nothing_more()
            assert [one["seq"] for one in ben.acks] == [1, 1]
            ana.hears_nothing_more()

    def test_in_slow_mode_it_is_confirmed_and_nothing_else_is_let_through(
        self, server: ChatServer, port: int
    ) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            for each in (ana, ben):
                each.joins("den")
            keeps(ana, "", "slow", every_s=60)
            all_see((ana, ben), "ana lets everybody speak every 60 s")
            for again in ("once", "once", "twice", "once"):
                ben.ask(type="say", id=again, room="den", text="hi")
            ben.error("slow_mode")
            ben.hears_nothing_more()
            assert [one["id"] for one in ben.acks] == ["once", "once", "once"]
            ana.event("message")
            ana.hears_nothing_more()


def test_slow_mode_is_lifted(two: Two) -> None:
    ana, ben = two
    keeps(ana, "/slow 1h", "slow", every_s=3600)
    all_see(two, "ana lets everybody speak every 3600 s")
    ben.says_here("one")
    ana.hears_in("den", Heard("blue", "one", "ben"))
    ben.says_here("two")
    ben.is_refused("slow_mode", "in #den one speaks every 3600 s; wait 3600 s more")
    keeps(ana, "/slow off", "slow", every_s=0)
    all_see(two, "ana lifted slow mode")
    ben.says_here("three")
    ana.hears_in("den", Heard("blue", "three", "ben"))


@pytest.mark.parametrize("bad", [-1, 86_401, "often", None])
def test_slow_mode_takes_no_nonsense(port: int, bad: object) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        ana.ask(type="slow", room="den", every_s=bad)
        ana.error("bad_json")


def test_slow_mode_is_for_what_is_said_and_not_for_mending_it(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.joins("den")
        ben.joins("den")
        keeps(ana, "", "slow", every_s=3600)
        sees(ben, "ana lets everybody speak every 3600 s")
        ben.ask(type="say", room="den", id="1", text="helo")
        for number, kind in enumerate(("edit", "react", "delete"), 2):
            fields = {"edit": {"text": "hello"}, "react": {"emoji": "👍"}, "delete": {}}[kind]
            ben.ask(type=kind, room="den", id=str(number), seq=2, **fields)
        ben.ask(type="say", room="den", id="5", text="more")
        assert ben.error("slow_mode")["id"] == "5"
        assert [ack["id"] for ack in ben.acks] == ["1", "2", "3", "4"]
