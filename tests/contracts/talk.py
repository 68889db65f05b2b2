"""Something to store."""

from itertools import count

from huechat.chat.accounts import Account, Sanction
from huechat.chat.draft import Draft
from huechat.store import Store
from huechat.store.people import PeopleStore, RoomRow

TIME = "2026-11-22T19:00:00.000Z"
_numbers = count(1)


def said(
    text: str = "hi", *, id_: str = "", sender: str = "ana", room: str = "lobby", color: str = "red"
) -> Draft:
    """A draft; with an id that no other has, if none is given."""
    return Draft(room, sender, id_ or f"id-{next(_numbers)}", sender, color, text)


def done(kind: str, target: int = 1, text: str = "", about: str = "", **more: str) -> Draft:
    """A draft of something done: to the message `target`, or to the room."""
    return said(text, **more)._replace(kind=kind, target=target, about=about)


def room(name: str, kind: str = "public", topic: str = "", slow_s: float = 0.0) -> RoomRow:
    return RoomRow(name, kind, topic, slow_s, TIME)


def joined(people: PeopleStore, name: str = "ana", *, administrator: bool = False) -> Account:
    """A new account; its key is its name."""
    return people.add_account(name, name, "red", f"hash of {name}", TIME, administrator)


def ban(name: str = "ana", *, kind: str = "ban", until: str = "", reason: str = "") -> Sanction:
    return Sanction(kind, "name", name, name.title(), until, reason, "moe")


def minute(number: int) -> str:
    """The time so many minutes after the first."""
    hours, minutes = divmod(number, 60)
    return f"2026-11-22T{hours:02}:{minutes:02}:00.000Z"


def fill(store: Store, number: int, *, room: str = "lobby", text: str = "hi") -> None:
    """Say so many messages, the first at minute 1, the second at minute 2 and so on."""
    last = store.last(room)
    for at in range(last + 1, last + number + 1):
        store.append([said(f"{text} {at}", room=room)], minute(at))


def seqs(messages: list) -> list[int]:
    return [message.seq for message in messages]


def texts(messages: list) -> list[str]:
    return [message.text for message in messages]


def everything(store: Store, room: str = "lobby") -> list:
    return store.after(room, 0, 1_000_000)
