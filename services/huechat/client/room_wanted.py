"""The room that a client is to be in besides the lobby."""

from __future__ import annotations

from huechat.protocol import AnyEvent, Error, Join, Joined, Left, Welcome


class RoomWanted:
    """Follows whether one is in `room`, or may not be. Empty: none is wanted."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.joining = ""
        """The id of the `join` that asked for it, until it is answered."""

    @property
    def is_joined(self) -> bool:
        """Whether one is in it."""
        return bool(self.room) and not self.joining

    def ask(self, welcome: Welcome, id_: str, history: int | None) -> Join | None:
        """Return what asks for it, with that id, if one is not in it."""
        if not self.room or any(place.room == self.room for place in welcome.rooms):
            self.joining = ""
            return None
        self.joining = self.joining or id_  # asked again, it is the same
        return Join(self.room, history=history, id=self.joining)

    def note(self, event: AnyEvent) -> None:
        """Take note of what the server tells: one who was put out, or refused, wants it no more."""
        match event:
            case Left(room=room) if room == self.room:
                self.room = ""
            case Error(id=id_) if id_ and id_ == self.joining:
                self.room = self.joining = ""
            case Joined(id=id_) if id_ and id_ == self.joining:
                self.joining = ""
