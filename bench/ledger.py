"""What the crowd saw, checked: every message once, in one order.

Every member sees one order, and where acks come in the place of one's own message the number of
lines that a member got is its place in the room's log. A piece is what one receive gave, cut
after its last newline.

- A listener's piece that is byte for byte what another listener got at the same place needs no
  second look. Of any other piece each line's `seq` and message number are held against the order
  in which all others saw them.
- A talker's piece, which has acks among the messages, is counted, and the place of its last line
  is checked. Of one talker every line is.
- At the end every member must be where the last message is, and the numbers that were seen must
  be those that were said, each once.
"""

from __future__ import annotations

from typing import Final

from bench.member import LoadError, Member
from bench.tongue import Tongue

PIECES: Final = 1_000
"""Pieces that are remembered, for those who get the same."""


class Ledger:
    """The order in which messages were seen after the place `base`, by who was first to see it."""

    def __init__(self, tongue: Tongue, base: int) -> None:
        self.base = base
        self._tongue = tongue
        self._order: list[int] = []
        self._pieces: dict[int, tuple[bytes, int]] = {}

    def enter(self, member: Member, piece: bytes) -> int:
        """Move `member` on by the lines of `piece`; return how many they are."""
        known = self._pieces.get(member.at)
        count = known[1] if known and known[0] == piece else self._look_at(member, piece)
        member.at += count
        return count

    def check(self, sent: int) -> None:
        """Raise `LoadError` unless `sent` messages were seen, each once."""
        if sorted(self._order) != list(range(sent)):
            raise LoadError("what was seen is not what was said: something is missing, or twice")

    def _look_at(self, member: Member, piece: bytes) -> int:
        """Count the lines of a piece that was not seen yet, and check what they say."""
        count = piece.count(b"\n")
        last = self._tongue.last_seq(piece)
        if last is not None and last != member.at + count:
            end = piece[piece.rfind(b"\n", 0, -1) + 1 :][:300].decode().strip()
            raise LoadError(
                f"member {member.number} is at {member.at}, got {count} lines, the last is {end}"
            )
        if member.audited:
            self._audit(member, piece, count)
        if not member.talks:
            if len(self._pieces) >= PIECES:
                self._pieces.clear()
            self._pieces[member.at] = (piece, count)
        return count

    def _audit(self, member: Member, piece: bytes, count: int) -> None:
        """Hold every line against what others saw at its place."""
        numbers = self._tongue.numbers(piece)
        seqs = self._tongue.seqs(piece)
        right = list(range(member.at + 1, member.at + 1 + count))
        if len(numbers) != count or (seqs and seqs != right):
            raise LoadError(f"member {member.number} got lines that are foreign, or out of order")
        place = member.at - self.base
        seen = self._order[place : place + count]
        if numbers[: len(seen)] != seen:
            raise LoadError(f"member {member.number} saw another order than others did")
        self._order += numbers[len(seen) :]
