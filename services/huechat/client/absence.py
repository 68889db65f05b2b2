"""Whether others are told that one is away."""

from __future__ import annotations

from huechat.protocol import AnyEvent, Away, Done, Presence


class Absence:
    """Follows what the server tells of it. Any thread may call all of it; none blocks."""

    def __init__(self) -> None:
        self.is_away = False
        self._asked: Away | None = None

    def asks(self, away: Away) -> None:
        """Note that one asks to be away, or back, which `done` will answer."""
        self._asked = away

    def begin(self) -> None:
        """Note that one is connected anew: who is away still is told so."""
        self.is_away = False

    def note(self, event: AnyEvent, own_name: str) -> None:
        """Take note of an answer, or of what one did at another client."""
        match event:
            case Done(id=id_) if self._asked and self._asked.id == id_:
                self.is_away = not self._asked.back
            case Presence(away=away, back=back) if own_name in (*away, *back):
                self.is_away = own_name in away
