"""Names that look alike only as they are typed: Greek `νick` can be taken for nick and for vick."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.keepers import SECRET, account, administrator, make_account
from tests.scenarios.talkers import TALKERS, JsonTalker, Talker

from huechat import ChatServer
from huechat.chat.names import name_key

GREEK = "\u03bdick"

cheap = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture(params=TALKERS)
def ben(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    with TALKERS[request.param](port, "blue", "ben") as talker:
        yield talker


def may_not_be(talker: Talker, name: str, code: str = "name_taken") -> None:
    talker.does(f"/name {name}", type="name", name=name)
    why = {
        "name_taken": "is in use: take another",
        "name_reserved": "belongs to an account: log in, or take another name",
    }
    talker.is_refused(code, f"{name}, or a name that looks like it, {why[code]}")


def becomes(talker: Talker, name: str) -> None:
    talker.does(f"/name {name}", type="name", name=name)
    if isinstance(talker, JsonTalker):
        assert talker.event("you")["name"] == name
    else:
        assert talker.line().decode() == f"You are {name} now.\n"


def who_is(asker: JsonTalker, name: str) -> str:
    return str(asker.answer("person", type="whois", name=name)["person"]["name"])


def test_who_can_be_taken_for_two_keeps_both_names_from_others(ben: Talker, port: int) -> None:
    with JsonTalker(port, name=GREEK) as greek:
        for name in ("nick", "vick", "VICK", "N\u0456ck"):
            may_not_be(ben, name)
        becomes(greek, "nina")
        becomes(ben, "vick")


@pytest.mark.parametrize("name", ["nick", "vick"])
def test_each_of_the_two_keeps_the_name_from_who_could_be_taken_for_both(
    ben: Talker, port: int, name: str
) -> None:
    with JsonTalker(port, name=name) as first:
        may_not_be(ben, GREEK)
        becomes(first, "nina")
        becomes(ben, GREEK)


def test_those_two_are_here_side_by_side(ben: Talker, port: int) -> None:
    with JsonTalker(port, name="nick") as nick:
        becomes(ben, "vick")
        assert [who_is(nick, name) for name in ("nick", "vick", GREEK)] == ["nick", "vick", "nick"]


def test_a_name_is_found_by_what_it_looks_like(port: int) -> None:
    with JsonTalker(port, name=GREEK) as greek:
        assert [who_is(greek, name) for name in (GREEK, "nick", "VICK")] == [GREEK] * 3


@cheap
class TestAccounts:
    def test_what_an_accounts_name_can_be_taken_for_is_reserved(
        self, ben: Talker, server: ChatServer
    ) -> None:
        make_account(server, GREEK)
        for name in ("nick", "vick"):
            may_not_be(ben, name, "name_reserved")

    @pytest.mark.parametrize("name", ["nick", "vick"])
    def test_and_nobody_registers_it(self, server: ChatServer, name: str) -> None:
        make_account(server, GREEK)
        with JsonTalker(server.port) as guest:
            guest.ask(type="register", name=name, password=SECRET)
            guest.error("name_reserved")

    def test_nobody_has_or_registers_what_could_be_taken_for_an_account(
        self, server: ChatServer
    ) -> None:
        make_account(server, "vick")
        with JsonTalker(server.port) as guest:
            may_not_be(guest, GREEK, "name_reserved")
            guest.ask(type="register", name=GREEK, password=SECRET)
            guest.error("name_reserved")

    def test_and_free_when_the_account_is_deleted(self, ben: Talker, server: ChatServer) -> None:
        make_account(server, GREEK)
        found = server.hall.accounts.find(GREEK)
        assert found
        server.hall.accounts.delete(found)
        becomes(ben, "vick")

    def test_nobody_registers_what_a_guest_could_be_taken_for(self, port: int) -> None:
        with JsonTalker(port, name="vick"), JsonTalker(port) as other:
            other.ask(type="register", name=GREEK, password=SECRET)
            other.error("name_taken")

    def test_an_account_is_found_by_what_it_looks_like(self, server: ChatServer) -> None:
        with administrator(server, GREEK), JsonTalker(server.port, name="ben") as ben:
            person = ben.answer("person", type="whois", name="vick")["person"]
            assert (person["name"], person["account"]) == (GREEK, True)

    def test_a_login_is_by_the_name_itself(self, server: ChatServer) -> None:
        make_account(server, GREEK)
        with JsonTalker(server.port) as guest:
            guest.ask(type="login", name="vick", password=SECRET)
            guest.error("bad_login")
            assert guest.logs_in(GREEK, SECRET)


@cheap
def test_accounts_from_before_that_look_alike_stay_and_get_no_more_company() -> None:
    with ChatServer(port=0) as before:
        make_account(before, "vick")
        _add_as_before(before, GREEK, like="vick")
    with ChatServer(port=0) as again:
        with account(again, "vick") as one, account(again, GREEK) as other:
            assert [who_is(one, name) for name in ("vick", GREEK)] == ["vick", GREEK]
            assert [who_is(other, name) for name in ("nick", "vick")] == [GREEK, "vick"]
        for name in ("vick", "nick", GREEK, "\u03bd\u0456ck"):
            with JsonTalker(again.port) as guest:
                may_not_be(guest, name, "name_reserved")
                guest.ask(type="register", name=name, password=SECRET)
                guest.error("name_reserved")


def _add_as_before(server: ChatServer, name: str, like: str) -> None:
    """Store an account, as was done when only keys had to differ, with the password of another."""
    people, other = server.hall.people, server.hall.accounts.find(like)
    assert other
    row = (name, name_key(name), "red", people.password(other.number), other.made)
    server.hall.writer.do(lambda: people.add_account(*row, administrator=False))
