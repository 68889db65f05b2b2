"""What is about a message that was said before."""

from __future__ import annotations

from types import SimpleNamespace

from huechat.chat.people import Person
from huechat.protocol import Edited
from huechat.server.rooms.targets import is_again


def test_who_did_it_before_is_told_so_once_all_that_is_stored_is_seen() -> None:
    done = Edited("lobby", 7, "e1", "2026-11-24T00:00:00.000Z", "ana", "red", "hi", 5, "ana: ho")
    order: list[str] = []
    hall = SimpleNamespace(
        authors=SimpleNamespace(said=lambda sender, id_: done if id_ == "e1" else None),
        store=SimpleNamespace(pick=lambda room, seqs: [done]),
        writer=SimpleNamespace(do=lambda _: order.append("stored and seen")),
        tell=lambda _, event: order.append(type(event).__name__),
    )
    connection = SimpleNamespace(greeted=Person("session", "ana", "red"))
    assert is_again(hall, connection, "lobby", "e1", kind=Edited)
    assert order == ["stored and seen", "Ack"]
    assert not is_again(hall, connection, "lobby", "e2", kind=Edited)
