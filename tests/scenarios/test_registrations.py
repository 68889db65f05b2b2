"""How many accounts one address may make."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Code
from huechat.chat.codes import hash_secret, new_code
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"
ENOUGH = (
    "your address made 2 accounts within a day, and that is all: try again in 24 h, or with an"
    " invitation code"
)


@pytest.fixture
def most() -> int:
    return 2


@pytest.fixture
def server(most: int, cheap_passwords: None) -> Iterator[ChatServer]:
    settings = ServerSettings(messages_per_s=0, registrations_per_address=most)
    with ChatServer(port=0, settings=settings) as running:
        yield running


@pytest.fixture(params=TALKERS)
def guest(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    with TALKERS[request.param](port, "blue", "eve") as talker:
        yield talker


def registers(talker: Talker, password: str = PASSWORD, code: str = "") -> None:
    talker.does(
        f"/register {password} {code}".rstrip(), type="register", password=password, invitation=code
    )


def made(port: int, *names: str) -> None:
    for name in names:
        with JsonTalker(port, name=name) as talker:
            talker.registers(PASSWORD)


def test_one_that_made_as_many_as_it_may_is_told_when_to_try_again(
    guest: Talker, port: int
) -> None:
    made(port, "ana", "ben")
    registers(guest)
    guest.is_refused("rate_limited", ENOUGH)
    with JsonTalker(port, name="dan") as other:
        registers(other)
        assert 86_000 < other.error("rate_limited")["retry_after_s"] <= 86_400
        other.logs_in("ana", PASSWORD)


def test_what_failed_does_not_count(guest: Talker, port: int) -> None:
    for _ in range(3):
        registers(guest, "short")
        guest.is_refused("bad_password", "a password has 8 characters or more; add some")
    guest.registers(PASSWORD)
    made(port, "ana")


def test_who_was_invited_does_not_count_and_may_always(guest: Talker, server: ChatServer) -> None:
    hall = server.hall
    codes = [new_code(), new_code()]
    for code in codes:
        entry = Code(False, "ana", "2999")
        hall.writer.do(
            lambda code=code, entry=entry: hall.people.add_code(hash_secret(code), entry)
        )
    with JsonTalker(server.port, name="fay") as fay:
        registers(fay, code=codes[0])
        fay.event("token")
    made(server.port, "ana", "ben")
    registers(guest, code=codes[1])
    assert b"eve" in guest.line()
    assert hall.accounts.find("eve")


@pytest.mark.parametrize("most", [0])
def test_a_server_may_lift_the_limit(port: int) -> None:
    made(port, *(f"ana{number}x" for number in range(5)))


def test_those_that_are_under_way_count(port: int) -> None:
    talkers = [JsonTalker(port, name=f"ana{number}x") for number in range(8)]
    for one in talkers:
        registers(one)
    kinds = [one.line_of("token", "error") for one in talkers]
    for one in talkers:
        one.close()
    assert sorted(kinds) == ["error"] * 6 + ["token"] * 2
