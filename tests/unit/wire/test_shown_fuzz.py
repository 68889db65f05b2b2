"""Whatever stands in an event: it is harmless, on as many lines as it is to be, and not faked."""

import re
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.wire.strategies import anything, events, every_event, names

from huechat.protocol import (
    AnyEntry,
    AnyEvent,
    Audit,
    BanList,
    Deleted,
    Done,
    Edited,
    Found,
    Message,
    Notice,
    Page,
    People,
    Reacted,
    RoomList,
    TopicSet,
    Welcome,
)
from huechat.wire.plain import Plain
from huechat.wire.shown import as_text

FORM = re.compile(r"((#\S+|\(private\)) )?(\S+ )?\[COLOR \(red\)\] said -> .*")
rooms = st.one_of(st.just("lobby"), names, names.map("@{}".format))


def expected_lines(event: AnyEvent) -> int:
    """Return on how many lines an event is shown that is shown at all."""
    if isinstance(event, Done):
        return event.message.rstrip().count("\n") + 1
    return 1 + items(event)


def items(event: AnyEvent) -> int:
    """Return how many things an answer lists, with the hint how to see more."""
    match event:
        case RoomList(rooms=rooms):
            return len(rooms) + (event.more and any(room.kind == "public" for room in rooms))
        case People(people=people):
            return len(people) + bool(people and event.more)
        case Page(messages=entries):
            return listed(entries)
        case Found(messages=some) | Audit(deeds=some) | BanList(bans=some) | Welcome(rooms=some):
            return len(some)
    return 0


def listed(entries: Sequence[AnyEntry]) -> int:
    """Return how many lines a page has: those that can be followed, or else those not deleted."""
    gone = {one.target for one in entries if isinstance(one, Deleted)}
    gone |= {one.seq for one in entries if isinstance(one, Message) and not one.text}
    about = [(getattr(one, "target", one.seq), one) for one in entries]
    left = [(seq, one) for seq, one in about if seq not in gone and not isinstance(one, Deleted)]
    told = {one.seq for _, one in left if isinstance(one, Message)}
    lone = [seq for seq, one in left if isinstance(one, Edited | Reacted) and seq not in told]
    return len(left) - len(lone) or len(left)


@given(every_event)
def test_every_event_is_harmless_whatever_stands_in_it(event):
    signs = {unicodedata.category(char) for char in as_text(event).replace("\n", "")}
    assert not signs & {"Cc", "Cs", "Zl", "Zp"}


@given(every_event)
def test_every_event_has_the_lines_that_it_is_to_have_and_no_more(event):
    shown = as_text(event)
    assert not shown or shown.count("\n") + 1 == expected_lines(event)
    (encoded,) = Plain.encode([event])
    assert encoded.decode() == (f"{shown}\n" if shown else "")


@given(every_event)
def test_no_line_of_an_answer_but_its_first_begins_like_something_said(event):
    for line in as_text(event).split("\n")[1:]:
        assert line.startswith("  ")


@given(rooms, names | st.just(""), anything, anything)
def test_nothing_that_is_said_looks_like_something_done(room, name, text, about):
    shown = as_text(Message(room, 1, "a", "", name, "red", text, 1, about))
    assert FORM.fullmatch(shown) if text else not shown
    assert not shown.startswith("* ")


@pytest.mark.parametrize("kind", [Edited, Deleted, Reacted, TopicSet, Notice])
@given(data=st.data())
def test_what_is_done_begins_with_a_star(kind, data):
    done = data.draw(events(kind))
    deleted = isinstance(done, Edited) and not done.text
    assert as_text(done).startswith("* ") != deleted
