"""Keeping people out by where they come from, and out of the whole server."""

from __future__ import annotations

import contextlib

import pytest
from tests.scenarios.keepers import (
    SECRET,
    account,
    administrator,
    all_see,
    is_out,
    is_told,
    is_turned_away,
    keeps,
    listed,
    make_account,
    sees,
)
from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker, Talker

from huechat import ChatServer

HERE = "127.0.0.1"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


class TestByAddress:
    def test_it_puts_out_who_comes_from_there_but_not_who_is_above(
        self, ana: JsonTalker, boss: Talker, port: int
    ) -> None:
        boss.joins("den")
        with PlainTalker(port, name="ben") as ben, JsonTalker(port, name="eve") as eve:
            for each in (ben, eve):
                each.joins("den")
            ana.ask(type="role", room="den", name="eve", role="moderator")
            everybody = (ana, boss, ben, eve)
            all_see(everybody, "ana made eve a moderator of the room")
            keeps(eve, "", "ban", name="ben", by="address")
            all_see(everybody, "eve keeps ben out of the room")
            is_out(ben, "You are kept out of #den")
            for each in (ana, boss, eve):
                each.hears_nothing_more()
            eve.leaves("den")
            ana.leaves("den")
            for each in (ana, eve):
                each.joins(
                    "den",
                )
                for _ in range(2):
                    each.event("notice")
            with JsonTalker(port, name="bob") as bob:
                bob.ask(type="join", room="den")
                bob.error("banned")

    def test_the_one_who_was_meant_is_known_by_more_than_that(
        self, ana: JsonTalker, port: int
    ) -> None:
        with JsonTalker(port, name="ben") as ben:
            ben.joins("den")
            ana.ask(type="role", room="den", name="ben", role="moderator")
            all_see((ana, ben), "ana made ben a moderator of the room")
            keeps(ana, "", "ban", name="ben", by="address")
            all_see((ana, ben), "ana keeps ben out of the room")
            ben.event("left")
            ben.ask(type="join", room="den")
            ben.error("banned")
            (shown,) = listed(ana)
            assert (shown["name"], shown["by"]) == ("ben", "address")
            keeps(ana, "", "pardon", name="ben")
            sees(ana, "ana pardoned ben")
            ben.joins("den")
            assert listed(ana) == []

    def test_of_one_who_is_not_here_is_not_known(self, ana: JsonTalker, server: ChatServer) -> None:
        make_account(server, "ben")
        keeps(ana, "", "ban", name="ben", by="address")
        ana.is_refused("no_such_person", "ben is not here: ban the name")

    def test_of_a_guest_there_is_no_account(self, ana: JsonTalker, port: int) -> None:
        with JsonTalker(port, name="ben"):
            keeps(ana, "", "ban", name="ben", by="account")
            ana.is_refused("no_such_person", "ben has no account: ban the name")

    def test_a_network_is_banned_and_pardoned_as_it_is_listed(self, boss: Talker) -> None:
        boss.joins("den")
        keeps(boss, "/banip 10.1.2.3/8 1h spam", "ban", address="10.1.2.3/8", by="address",
              for_s=3600, reason="spam")  # fmt: skip
        sees(boss, "boss keeps 10.0.0.0/8 out of the room for 1 h: spam")
        keeps(boss, "/pardon 10.0.0.0/8", "pardon", name="10.0.0.0/8")
        sees(boss, "boss pardoned 10.0.0.0/8")

    @pytest.mark.parametrize("bad", ["10.0.0", "ben", "10.0.0.0/99", " "])
    def test_what_is_none_is_refused(self, server: ChatServer, bad: str) -> None:
        with administrator(server) as boss:
            boss.ask(type="ban", room="lobby", address=bad)
            boss.is_refused("bad_name", "write an address, or a network like 10.0.0.0/8")

    def test_an_administrator_gets_in_from_a_network_that_is_kept_out(
        self, server: ChatServer, port: int
    ) -> None:
        with administrator(server) as boss, JsonTalker(port, name="eve") as eve:
            keeps(boss, "", "ban", "*", address="127.0.0.0/8")
            is_told(boss, "127.0.0.0/8 is kept out.")
            eve.is_put_out("You are kept out of this server")
            is_turned_away(port, "banned", "you are kept out of this server for good")
            with JsonTalker(port, hello=False) as again:
                again.ask(type="login", name="boss", password=SECRET)
                again.event("token")
                again.ask(type="hello", v=1)
                assert again.event("welcome")["administrator"]


class TestOfTheServer:
    @pytest.mark.parametrize("wire", TALKERS)
    def test_who_is_banned_is_told_and_put_out_once(
        self, boss: Talker, port: int, wire: str
    ) -> None:
        with TALKERS[wire](port, "blue", "ben") as ben:
            keeps(boss, "/ban * ben 2h spam", "ban", "*", name="ben", for_s=7200, reason="spam")
            is_told(boss, "ben is kept out.")
            ben.is_put_out("You are kept out of this server for 2 h: spam")

    def test_what_comes_in_after_it_is_not_done(self, boss: Talker, port: int) -> None:
        with JsonTalker(port, name="ben") as ben, JsonTalker(port, name="eve") as eve:
            keeps(boss, "/ban * ben", "ban", "*", name="ben")
            is_told(boss, "ben is kept out.")
            ben.event("bye")
            with contextlib.suppress(OSError):  # it may be closed already
                ben.does("", type="say", text="one more thing")
                ben.does("", type="join", room="den")
                ben.does("", type="say", room="den", text="one more thing")
                list(ben.lines_to_the_end())
            eve.hears_nothing_more()
            assert [one["room"] for one in eve.answer("rooms", type="rooms")["rooms"]] == ["lobby"]

    def test_all_connections_of_an_account(self, boss: Talker, server: ChatServer) -> None:
        make_account(server, "ben")
        with account(server, "ben") as ben, account(server, "ben", "plain") as also_ben:
            token = ben.answer("token", type="password", old=SECRET, new=f"{SECRET}s")["token"]
            assert also_ben.line()
        with JsonTalker(server.port, token=token) as ben:
            keeps(boss, "/ban * ben", "ban", "*", name="ben")
            is_told(boss, "ben is kept out.")
            ben.is_put_out("You are kept out of this server")
        is_turned_away(
            server.port, "banned", "you are kept out of this server for good", token=token
        )

    def test_under_another_name_with_the_same_session(self, boss: Talker, port: int) -> None:
        with JsonTalker(port, name="ben") as ben:
            session = ben.welcome["session"]
            keeps(boss, "/ban * ben", "ban", "*", name="ben")
            is_told(boss, "ben is kept out.")
        words = "you are kept out of this server for good"
        is_turned_away(port, "banned", words, name="bob", session=session)
        is_turned_away(port, "banned", words, name="BEN")
        with JsonTalker(port, name="bob") as bob:
            bob.ask(type="name", name="b\u0435n")
            bob.is_refused("banned", words)
            bob.hears_nothing_more()

    def test_on_plain_text_one_line_and_the_end(self, server: ChatServer, port: int) -> None:
        with administrator(server) as boss:
            keeps(boss, "", "ban", "*", address=HERE, reason="enough")
            boss.event("done")
            with PlainTalker(port, hello=False) as ben:
                ben.types("hello?", "is anybody there?")
                ben.reads("Error: you are kept out of this server for good: enough")
                assert b"say hello" not in b"".join(ben.lines_to_the_end())

    def test_nobody_who_is_no_administrator_asks_for_it(self, ana: JsonTalker) -> None:
        words = "that is for the server's administrators; ask one of them"
        for kind in ("ban", "mute", "pardon"):
            keeps(ana, "", kind, "*", name="ana")
            ana.is_refused("not_allowed", words)
        for kind in ("bans", "audit"):
            ana.ask(type=kind, room="*")
            ana.is_refused("not_allowed", words)
