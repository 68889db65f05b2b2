"""Whom a ban or a mute is for."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

from huechat.chat.accounts import Sanction
from huechat.chat.errors import RefusedError
from huechat.chat.names import name_keys
from huechat.chat.people import Person


class Caller(NamedTuple):
    """Somebody who wants to come in, or to speak: who, from where, and when (RFC 3339, UTC)."""

    person: Person
    address: str
    now: str


SERVER: Final = "this server"
"""What people are told that they are kept out of, where it is no room."""

ONE_PERSONS_BITS: Final = 64
"""Of an IPv6 address: what tells one person's network from another's."""

_MAPPED: Final = "::ffff:"
"""Begins an IPv4 address as a socket for IPv6 has it."""


def barred(sanctions: Iterable[Sanction], kind: str, caller: Caller) -> Sanction | None:
    """Return the sanction of `kind` (ban, mute) that holds for the caller, if there is one."""
    for one in sanctions:
        over = one.until and one.until <= caller.now
        if one.kind == kind and not over and _hits(one, caller):
            return one
    return None


def check_not_barred(sanctions: Iterable[Sanction], kind: str, caller: Caller, where: str) -> None:
    """Raise `RefusedError` if one of `sanctions` of the `kind` (ban, mute) is for the caller."""
    one = barred(sanctions, kind, caller)
    if one is None:
        return
    until = f"until {one.until[:16].replace('T', ' ')} UTC" if one.until else "for good"
    why = f": {one.reason}" if one.reason else ""
    if kind == "ban":
        raise RefusedError("banned", f"you are kept out of {where} {until}{why}")
    at = f"on {where}" if where == SERVER else f"in {where}"
    raise RefusedError("muted", f"you are muted {at} {until}{why}")


def _hits(sanction: Sanction, caller: Caller) -> bool:
    if sanction.by == "address":
        return _is_within(caller.address, sanction.value)
    if sanction.by == "account":
        return sanction.value == caller.person.identity
    return sanction.value in name_keys(caller.person.name)


def check_network(text: str) -> str:
    """Return an address or a network as bans have it; raise `RefusedError` if it is none."""
    try:
        network = ip_network(text.strip().lower().removeprefix(_MAPPED), strict=False)
    except ValueError as reason:
        raise RefusedError("bad_name", "write an address, or a network like 10.0.0.0/8") from reason
    single = network.num_addresses == 1
    return str(network.network_address) if single else str(network)


def network_of(address: str) -> str:
    """Return the network that is one person's who has `address`: of IPv6, all 64 bits behind it.

    Whoever has one such address has the whole network (RFC 6177), and can take another.
    """
    try:
        found = ip_address(address)
    except ValueError:  # "this machine"
        return address
    if isinstance(found, IPv6Address) and not found.ipv4_mapped and not found.is_loopback:
        return str(ip_network((found, ONE_PERSONS_BITS), strict=False))
    return check_network(address)


def _is_within(address: str, network: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:  # "this machine", of a socket with no address
        return address == network
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped  # where one socket listens for both
    try:
        return found in ip_network(network)
    except ValueError:
        return False
