"""The stores that keep the contract, and how hypothesis looks for counter-examples.

A store that joins them brings a function that opens one in a folder.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from huechat.store import Store
from huechat.store.people import PeopleStore
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople

settings.register_profile(
    "huechat",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("huechat")

PROJECT = Path(__file__).parents[2]
PATH = os.pathsep.join([str(PROJECT / "services"), str(PROJECT)])

Open = Callable[..., Store]


@pytest.fixture(scope="session", params=[SqliteStore], ids=lambda store: store.__name__)
def kind(request) -> type[Store]:
    """Each class of stores in turn."""
    return request.param


@pytest.fixture
def open_store(kind) -> Iterator[Open]:
    """Opens a store in a folder; it is closed at the end, if the test did not do it."""
    opened = []

    def open_one(folder: Path, **settings: bool) -> Store:
        opened.append(kind(folder, **settings))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store, tmp_path) -> Store:
    return open_store(tmp_path, full_sync=False)


@pytest.fixture
def people(store) -> PeopleStore:
    """What `store` remembers of people."""
    return SqlitePeople(store)


@pytest.fixture(scope="session")
def graveyard(kind, tmp_path_factory) -> tuple[Path, list[int]]:
    """A folder that two processes stored 3 and 2 messages in, and died; and the seqs given."""
    folder = tmp_path_factory.mktemp("graveyard") / "data"
    where = f"{kind.__module__}:{kind.__qualname__}"
    given = []
    for number in ("3", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.contracts.dying", where, folder, number],
            env={**os.environ, "PYTHONPATH": PATH},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        given += [int(seq) for seq in done.stdout.split()]
    return folder, given


@pytest.fixture
def died(graveyard, tmp_path) -> tuple[Path, list[int]]:
    """A copy of the graveyard, for one test."""
    folder, given = graveyard
    return shutil.copytree(folder, tmp_path / "died"), given
