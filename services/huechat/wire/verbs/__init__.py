"""The commands that people type: the one table of them, in groups."""

from __future__ import annotations

from typing import Final

from huechat.wire.verbs.order import ORDER
from huechat.wire.verbs.people import ACCOUNTS, PEOPLE
from huechat.wire.verbs.rooms import ROOMS
from huechat.wire.verbs.talking import TALKING
from huechat.wire.verbs.verb import Verb

GROUPS: Final[dict[str, tuple[Verb, ...]]] = {
    "Talking": TALKING,
    "Rooms": ROOMS,
    "You and others": PEOPLE,
    "Accounts": ACCOUNTS,
    "Keeping order": ORDER,
}
"""The verbs, by what they are about. Those that need the whole table are in `typed`."""
