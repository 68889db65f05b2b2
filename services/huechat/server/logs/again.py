"""What is answered to something said that was said already, by the same id."""

from __future__ import annotations

from huechat.chat.people import Person
from huechat.protocol import Ack, AnyEntry, Error
from huechat.server.logs.block import ack
from huechat.store import Store

TAKEN = "the id was used before, elsewhere: say it with another, or it is not sent"


def said_again(
    store: Store, room: str, person: Person | None, sender: str, first: AnyEntry
) -> Ack | Error:
    """Return what tells a `person` in `room` of `first`, said as `sender` with the same id.

    A guest may have the name of another who used the id: what that one said is told only in its
    room, as all can read it there. Blocks for the disk; raises `StoreError`.
    """
    if first.room == room:
        left = store.pick(room, [first.seq])  # without the words of what was deleted since
        return ack(left[0]) if left else Ack(first.id, room, first.seq, first.time)
    if person and person.said(sender, first.time):
        return Ack(first.id, first.room, first.seq, first.time)
    return Error("id_taken", TAKEN, first.id)
