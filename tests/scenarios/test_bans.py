"""Keeping people out of a room, and having them in again: who is meant, and for how long."""

from __future__ import annotations

import pytest
from tests.scenarios.keepers import (
    SECRET,
    account,
    administrator,
    all_see,
    is_out,
    keeps,
    listed,
    make_account,
    sees,
)
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Sanction
from huechat.config import ServerSettings

LONG_AGO = "2020-01-01T00:00:00.000Z"
SETTINGS = ServerSettings(messages_per_s=0)
OUT = "boss keeps ben out of the room"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def store_what_is_over(server: ChatServer) -> None:
    over = Sanction("ban", "name", "ben", "ben", LONG_AGO, "", "ana")
    people = server.hall.people
    server.hall.writer.do(lambda: people.add_sanction("den", over, LONG_AGO))
    server.hall.writer.do(lambda: people.add_sanction("*", over, LONG_AGO))


class TestOfARoom:
    @pytest.mark.parametrize("wire", TALKERS)
    def test_who_is_banned_from_the_lobby_is_let_in_elsewhere(
        self, boss: Talker, port: int, wire: str
    ) -> None:
        with TALKERS[wire](port, "blue", "ben") as ben:
            ben.joins("den")
            keeps(boss, "/ban ben 1h too loud", "ban", "lobby", name="ben", for_s=3600,
                  reason="too loud")  # fmt: skip
            words = f"{OUT} for 1 h: too loud"
            all_see((boss, ben), words, "lobby")
            is_out(ben, "You are kept out of #lobby for 1 h: too loud", "lobby")
            ben.says_here("this is #den")
            ben.hears_nothing_more()
            ben.does("/join lobby", type="join", room="lobby")
            if isinstance(ben, JsonTalker):
                assert ben.error("banned")["message"].endswith(": too loud")

    def test_who_comes_back_is_told_after_the_welcome(self, boss: Talker, port: int) -> None:
        with JsonTalker(port, name="ben") as ben:
            ben.joins("den")
            session = ben.welcome["session"]
            keeps(boss, "/ban ben", "ban", "lobby", name="ben")
            sees(ben, OUT, "lobby")
        with JsonTalker(port, name="ben", session=session, resume={"den": 0}) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["den"]
            ben.is_refused("banned", "you are kept out of #lobby for good")
            ben.says_here("this is #den")
            ben.hears_nothing_more()
            assert ben.acks[0]["room"] == "den"
        with JsonTalker(port, name="ben", session=session) as ben:
            assert ben.welcome["rooms"] == []
            ben.is_refused("banned", "you are kept out of #lobby for good")

    def test_it_holds_for_the_rooms_that_one_had_when_the_connection_was_lost(
        self, ana: JsonTalker, port: int
    ) -> None:
        with JsonTalker(port, name="ben") as ben:
            ben.joins("den")
            session = ben.welcome["session"]
            keeps(ana, "", "ban", name="ben")
            sees(ben, "ana keeps ben out of the room")
        with JsonTalker(port, name="bob", session=session, resume={"den": 0}) as ben:
            assert [one["room"] for one in ben.welcome["rooms"]] == ["lobby"]
            ben.ask(type="join", room="den")
            ben.error("banned")

    def test_an_account_is_put_out_with_all_its_connections_and_stays_out(
        self, ana: JsonTalker, server: ChatServer
    ) -> None:
        make_account(server, "ben")
        with account(server, "ben") as ben, account(server, "ben", "plain") as also_ben:
            ben.joins("den")
            also_ben.reads("You are also in #den")
            keeps(ana, "", "ban", name="ben")
            all_see((ana, ben, also_ben), "ana keeps ben out of the room")
            for each in (ben, also_ben):
                is_out(each, "You are kept out of #den")
        with account(server, "ben") as ben:
            ben.hears_nothing_more()
            ben.ask(type="join", room="den")
            ben.error("banned")

    def test_it_holds_for_an_account_that_is_not_here(
        self, ana: JsonTalker, server: ChatServer
    ) -> None:
        make_account(server, "ben")
        keeps(ana, "", "ban", name="ben")
        sees(ana, "ana keeps ben out of the room")
        with account(server, "ben") as ben:
            ben.ask(type="join", room="den")
            ben.error("banned")

    def test_who_logs_in_to_a_banned_account_is_put_out(
        self, ana: JsonTalker, server: ChatServer, port: int
    ) -> None:
        make_account(server, "ben")
        keeps(ana, "", "ban", name="ben")
        sees(ana, "ana keeps ben out of the room")
        with JsonTalker(port) as ben:
            ben.joins("den")
            ben.event("notice")
            ben.logs_in("ben", SECRET)
            assert ben.event("left")["room"] == "den"
            ben.hears_nothing_more()

    def test_who_logs_out_is_the_guest_again_who_was_banned(
        self, ana: JsonTalker, server: ChatServer, port: int
    ) -> None:
        make_account(server, "bob")
        with JsonTalker(port, name="ben") as ben:
            keeps(ana, "", "ban", name="ben")
            sees(ana, "ana keeps ben out of the room")
            ben.logs_in("bob", SECRET)
            ben.joins("den")
            ben.event("notice")
            ben.logs_out()
            assert ben.event("left")["room"] == "den"
            ben.ask(type="join", room="den")
            ben.error("banned")

    @pytest.mark.parametrize("name", ["ben", "BEN", "b\u0435n"])
    def test_nobody_takes_a_banned_name_there(self, ana: JsonTalker, port: int, name: str) -> None:
        with JsonTalker(port, name="ben") as ben:
            keeps(ana, "", "ban", name="ben")
            sees(ana, "ana keeps ben out of the room")
            ben.answer("you", type="name", name="somebody")
        with PlainTalker(port, name="eve") as eve:
            eve.joins("den")
            eve.reads("* #den: ana keeps ben out of the room")
            eve.types(f"/name {name}")
            eve.is_refused("banned", "you are kept out of #den for good")
            eve.leaves("den")
            eve.types(f"/name {name}")
            eve.reads(f"You are {name} now.")

    def test_a_private_room_that_one_was_invited_to(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            ana.joins("den", private=True)
            keeps(ana, "", "ban", name="ben")
            sees(ana, "ana keeps ben out of the room")
            ana.answer("done", type="invite", room="den", name="ben")
            ben.event("invited")
            ben.ask(type="join", room="den")
            ben.error("banned")
            keeps(ana, "", "pardon", name="ben")
            sees(ana, "ana pardoned ben")
            ben.joins("den")

    def test_one_that_is_over_is_none_after_a_restart_either(self, own_folder: None) -> None:
        for started in range(2):
            with (
                ChatServer(port=0, settings=SETTINGS) as server,
                JsonTalker(server.port, name="ben") as ben,
            ):
                ben.joins("den")
                if not started:
                    store_what_is_over(server)


class TestPardon:
    def test_of_nobody(self, boss: Talker) -> None:
        keeps(boss, "/pardon ben", "pardon", "lobby", name="ben")
        boss.is_refused("no_such_person", "ben is neither banned nor muted here")
        keeps(boss, "/pardon * ben", "pardon", "*", name="ben")
        boss.is_refused("no_such_person", "ben is neither banned nor muted here")

    def test_of_a_name_that_looks_like_it_and_of_all_at_once(
        self, ana: JsonTalker, port: int
    ) -> None:
        with JsonTalker(port, name="ben") as ben:
            for kind in ("mute", "ban"):
                keeps(ana, "", kind, name="ben")
                ana.event("notice")
            keeps(ana, "", "pardon", name="b\u0435n")
            ana.event("notice")
            assert listed(ana) == []
            ben.joins("den")

    def test_on_the_server_leaves_those_of_a_room_and_the_other_way_round(
        self, server: ChatServer, port: int
    ) -> None:
        with administrator(server) as boss, JsonTalker(port, name="ben") as ben:
            for room in ("*", "lobby"):
                keeps(boss, "", "mute", room, name="ben")
            boss.event("done")
            sees(boss, "boss keeps ben from speaking", "lobby")
            sees(ben, "boss keeps ben from speaking", "lobby")
            keeps(boss, "", "pardon", "lobby", name="ben")
            all_see((boss, ben), "boss pardoned ben", "lobby")
            ben.says("hm")
            ben.is_refused("muted", "you are muted on this server for good")


class TestBans:
    def test_each_is_listed_once_with_its_reason_on_one_line(
        self, ana: JsonTalker, port: int
    ) -> None:
        with JsonTalker(port, name="ben"), JsonTalker(port, name="eve"):
            keeps(ana, "", "ban", name="ben", reason=" too\n  loud ")
            sees(ana, "ana keeps ben out of the room: too loud")
            keeps(ana, "", "mute", name="eve", for_s=60)
            sees(ana, "ana keeps eve from speaking for 1 min")
        first, second = listed(ana)
        assert first == {
            "kind": "ban",
            "name": "ben",
            "by": "name",
            "reason": "too loud",
            "moderator": "ana",
        }
        assert (second["kind"], second["name"], "until" in second) == ("mute", "eve", True)

    def test_are_listed_in_words(self, boss: Talker, port: int) -> None:
        with PlainTalker(port, name="ana") as ana, JsonTalker(port, name="ben"):
            ana.joins("den")
            ana.types("/bans")
            ana.reads("Nobody is banned or muted in #den.")
            ana.types("/ban ben spam, and noise")
            ana.reads("* #den: ana keeps ben out of the room: spam, and noise")
            ana.types("/bans")
            ana.reads(
                "Banned or muted in #den (in UTC):",
                "  ben is banned for good by ana: spam, and noise",
            )

    def test_are_not_for_members(self, ana: JsonTalker, port: int) -> None:
        with PlainTalker(port, name="ben") as ben:
            ben.joins("den")
            ben.types("/bans")
            ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")

    def test_a_second_one_takes_the_place_of_the_first(self, ana: JsonTalker, port: int) -> None:
        with JsonTalker(port, name="ben"):
            keeps(ana, "", "ban", name="ben")
            ana.event("notice")
            keeps(ana, "", "ban", name="ben", for_s=60, reason="for now")
            ana.event("notice")
            (shown,) = listed(ana)
            assert (shown["reason"], "until" in shown) == ("for now", True)


@pytest.mark.parametrize("bad", [-1, 1e12, "long", None])
def test_a_time_that_is_none_bans_nobody(ana: JsonTalker, port: int, bad: object) -> None:
    with JsonTalker(port, name="ben") as ben:
        keeps(ana, "", "ban", name="ben", for_s=bad)
        ana.error("bad_json")
        ben.joins("den")


def test_who_is_banned_is_not_heard_after_the_notice(ana: JsonTalker, port: int) -> None:
    with JsonTalker(port, name="eve") as eve, JsonTalker(port, name="ben") as ben:
        for each in (eve, ben):
            each.joins("den")
        ben.send(b"".join(
            b'{"type": "say", "room": "den", "id": "b%d", "text": "%d"}\n' % (one, one)
            for one in range(1_000)
        ))  # fmt: skip
        assert eve.next_heard() == Heard("blue", "0", "ben")
        keeps(ana, "", "ban", name="ben")
        count = 1
        while eve.line_of("message", "notice") == "message":
            assert eve.last["text"] == str(count)
            count += 1
        ben.stop_sending()
        kinds = [line.split(b'"')[3] for line in ben.lines_to_the_end()]
        assert kinds.count(b"left") == 1
        assert set(kinds[kinds.index(b"left") + 1 :]) <= {b"error"}
        eve.hears_nothing_more()
