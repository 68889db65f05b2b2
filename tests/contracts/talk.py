"""Something to store."""

from itertools import count

from huechat.chat.draft import Draft
from huechat.store import Store

TIME = "2026-11-22T19:00:00.000Z"
_numbers = count(1)


def said(
    text: str = "hi", *, id_: str = "", sender: str = "ana", room: str = "lobby", color: str = "red"
) -> Draft:
    """A draft; with an id that no other has, if none is given."""
    return Draft(room, sender, id_ or f"id-{next(_numbers)}", sender, color, text)


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
