"""What a client brings when it says hello again: who it was, and how far it had come."""

from __future__ import annotations

from msgspec.structs import replace

from huechat.protocol import (
    Ack,
    AnyEntry,
    AnyEvent,
    Hello,
    Joined,
    Left,
    RoomPlace,
    Token,
    Welcome,
    You,
)


class Passport:
    """Follows what the server tells. For one thread at a time."""

    def __init__(self, hello: Hello) -> None:
        self.hello = hello
        """What was said at first, with the name, colour and token as they are now."""
        self._session = ""
        self._joined_at: dict[str, int] = {}  # room to its newest seq when it was joined first
        self._shown: dict[str, int] = {}  # room to the seq up to which all was shown

    def next_hello(self) -> Hello:
        """Return the hello that goes on where an earlier connection ended."""
        resume = {**self._joined_at, **self._shown}
        return replace(self.hello, session=self._session, resume=resume)

    def show(self, entry: AnyEntry) -> bool:
        """Note that `entry` is shown; return whether it was not before."""
        shown = self._shown.get(entry.room, 0)
        self._shown[entry.room] = max(entry.seq, shown)
        return entry.seq > shown

    def is_old(self, entry: AnyEntry) -> bool:
        """Return whether `entry` was there already when one came into its room."""
        return entry.seq <= self._joined_at.get(entry.room, 0)

    def note(self, event: AnyEvent) -> None:
        """Take note of who and where one is now."""
        match event:
            case Welcome():
                self._session = event.session
                self.hello = replace(self.hello, name=event.name)
                self._be_in(event.rooms)
            case Token(name=name, token=token):
                self.hello = replace(self.hello, name=name, token=token)
            case You(name=name, color=color):
                token = self.hello.token if event.account else ""
                self.hello = replace(self.hello, name=name, color=color, token=token)
            case Joined(place=place):
                self._joined_at.setdefault(place.room, place.seq)
            case Ack(room=room, seq=seq) if room in self._joined_at:
                # It stands in one's own message's place: all before it was told.
                self._shown[room] = max(seq, self._shown.get(room, 0))
            case Left(room=room):
                self._forget(room)

    def _be_in(self, places: tuple[RoomPlace, ...]) -> None:
        """Be in these rooms, and in no others any more."""
        for room in self._joined_at.keys() - {place.room for place in places}:
            self._forget(room)
        for place in places:
            self._joined_at.setdefault(place.room, place.seq)

    def _forget(self, room: str) -> None:
        self._joined_at.pop(room, None)
        self._shown.pop(room, None)
