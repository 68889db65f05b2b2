"""A data folder with a long history, made quickly: by the store's own code, with no server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.tongue import payload
from huechat.chat.draft import Draft
from huechat.chat.times import now
from huechat.protocol import LOBBY
from huechat.store.search import SearchIndex
from huechat.store.sqlite import SqliteStore

BATCH: Final = 5_000


def write_history(folder: Path, messages: int) -> None:
    """Store `messages` messages in the data folder `folder`, and index them."""
    store = SqliteStore(folder, full_sync=False)
    try:
        for start in range(store.last(LOBBY), messages, BATCH):
            store.append([_draft(n) for n in range(start, min(start + BATCH, messages))], now())
    finally:
        store.close()
    index = SearchIndex(folder)
    while index.add(LOBBY, BATCH):
        pass


def _draft(number: int) -> Draft:
    text = payload(number, 0).decode()
    return Draft(LOBBY, f"h{number % 100}", f"history-{number}", f"h{number % 100}", "green", text)
