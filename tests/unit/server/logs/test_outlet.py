"""The sending half of a connection."""

import socket
from collections import deque

import pytest

from huechat.chat.log import Log
from huechat.chat.tail_budget import TailBudget
from huechat.server.logs.outlet import Member, Outlet
from huechat.wire.plain import Plain


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def outlet(ends) -> Outlet:
    return Outlet(ends[0], Plain.encode)


@pytest.fixture
def member(outlet) -> Member:
    return Member(outlet, Log("lobby", TailBudget(1_000_000)), 0, deque())


def test_mail_with_nothing_before_it_is_due(outlet):
    outlet.mail.extend([([], b"a"), ([], b"b")])
    assert outlet.due_mail() == b"ab"
    assert outlet.due_mail() == b""


def test_mail_waits_until_the_member_has_come_so_far(outlet, member):
    outlet.mail.append(([(member, 3)], b"a"))
    member.at = 2
    assert outlet.due_mail() == b""
    member.at = 3
    assert outlet.due_mail() == b"a"


def test_mail_is_never_sent_before_earlier_mail(outlet, member):
    outlet.mail.extend([([(member, 3)], b"a"), ([], b"b"), ([(member, 5)], b"c")])
    assert outlet.due_mail() == b""
    member.at = 4
    assert outlet.due_mail() == b"ab"
    member.at = 9
    assert outlet.due_mail() == b"c"


def test_mail_waits_for_every_room(outlet, member):
    other = Member(outlet, Log("cellar", TailBudget(1_000_000)), 0, deque())
    outlet.mail.append(([(member, 3), (other, 1)], b"a"))
    member.at = 3
    assert outlet.due_mail() == b""
    other.at = 1
    assert outlet.due_mail() == b"a"


def test_a_member_among_the_mail_waits_for_its_turn(outlet, member):
    other = Member(outlet, Log("cellar", TailBudget(1_000_000)), 0, deque())
    other.waits = True
    outlet.mail.extend([([(member, 3)], b"a"), ([], other), ([(other, 2)], b"b"), ([], b"c")])
    assert outlet.due_mail() == b""
    assert other.waits
    member.at = 3
    assert outlet.due_mail() == b"a"
    assert not other.waits
    other.at = 2
    assert outlet.due_mail() == b"bc"


def test_who_left_a_room_is_due_what_was_there_then(outlet, member):
    member.log.load([], 7)
    assert member.due == 7
    member.end = 5
    assert member.due == 5


def test_those_who_left_are_served_before_those_who_are_in(outlet, member):
    other = Member(outlet, member.log, 0, deque())
    outlet.members[member.log] = other
    outlet.parted.append(member)
    assert list(outlet.all_members()) == [member, other]


def test_what_is_sent_comes_out_at_the_other_end(outlet, ends):
    assert outlet.send(b"hi")
    assert ends[1].recv(10) == b"hi"


def test_what_a_full_socket_does_not_take_is_the_rest(outlet, ends):
    block = bytes(range(256)) * 4096
    assert not outlet.send(block)
    assert outlet.rest is not None
    rest = bytes(outlet.rest)
    taken = len(block) - len(rest)
    assert rest == block[taken:]
    assert ends[1].recv(taken, socket.MSG_WAITALL) == block[:taken]


def test_a_socket_that_takes_nothing_is_not_dead(outlet):
    while outlet.send(b"x" * 4096):
        pass
    assert not outlet.send(b"y")
    assert outlet.rest == b"y"
    assert not outlet.dead


def test_a_broken_connection_is_dead_and_its_mail_is_dropped(outlet, ends):
    outlet.mail.append(([], b"a"))
    ends[1].close()
    assert not outlet.send(b"hi")
    assert outlet.dead
    assert (outlet.rest, outlet.due_mail()) == (None, b"")
    assert ends[0].recv(1) == b""  # its reader wakes and leaves
