"""What every test here has: chance that can be repeated, and a watch over threads."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.reliability.nursery import Nursery
from tests.scenarios.conftest import no_thread_fails, own_folder, port, server

from huechat import ChatServer
from huechat.config import ServerSettings

__all__ = ["no_thread_fails", "own_folder", "port", "server"]

Start = Callable[..., ChatServer]

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


@pytest.fixture
def start() -> Iterator[Start]:
    """Start servers, one after the other, on one folder; the last is shut down at the end."""
    running: list[ChatServer] = []

    def start_one(**settings: Any) -> ChatServer:
        for one in running:
            one.shutdown()
        running.append(ChatServer(port=0, settings=ServerSettings(messages_per_s=0, **settings)))
        return running[-1].start()

    yield start_one
    for one in running:
        one.shutdown()
