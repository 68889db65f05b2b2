"""What every test here has: chance that can be repeated, and a watch over threads."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator

import pytest
from tests.reliability.nursery import Nursery
from tests.scenarios.conftest import no_thread_fails, own_folder

__all__ = ["no_thread_fails", "own_folder"]

SEED = os.environ.get("HUECHAT_TEST_SEED") or str(secrets.randbelow(10**6))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    """Give the seed of all that is left to chance. A failure's report shows it."""
    print(f"to repeat the chance in this: HUECHAT_TEST_SEED={SEED}")
    return f"{SEED} {request.node.name}"


@pytest.fixture
def rng(seed: str) -> random.Random:
    return random.Random(seed)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give what makes servers that are processes of their own."""
    nursery = Nursery()
    yield nursery
    nursery.close()
