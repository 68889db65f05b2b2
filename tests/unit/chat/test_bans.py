"""Whom a ban or a mute is for: by name, account and address, and for how long."""

import pytest

from huechat.chat.accounts import Account, Sanction
from huechat.chat.bans import SERVER, Caller, barred, check_network, check_not_barred, network_of
from huechat.chat.errors import RefusedError
from huechat.chat.names import name_key
from huechat.chat.people import Person

NOW = "2026-11-22T12:00:00.000Z"


def guest(name, session="s1"):
    return Person(session, name, "blue")


def account(name, number):
    row = Account(number, name, name_key(name), "blue", False, False, NOW, "")
    return Person("s", name, "blue", row)


def sanction(by, value, *, kind="ban", until="", reason=""):
    return Sanction(kind, by, value, "ben", until, reason, "ana")


def holds(one, person, address="10.0.0.7", now=NOW, kind="ban"):
    return barred([one], kind, Caller(person, address, now)) is one


@pytest.mark.parametrize("name", ["ben", "Ben", "BEN", "b\u0435n", "b\uff45n"])
def test_a_name_is_banned_with_all_that_look_like_it(name):
    assert holds(sanction("name", name_key("ben")), guest(name))


def test_a_name_is_banned_with_all_that_look_like_it_as_they_are_typed():
    assert holds(sanction("name", name_key("ven")), guest("\u03bden"))


@pytest.mark.parametrize("name", ["benn", "en", "beny"])
def test_another_name_is_not(name):
    assert not holds(sanction("name", name_key("ben")), guest(name))


def test_a_guest_is_known_by_their_session_under_any_name():
    ban = sanction("account", guest("ben").identity)
    assert holds(ban, guest("bob"))
    assert not holds(ban, guest("ben", session="another"))


def test_an_account_is_known_by_its_number():
    ban = sanction("account", "#5")
    assert holds(ban, account("ben", 5))
    assert not holds(ban, account("ben", 55))
    assert not holds(ban, guest("#5", session="#5"))


@pytest.mark.parametrize(
    ("value", "address", "is_in"),
    [
        ("10.0.0.7", "10.0.0.7", True),
        ("10.0.0.7", "10.0.0.70", False),
        ("10.0.0.0/8", "10.255.0.1", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("2001:db8::/32", "2001:db8:1::2", True),
        ("2001:db8::/32", "2001:db9::2", False),
        ("2001:db8::/32", "10.0.0.1", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("10.0.0.0/8", "this machine", False),
        ("this machine", "this machine", True),
        ("this machine", "10.0.0.1", False),
    ],
)
def test_an_address_is_in_its_network(value, address, is_in):
    assert holds(sanction("address", value), guest("ben"), address) is is_in


@pytest.mark.parametrize(
    ("until", "now", "is_over"),
    [
        ("", "9999-12-31T23:59:59.999Z", False),
        ("2026-11-22T12:00:00.001Z", NOW, False),
        (NOW, NOW, True),
        ("2026-11-22T11:59:59.999Z", NOW, True),
    ],
)
def test_a_ban_holds_until_its_end(until, now, is_over):
    ban = sanction("name", "ben", until=until)
    assert holds(ban, guest("ben"), now=now) is not is_over


def test_one_that_is_over_does_not_hide_one_that_holds():
    over = sanction("name", "ben", until="2020-01-01T00:00:00.000Z")
    still = sanction("account", guest("ben").identity)
    assert barred([over, still], "ban", Caller(guest("ben"), "", NOW)) is still


def test_a_mute_is_no_ban_and_a_ban_no_mute():
    for kind, other in (("mute", "ban"), ("ban", "mute")):
        assert not holds(sanction("name", "ben", kind=kind), guest("ben"), kind=other)


@pytest.mark.parametrize(
    ("kind", "where", "until", "reason", "words"),
    [
        ("ban", "#den", "", "", "you are kept out of #den for good"),
        ("ban", SERVER, "", "spam", "you are kept out of this server for good: spam"),
        (
            "ban",
            "#den",
            "2026-11-22T13:30:12.345Z",
            "spam",
            "you are kept out of #den until 2026-11-22 13:30 UTC: spam",
        ),
        ("mute", "#den", "", "", "you are muted in #den for good"),
        ("mute", SERVER, "", "", "you are muted on this server for good"),
    ],
)
def test_one_is_told_where_until_when_and_why(kind, where, until, reason, words):
    one = sanction("name", "ben", kind=kind, until=until, reason=reason)
    with pytest.raises(RefusedError) as refused:
        check_not_barred([one], kind, Caller(guest("ben"), "", NOW), where)
    assert refused.value.code == {"ban": "banned", "mute": "muted"}[kind]
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        (" 10.0.0.7 ", "10.0.0.7"),
        ("10.0.0.7/32", "10.0.0.7"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("::FFFF:10.0.0.7", "10.0.0.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8::1/32", "2001:db8::/32"),
    ],
)
def test_a_network_is_kept_in_one_form(text, network):
    assert check_network(text) == network


@pytest.mark.parametrize("text", ["", "ben", "10.0.0", "10.0.0.256", "10.0.0.0/33", "1.2.3.4/a"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(RefusedError) as refused:
        check_network(text)
    assert (refused.value.code, str(refused.value)) == (
        "bad_name",
        "write an address, or a network like 10.0.0.0/8",
    )


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("::1", "::1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("this machine", "this machine"),
    ],
)
def test_one_who_has_an_ipv6_address_has_its_whole_network(address, network):
    assert network_of(address) == network
    assert holds(sanction("address", network), guest("ben"), address)


def test_another_network_is_anothers():
    banned = sanction("address", network_of("2001:db8:1:2:3::4"))
    assert holds(banned, guest("ben"), "2001:db8:1:2:ffff::1")
    assert not holds(banned, guest("ben"), "2001:db8:1:3::4")
