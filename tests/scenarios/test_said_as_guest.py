"""Who registers, or logs in, may still change what they said a moment before, as a guest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.talkers import TALKERS, JsonTalker

from huechat import ChatServer

pytestmark = pytest.mark.usefixtures("cheap_passwords")

NOT_YOURS = "only who said it may change it"


@pytest.fixture
def eye(port: int) -> Iterator[JsonTalker]:
    """Give one who sees what is said and done."""
    with JsonTalker(port, name="eye") as talker:
        yield talker


def said(who: JsonTalker, text: str, eye: JsonTalker) -> int:
    who.says(text)
    return int(eye.event("message")["seq"])


def changes(who: JsonTalker, eye: JsonTalker, seq: int) -> None:
    """Edit and delete the message."""
    who.does("", type="edit", seq=seq, text="better")
    assert (found := eye.event("edit"))["target"] == seq
    assert found["text"] == "better"
    who.does("", type="delete", seq=seq)
    assert eye.event("delete")["target"] == seq


def may_not_change(who: JsonTalker, *seqs: int) -> None:
    for seq in seqs:
        for command in ({"type": "edit", "text": "x"}, {"type": "delete"}):
            who.does("", seq=seq, **command)
            who.is_refused("not_yours", NOT_YOURS)


@pytest.mark.parametrize("wire", TALKERS)
def test_the_newest_is_one_that_was_said_as_a_guest(port: int, eye: JsonTalker, wire: str) -> None:
    with TALKERS[wire](port, "blue", "ana") as ana:
        ana.says("one")
        seq = eye.event("message")["seq"]
        ana.registers(SECRET)
        ana.does("/edit two", type="edit", text="two")
        assert eye.event("edit")["target"] == seq
        ana.does("/delete", type="delete")
        assert eye.event("delete")["target"] == seq


def test_a_newer_one_that_the_account_said_goes_before(port: int, eye: JsonTalker) -> None:
    with JsonTalker(port, name="ana") as ana:
        early = said(ana, "one", eye)
        ana.registers(SECRET)
        late = said(ana, "two", eye)
        for seq in (late, early):
            ana.does("", type="delete")
            assert eye.event("delete")["target"] == seq


def test_one_to_whom_the_server_gave_a_name_may_as_well(port: int, eye: JsonTalker) -> None:
    with JsonTalker(port) as nameless:
        seq = said(nameless, "one", eye)
        nameless.ask(type="register", name="ana", password=SECRET)
        nameless.event("token")
        nameless.event("you")
        changes(nameless, eye, seq)


def test_who_logs_in_to_an_account_that_there_was_may_as_well(
    server: ChatServer, eye: JsonTalker
) -> None:
    make_account(server, "ana")
    with JsonTalker(server.port, name="ben") as ben:
        seq = said(ben, "one", eye)
        ben.logs_in("ana", SECRET)
        changes(ben, eye, seq)


def test_an_account_may_not_change_what_another_guest_of_its_name_said(
    port: int, eye: JsonTalker
) -> None:
    with JsonTalker(port, name="ana") as other:
        early = said(other, "one", eye)
        other.ask(type="name", name="zoe")
        other.event("you")
        with JsonTalker(port, name="ana", history=0) as ana:
            ana.registers(SECRET)
            may_not_change(ana, early)
            ana.does("", type="delete")
            ana.is_refused("no_such_message", "you have said nothing here lately")


def test_who_takes_the_guests_name_later_and_the_account_have_each_their_own(
    port: int, eye: JsonTalker
) -> None:
    with JsonTalker(port, name="ben") as first:
        early = said(first, "one", eye)
        first.ask(type="register", name="ana", password=SECRET)
        first.event("token")
        first.event("you")
        with JsonTalker(port, name="ben", history=0) as second:
            second.ask(type="say", id="another-than-bens", text="two")
            late = int(eye.event("message")["seq"])
            first.event("message")
            may_not_change(first, late)
            may_not_change(second, early)
            first.does("", type="delete")
            assert eye.event("delete")["target"] == early


def test_another_connection_of_the_account_and_a_later_guest_may_not(
    port: int, eye: JsonTalker
) -> None:
    with JsonTalker(port, name="ana") as ana:
        seq = said(ana, "one", eye)
        ana.registers(SECRET)
        with JsonTalker(port, history=0) as elsewhere:
            elsewhere.logs_in("ana", SECRET)
            may_not_change(elsewhere, seq)
        late = said(ana, "two", eye)
        ana.logs_out()
        may_not_change(ana, seq, late)


def becomes_an_account(ana: JsonTalker) -> None:
    ana.registers(SECRET)


def takes_another_name(ana: JsonTalker) -> None:
    assert ana.answer("you", type="name", name="anna")["name"] == "anna"


@pytest.mark.parametrize("changes_who_she_is", [becomes_an_account, takes_another_name])
def test_who_moderates_may_not_delete_what_the_owner_said_before(
    server: ChatServer, port: int, changes_who_she_is: Callable[[JsonTalker], None]
) -> None:
    make_account(server, "moe")
    with JsonTalker(port, name="ana") as ana, JsonTalker(port) as moe:
        moe.logs_in("moe", SECRET)
        for each in (ana, moe):
            each.joins("den")
        ana.ask(type="role", id="r", room="den", name="moe", role="moderator")
        for each in (ana, moe):
            each.event("notice")
        ana.says_here("one")
        seq = moe.event("message")["seq"]
        changes_who_she_is(ana)
        moe.does("", type="delete", room="den", seq=seq)
        words = "a moderator cannot do that to an owner; ask an administrator"
        moe.is_refused("not_allowed", words)


def test_who_has_another_name_may_change_what_was_said_before_and_nobody_else(
    port: int, eye: JsonTalker
) -> None:
    with JsonTalker(port, name="ana") as first, JsonTalker(port, name="bea") as second:
        hers = said(first, "one", eye)
        assert second.event("message")["seq"] == hers
        first.ask(type="name", name="anna")
        assert first.event("you")["name"] == "anna"
        second.ask(type="name", name="ana")
        assert second.event("you")["name"] == "ana"
        may_not_change(second, hers)
        others = said(second, "two", eye)
        assert first.event("message")["seq"] == others
        may_not_change(first, others)
        changes(first, eye, hers)
