"""The outbox: what waits, what may be sent now, and in which order."""

from __future__ import annotations

import pytest

from huechat.client.outbox import MOST_KEPT, OVERDUE_S, WINDOW, Outbox
from huechat.protocol import Delete, Edit, React, Say


def filled(number: int) -> Outbox:
    outbox = Outbox()
    for one in range(number):
        outbox.add(Say(f"{one}", "x"))
    return outbox


def due(outbox: Outbox) -> list[str]:
    return [one.id for one in outbox.due()]


def test_what_is_said_is_due_once_in_its_order() -> None:
    outbox = filled(3)
    assert due(outbox) == ["0", "1", "2"]
    assert due(outbox) == []
    assert len(outbox) == 3


def test_no_more_is_under_way_than_the_window_holds() -> None:
    outbox = filled(WINDOW + 2)
    assert due(outbox) == [f"{one}" for one in range(WINDOW)]
    assert outbox.has_unsent
    outbox.confirm("0")
    assert due(outbox) == [f"{WINDOW}"]
    outbox.confirm("1")
    outbox.confirm("2")
    assert due(outbox) == [f"{WINDOW + 1}"]
    assert not outbox.has_unsent


def test_what_is_held_back_is_not_due_until_it_is_released_and_then_all_of_it_is() -> None:
    outbox = filled(2)
    due(outbox)
    outbox.add(Say("2", "x"))
    assert (outbox.hold(), outbox.hold()) == (True, False)
    assert due(outbox) == []
    outbox.confirm("0")
    outbox.release()
    assert due(outbox) == ["1", "2"]


def test_what_was_confirmed_is_not_sent_again() -> None:
    outbox = filled(3)
    due(outbox)
    assert (outbox.confirm("1"), outbox.confirm("1"), outbox.confirm("other")) == (
        True,
        False,
        False,
    )
    outbox.release()
    assert due(outbox) == ["0", "2"]


def test_with_a_connection_there_is_room_for_a_window_and_without_one_for_more() -> None:
    outbox = filled(WINDOW - 1)
    assert outbox.has_room(connected=True)
    outbox.add(Say("one more", "x"))
    assert not outbox.has_room(connected=True)
    assert outbox.has_room(connected=False)
    assert not filled(MOST_KEPT).has_room(connected=False)


def test_there_is_no_room_while_the_server_wants_us_to_wait() -> None:
    outbox = filled(1)
    outbox.hold()
    assert not outbox.has_room(connected=True)


def test_an_id_that_waits_already_is_the_same_message() -> None:
    outbox = filled(1)
    outbox.add(Say("0", "again"))
    assert (len(outbox), due(outbox)) == (1, ["0"])


def test_what_is_sent_is_overdue_once_its_oldest_waits_for_long() -> None:
    clock = [100.0]
    outbox = Outbox(lambda: clock[0])
    outbox.add(Say("0", "x"))
    clock[0] += OVERDUE_S + 1
    assert not outbox.overdue  # it was not sent
    outbox.due()
    clock[0] += OVERDUE_S
    assert not outbox.overdue
    outbox.add(Say("1", "x"))
    outbox.due()
    clock[0] += 0.1
    assert outbox.overdue
    outbox.confirm("0")
    assert not outbox.overdue  # the other is not so old
    clock[0] += OVERDUE_S
    assert outbox.overdue
    outbox.release()
    assert not outbox.overdue  # it is sent anew


def test_what_is_put_off_in_one_room_holds_back_nothing_for_another() -> None:
    outbox = Outbox()
    for one, room in (("1", "slow"), ("2", "slow"), ("3", "lobby"), ("4", "slow")):
        outbox.add(Say(one, "x", room))
    outbox.add(Say("5", "x", to="ben"))
    assert due(outbox) == ["1", "2", "3", "4", "5"]
    assert (outbox.put_off("1"), outbox.put_off("2"), outbox.put_off("4")) == ("slow", "", "")
    assert outbox.put_off("5") == "to ben"
    assert outbox.is_put_off
    outbox.add(Say("6", "x", "slow"))
    outbox.add(Say("7", "x", "lobby"))
    assert due(outbox) == ["7"]
    assert outbox.take_up("slow")
    assert due(outbox) == ["1", "2", "4", "6"]
    assert not outbox.take_up("slow")
    outbox.release()
    assert due(outbox) == ["1", "2", "3", "4", "5", "6", "7"]
    assert not outbox.is_put_off


def test_what_does_not_wait_puts_nothing_off() -> None:
    outbox = filled(1)
    assert (outbox.put_off("9"), outbox.is_put_off) == ("", False)


@pytest.mark.parametrize("about", [Edit("e", "y"), Delete("e"), React("e", "+")])
def test_what_is_about_ones_newest_message_waits_until_the_server_has_that(
    about: Edit | Delete | React,
) -> None:
    outbox = filled(2)
    outbox.add(about)
    outbox.add(Say("2", "x"))
    outbox.add(Say("3", "x", "cakes"))
    assert due(outbox) == ["0", "1", "3"]  # what comes behind it would be the newest
    outbox.confirm("0")
    assert due(outbox) == []
    outbox.confirm("1")
    assert due(outbox) == ["e", "2"]


def test_what_is_about_a_message_by_its_number_waits_for_nothing() -> None:
    outbox = filled(1)
    outbox.add(Edit("e", "y", 7))
    assert due(outbox) == ["0", "e"]


def test_what_is_about_a_private_message_waits_for_it_too() -> None:
    outbox = Outbox()
    outbox.add(Say("p", "x", to="ben"))
    outbox.add(Edit("e", "y", room="@them"))
    outbox.add(Edit("f", "y", room="cakes"))
    assert due(outbox) == ["p", "f"]
    assert outbox.refuse("p") == ["e"]


def test_what_is_about_a_message_that_is_refused_is_refused_too() -> None:
    outbox = filled(1)
    for one in (
        Edit("e", "y"),
        React("r", "+"),
        Say("1", "x", "cakes"),
        Edit("c", "y", 0, "cakes"),
    ):
        outbox.add(one)
    outbox.add(Say("2", "x"))
    outbox.add(Edit("f", "y"))
    assert due(outbox) == ["0", "1"]
    assert outbox.refuse("0") == ["e", "r"]
    assert due(outbox) == ["2"]
    assert (outbox.refuse("unknown"), len(outbox)) == ([], 4)
