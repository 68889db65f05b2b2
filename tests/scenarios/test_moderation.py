"""Putting people out, and the roles: what is tried against those who keep order."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from tests.scenarios.keepers import (
    SECRET,
    account,
    all_see,
    is_out,
    is_told,
    keeps,
    make_account,
    sees,
)
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer

Two = tuple[Talker, Talker]


pytestmark = pytest.mark.usefixtures("cheap_passwords")


class TestKick:
    def test_out_of_the_lobby_by_an_administrator(self, boss: Talker, port: int) -> None:
        with PlainTalker(port, name="ben") as ben:
            keeps(boss, "/kick ben", "kick", "lobby", name="ben")
            all_see((boss, ben), "boss put ben out of the room", "lobby")
            is_out(ben, "You were put out of #lobby by boss", "lobby")
            ben.types("hello?")
            ben.is_refused("not_in_room", "you are not in #lobby: join it, or another room")
            ben.joins("lobby")
            sees(ben, "boss put ben out of the room", "lobby")
            ben.says("I am back")
            boss.hears(Heard("blue", "I am back", "ben"))

    def test_out_of_a_private_room_needs_a_new_invitation(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            ana.joins("den", private=True)
            ana.answer("done", type="invite", room="den", name="ben")
            ben.event("invited")
            ben.joins("den")
            keeps(ana, "", "kick", name="ben")
            all_see((ana, ben), "ana put ben out of the room")
            ben.event("left")
            ben.ask(type="join", room="den")
            ben.error("invite_only")
            ana.answer("done", type="invite", room="den", name="ben")
            ben.event("invited")
            ben.joins("den")

    def test_of_one_who_is_only_invited_takes_that_back(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            ana.joins("den", private=True)
            ana.answer("done", type="invite", room="den", name="ben")
            ben.event("invited")
            keeps(ana, "", "kick", name="ben")
            sees(ana, "ana put ben out of the room")
            ben.ask(type="join", room="den")
            ben.error("invite_only")

    def test_of_one_who_is_not_in_the_room(self, two: Two, port: int) -> None:
        ana, _ = two
        with JsonTalker(port, name="eve"):
            keeps(ana, "/kick eve", "kick", name="eve")
            ana.is_refused("not_in_room", "eve is not in #den")

    def test_puts_out_all_connections_of_an_account(self, server: ChatServer, port: int) -> None:
        make_account(server, "ben")
        with ExitStack() as leaving:
            ana = leaving.enter_context(JsonTalker(port, name="ana"))
            here = leaving.enter_context(account(server, "ben"))
            there = leaving.enter_context(account(server, "ben", "plain"))
            ana.joins("den")
            here.joins("den")
            there.reads("You are also in #den")
            keeps(ana, "", "kick", name="ben")
            all_see((ana, here, there), "ana put ben out of the room")
            for each in (here, there):
                is_out(each, "You were put out of #den by ana")

    def test_of_an_account_that_is_away_keeps_it_from_coming_back_by_itself(
        self, server: ChatServer, port: int
    ) -> None:
        make_account(server, "ben")
        with JsonTalker(port, name="ana") as ana:
            ana.joins("den")
            with account(server, "ben") as ben:
                ben.joins("den")
                ben.stop_sending()
                assert ben.line() == b""
            for expected in ("notice", "error"):  # the second time they do not belong there
                assert ana.answer(expected, type="kick", room="den", name="ben")
            with account(server, "ben") as ben:
                ben.hears_nothing_more()  # no room of theirs

    @pytest.mark.parametrize("wire", TALKERS)
    def test_comes_after_their_last_words_and_nothing_of_theirs_after_it(
        self, wire: str, port: int
    ) -> None:
        with ExitStack() as leaving:
            ana = leaving.enter_context(JsonTalker(port, name="ana"))
            eve = leaving.enter_context(JsonTalker(port, name="eve"))
            ben = leaving.enter_context(TALKERS[wire](port, "blue", "ben"))
            for each in (ana, eve, ben):
                each.joins("den")
            for number in range(300):
                ben.does(f"{number}", type="say", room="den", text=f"{number}")
            keeps(ana, "", "kick", name="ben")
            heard = []
            while eve.line_of("message", "notice") == "message":
                heard.append(eve.last["text"])
            assert heard == [str(number) for number in range(len(heard))]
            ben.stop_sending()
            assert list(ben.lines_to_the_end())  # all that they said was heard
            eve.hears_nothing_more()

    def test_of_a_slow_reader_drops_what_they_were_behind(self, port: int) -> None:
        with (
            JsonTalker(port, name="ana") as ana,
            JsonTalker(port, name="ben", receive_buffer=4096) as ben,
        ):
            for each in (ana, ben):
                each.joins("den")
            for number in range(2_000):
                ana.does("", type="say", room="den", text=f"{number} {'x' * 4_000}")
            keeps(ana, "", "kick", name="ben")
            sees(ana, "ana put ben out of the room")
            ana.does("", type="say", room="den", text="he is gone")
            seen = -1
            while ben.line_of("message", "notice", "left") == "message":
                number, _, _ = ben.last["text"].partition(" ")
                assert int(number) == seen + 1
                seen += 1
            if ben.last["type"] == "notice":
                ben.event("left")
            ben.hears_nothing_more()


class TestRoles:
    def test_nobody_acts_on_themselves(self, two: Two) -> None:
        ana, _ = two
        for line, kind in (("/kick ana", "kick"), ("/ban ana", "ban"), ("/mute ana", "mute")):
            keeps(ana, line, kind, name="ana")
            ana.is_refused("not_allowed", "that is yourself: name somebody else")
        keeps(ana, "/role ana owner", "role", name="ana", role="owner")
        ana.is_refused("not_allowed", "that is yourself: ask somebody else to change your role")

    def test_an_owner_steps_down_once_there_is_another(self, two: Two) -> None:
        ana, ben = two
        for role in ("member", "moderator"):
            keeps(ana, f"/role ana {role}", "role", name="ana", role=role)
            ana.is_refused(
                "not_allowed", "the room would have no owner: make somebody else one first"
            )
        keeps(ana, "/role ben owner", "role", name="ben", role="owner")
        all_see(two, "ana made ben an owner of the room")
        keeps(ana, "/role ana moderator", "role", name="ana", role="moderator")
        all_see(two, "ana made themselves a moderator of the room")
        keeps(ana, "/role ana owner", "role", name="ana", role="owner")
        ana.is_refused("not_allowed", "that is yourself: ask somebody else to change your role")
        keeps(ana, "/role ana member", "role", name="ana", role="member")
        all_see(two, "ana made themselves a member of the room")
        keeps(ben, "/role ben member", "role", name="ben", role="member")
        ben.is_refused("not_allowed", "the room would have no owner: make somebody else one first")

    def test_an_administrator_does_not_act_on_themselves_either(self, boss: Talker) -> None:
        keeps(boss, "/ban * boss", "ban", "*", name="boss")
        boss.is_refused("not_allowed", "that is yourself: name somebody else")
        keeps(boss, "/role * boss member", "role", "*", name="boss", role="member")
        boss.is_refused("not_allowed", "ask another administrator to change what you are")

    def test_a_moderator_who_is_unmade_may_do_nothing_from_then_on(self, two: Two) -> None:
        ana, ben = two
        keeps(ana, "/role ben moderator", "role", name="ben", role="moderator")
        all_see(two, "ana made ben a moderator of the room")
        keeps(ben, "/slow off", "slow", every_s=0)
        all_see(two, "ben lifted slow mode")
        keeps(ana, "/role ben member", "role", name="ben", role="member")
        all_see(two, "ana made ben a member of the room")
        keeps(ben, "/slow off", "slow", every_s=0)
        ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")

    def test_an_owner_is_replaced_by_another_and_an_administrator(
        self, two: Two, boss: Talker
    ) -> None:
        ana, ben = two
        keeps(ana, "/role ben owner", "role", name="ben", role="owner")
        all_see(two, "ana made ben an owner of the room")
        keeps(ben, "/role ana member", "role", name="ana", role="member")
        ben.is_refused("not_allowed", "an owner cannot do that to an owner; ask an administrator")
        boss.joins("den")
        sees(boss, "ana made ben an owner of the room")
        keeps(boss, "/role ana member", "role", name="ana", role="member")
        all_see((ana, ben, boss), "boss made ana a member of the room")
        keeps(ana, "/kick ben", "kick", name="ben")
        ana.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
        keeps(ben, "/kick ana", "kick", name="ana")
        all_see((ana, ben, boss), "ben put ana out of the room")

    def test_the_last_owner_leaves_and_is_the_owner_on_coming_back(self, two: Two) -> None:
        ana, ben = two
        ana.leaves("den")
        keeps(ben, "/slow 5", "slow", every_s=5)
        ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
        ana.joins("den")
        keeps(ana, "/kick ben", "kick", name="ben")
        all_see(two, "ana put ben out of the room")

    def test_a_guest_who_moderates_does_so_after_a_lost_connection(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="eve"):
            ana.joins("den")
            session = ana.welcome["session"]
            ana.answer("you", type="name", name="somebody")
        with JsonTalker(port, name="ana", session=session, resume={"den": 0}) as ana:
            place = ana.welcome["rooms"][1]
            assert (place["room"], place["role"]) == ("den", "owner")
            ana.answer("you", type="name", name="somebody")
        with JsonTalker(port, name="ana") as another:
            another.joins("den")
            another.ask(type="slow", room="den", every_s=5)
            another.error("not_allowed")

    def test_there_are_none_in_a_room_of_two(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben"):
            ana.ask(type="say", id="1", to="ben", text="hi")
            room = ana.event("joined")["place"]["room"]
            ana.ask(type="role", room=room, name="ben", role="owner")
            ana.is_refused("not_allowed", "in a room of two nobody is more than the other")
            for kind in ("kick", "ban", "mute"):
                ana.ask(type=kind, room=room, name="ben")
                ana.error("not_allowed")

    def test_administrators_are_made_for_the_server_and_moderators_for_a_room(
        self, boss: Talker, port: int
    ) -> None:
        with JsonTalker(port, name="ana") as ana:
            ana.registers(SECRET)
            keeps(boss, "/role * ana owner", "role", "*", name="ana", role="owner")
            boss.is_refused("not_allowed", "on the server one is an administrator, or a member")
            ana.joins("den")
            ana.ask(type="role", room="den", name="ana", role="administrator")
            ana.is_refused("not_allowed", "administrators are made for the server: the room *")

    def test_a_guest_is_no_administrator(self, boss: Talker, port: int) -> None:
        with JsonTalker(port, name="ana"):
            keeps(boss, "/role ana administrator", "role", "*", name="ana", role="administrator")
            boss.is_refused("login_first", "ana is a guest: they must register first")

    def test_an_administrator_is_made_and_unmade_while_connected(
        self, boss: Talker, port: int
    ) -> None:
        with PlainTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
            ana.registers(SECRET)
            keeps(boss, "/role ana administrator", "role", "*", name="ana", role="administrator")
            is_told(boss, "ana is an administrator now.")
            ana.reads("boss made ana an administrator.")
            ana.types("/kick boss")
            ana.is_refused("not_allowed", "an administrator cannot do that to an administrator")
            keeps(boss, "/role * ana member", "role", "*", name="ana", role="member")
            is_told(boss, "ana is a member now.")
            ana.reads("boss made ana a member.")
            ana.types("/kick ben")
            ana.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
            ana.types("/ban * ben")
            server_only = "that is for the server's administrators; ask one of them"
            ana.is_refused("not_allowed", server_only)
            ben.hears_nothing_more()


@pytest.mark.parametrize("line", ["/slow", "/slow often", "/mute", "/kick", "/role ben king"])
def test_people_are_told_how_it_is_written(port: int, line: str) -> None:
    with PlainTalker(port, name="ana") as ana:
        ana.types(line)
        assert f"write {line.split(maxsplit=1)[0]} " in ana.line().decode()


def test_a_name_that_is_none_is_not_repeated_at_length(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.joins("den")
        ana.ask(type="kick", room="den", name="x" * 10_000)
        assert len(ana.error("no_such_person")["message"]) < 100
        for empty in ("", "@"):
            ana.ask(type="ban", room="den", name=empty)
            ana.is_refused("no_such_person", "say who is meant, by name")
