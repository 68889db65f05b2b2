"""Logins of those who are connected: one that is in use does not end, however long it lasts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from huechat.chat.codes import hash_secret
from huechat.chat.times import now

if TYPE_CHECKING:
    from huechat.server.hall import Hall

NOTE_S: Final = 3600.0
"""How long after a use was noted it is noted again; no login ends sooner than after a day."""

MOST_AT_ONCE: Final = 500
"""How many are noted in one transaction: what is said meanwhile waits for it."""


def note_live_logins(hall: Hall) -> None:
    """Note that the logins of connected accounts are in use, those that are due the longest.

    For the writer's thread, now and then. Raises `StoreError`.
    """
    at = time.monotonic()
    due = [one for one in hall.crowd.all() if one.token and at - one.token_noted >= NOTE_S]
    due = sorted(due, key=lambda one: one.token_noted)[:MOST_AT_ONCE]
    if not due:
        return
    with hall.people.transaction():
        for one in due:
            hall.people.use_token(hash_secret(one.token), now())
    for one in due:
        one.token_noted = at
