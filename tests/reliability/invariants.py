"""What must be true after any trouble, and how the whole history is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.reliability.members import Member, Told
from tests.scenarios.talkers import JsonTalker

from huechat.server.__main__ import main
from huechat.store.sqlite import SqliteStore


def history(port: int, limit: int = 100) -> list[Told]:
    """Return all that was ever said, read over the wire in pages."""
    return [_told(message) for message in _messages(port, limit)]


def check_members(members: Sequence[Member], port: int) -> list[Told]:
    """Check that all members were told the same; return the history.

    Everything said is in the history once, in the order in which its sender said it, at the place
    that its ack told; everybody heard all that others said, once, in the order of the history.
    """
    for member in members:
        member.finish()
    everything = history(port)
    seqs = [told.seq for told in everything]
    assert seqs == sorted(set(seqs))
    places = {told.id: told.seq for told in everything}
    for member in members:
        assert [told.id for told in everything if told.name == member.name] == member.said
        assert member.acked.items() <= places.items()
        _check_heard(member, everything)
    return everything


def check_folder(folder: Path, everything: list[Told]) -> None:
    """Check that the folder of a server that is no more has the history, and is sound."""
    assert main(["check", "--data", str(folder)]) == 0
    store = SqliteStore(folder)
    kept = store.after("lobby", 0, 1_000_000)
    store.close()
    assert [Told(one.seq, one.id, one.name, one.text) for one in kept] == everything


def _check_heard(member: Member, everything: list[Told]) -> None:
    """Check what `member` heard. Of its own only the raw one hears, and only after a loss."""
    expected = [told for told in everything if told.name != member.name]
    if expected:
        member.until(lambda: expected[-1] in member.heard[-100:], "the last message")
    assert [told for told in member.heard if told.name != member.name] == expected
    seqs = [told.seq for told in member.heard]
    assert seqs == sorted(set(seqs))
    assert set(member.heard) <= set(everything)


def _messages(port: int, limit: int) -> Iterator[dict[str, Any]]:
    with JsonTalker(port, hello=False) as reader:
        reader.ask(type="hello", v=1, history=0)
        reader.event("welcome")
        after, more = 0, True
        while more:
            reader.ask(type="history", after=after, limit=limit)
            page = json.loads(reader.line())
            assert page["type"] == "history", page
            yield from page["messages"]
            more = page["more"]
            after = page["messages"][-1]["seq"] if more else 0


def _told(message: dict[str, Any]) -> Told:
    return Told(message["seq"], message["id"], message["name"], message["text"])
