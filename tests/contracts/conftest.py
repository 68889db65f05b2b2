"""The stores that keep the contract, and how hypothesis looks for counter-examples.

A store that joins them brings a function that opens one in a folder.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from huechat.store import Store
from huechat.store.sqlite import SqliteStore

settings.register_profile(
    "huechat",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("huechat")

Open = Callable[..., Store]

STORES: dict[str, Open] = {"sqlite": SqliteStore}


@pytest.fixture(params=STORES.values(), ids=STORES)
def open_store(request) -> Iterator[Open]:
    """Opens a store in a folder; it is closed at the end, if the test did not do it."""
    opened = []

    def open_one(folder: Path, **settings: object) -> Store:
        store = request.param(folder, **settings)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store, tmp_path) -> Store:
    return open_store(tmp_path)
