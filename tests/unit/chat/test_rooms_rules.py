"""Who may come into a room, and speak there, and how often."""

import threading

import pytest

from huechat.chat.accounts import Account, Sanction
from huechat.chat.bans import Caller
from huechat.chat.errors import RefusedError
from huechat.chat.log import Log
from huechat.chat.people import Person
from huechat.chat.roles import Role
from huechat.chat.rooms import LISTED_SPEAKERS, Room
from huechat.chat.tail_budget import TailBudget

NOW = "2026-11-22T12:00:00.000Z"
ADDRESS = "10.0.0.7"


def room(kind="public", **more):
    return Room(Log("den", TailBudget(10**6)), kind, **more)


def caller(name="ben", *, administrator=False):
    account = Account(1, name, name, "blue", True, False, NOW, "") if administrator else None
    return Caller(Person(f"session of {name}", name, "blue", account), ADDRESS, NOW)


def role(who, role):
    return {who.person.identity: role}


def sanction(by, value, kind="ban"):
    return Sanction(kind, by, value, "ben", "", "", "ana")


def refusal(may, *arguments):
    """Return the code of what is raised; empty: nothing is."""
    try:
        may(*arguments)
    except RefusedError as reason:
        return reason.code
    return ""


BEN = caller()
ROOT = caller("root", administrator=True)
BANS = [sanction("name", "ben"), sanction("account", BEN.person.identity)]


@pytest.mark.parametrize(
    ("kind", "who", "roles", "code"),
    [
        ("public", BEN, {}, ""),
        ("private", BEN, {}, "invite_only"),
        ("private", BEN, role(BEN, Role.OUTSIDER), ""),
        ("private", BEN, role(BEN, Role.MEMBER), ""),
        ("private", ROOT, {}, ""),
        ("direct", BEN, {}, "no_such_room"),
        ("direct", BEN, role(BEN, Role.MEMBER), ""),
        ("direct", ROOT, {}, "no_such_room"),
    ],
)
def test_who_may_come_in(kind, who, roles, code):
    assert refusal(room(kind, roles=roles).admit, who) == code


@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("ban", [*BANS, sanction("address", "10.0.0.0/8")])
def test_who_is_banned_may_not_even_if_invited(kind, ban):
    den = room(kind, roles=role(BEN, Role.MEMBER), sanctions=(ban,))
    assert refusal(den.admit, BEN) == "banned"
    assert refusal(den.admit, caller("root", administrator=True)) == ""


@pytest.mark.parametrize("owner", [Role.MODERATOR, Role.OWNER])
def test_who_keeps_order_is_not_kept_out_by_an_address_or_a_name_that_others_share(owner):
    bans = (sanction("address", ADDRESS), sanction("name", "ben"))
    assert refusal(room(roles=role(BEN, owner), sanctions=bans).admit, BEN) == ""
    meant = (sanction("account", BEN.person.identity),)
    assert refusal(room(roles=role(BEN, owner), sanctions=meant).admit, BEN) == "banned"


def test_nobody_comes_into_a_room_that_was_deleted():
    den = room()
    den.log.closed = True
    assert refusal(den.admit, ROOT) == "no_such_room"


def test_who_is_muted_may_come_in_and_not_speak():
    den = room(sanctions=(sanction("name", "ben", "mute"),))
    den.admit(BEN)
    assert refusal(den.check_not_muted, BEN) == "muted"
    assert refusal(den.check_not_muted, caller("eve")) == ""
    assert refusal(den.check_not_muted, caller("ben", administrator=True)) == ""


def test_in_slow_mode_each_speaks_once_in_a_while():
    den = room(slow_s=10.0)
    assert [refusal(den.hear, BEN, at) for at in (0.0, 1.0, 9.9, 10.0, 19.9, 20.0)] == [
        "",
        "slow_mode",
        "slow_mode",
        "",
        "slow_mode",
        "",
    ]
    assert refusal(den.hear, caller("eve"), 20.0) == ""


@pytest.mark.parametrize("clock", [0.0, 0.001, 5.0])
def test_who_speaks_for_the_first_time_never_waits(clock):
    assert refusal(room(slow_s=86_400.0).hear, BEN, clock) == ""


def test_one_is_told_how_long_to_wait_and_never_0_s():
    den = room(slow_s=10.0)
    den.hear(BEN, 0.0)
    with pytest.raises(RefusedError) as refused:
        den.hear(BEN, 9.75)
    assert refused.value.retry_after_s == 0.25
    assert str(refused.value) == "in #den one speaks every 10 s; wait 1 s more"


@pytest.mark.parametrize("keeper", [Role.MODERATOR, Role.OWNER])
def test_who_keeps_order_does_not_wait(keeper):
    den = room(roles=role(BEN, keeper), slow_s=10.0)
    for who in (BEN, BEN, ROOT, ROOT):
        assert refusal(den.hear, who, 0.0) == ""


def test_many_may_speak_at_once_and_what_matters_no_more_is_forgotten():
    """Readers share the room: one looks through who spoke while others speak."""
    den = room(slow_s=10.0)
    failed = []

    def speak(thread):
        for number in range(LISTED_SPEAKERS):
            who = Caller(Person(f"{thread}.{number}", "", "blue"), "", NOW)
            failed.extend(filter(None, [refusal(den.hear, who, float(number))]))

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    den.hear(BEN, 10_000.0)
    assert refusal(den.hear, BEN, 10_001.0) == "slow_mode"


def test_an_administrator_is_one_in_every_room_but_those_of_two():
    for kind, expected in (
        ("public", Role.ADMINISTRATOR),
        ("private", Role.ADMINISTRATOR),
        ("direct", Role.OUTSIDER),
    ):
        assert room(kind).role_of(ROOT.person) == expected
