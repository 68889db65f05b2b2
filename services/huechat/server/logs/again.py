"""What is answered to something said that was said already, by the same id."""

from __future__ import annotations

from huechat.chat.log import text_of
from huechat.chat.people import Person
from huechat.protocol import Ack, AnyEntry, Error
from huechat.server.logs.block import ack
from huechat.store import Store

TAKEN = "the id was used before, for something else: say it with another, or it is not sent"


Kind = type[AnyEntry] | tuple[type[AnyEntry], ...]
"""What something that is said becomes: an entry of that kind, or of one of those."""


def is_the_same(first: AnyEntry, kind: Kind, text: str | None) -> bool:
    """Return whether `first` may be what is said now, of that `kind` and with this `text`.

    None: whatever the text is. Of what was deleted since, the text is not known.
    """
    return isinstance(first, kind) and (text is None or text_of(first) in ("", text))


def id_taken(id_: str) -> Error:
    """Return what tells that something else was said with the id: one's own, or another's."""
    return Error("id_taken", TAKEN, id_)


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
    return id_taken(first.id)
