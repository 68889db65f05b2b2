"""The writer: what it stores is seen, and then told to who said it twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from huechat.chat.draft import Draft
from huechat.chat.log import Log
from huechat.chat.tail_budget import TailBudget
from huechat.protocol import Ack, AnyEvent, Error
from huechat.server.logs.outlet import Outlet
from huechat.server.logs.writer import Source, Writer
from huechat.store.sqlite import SqliteStore


class Told:
    """Stands in for the delivery: notes what is posted, and what was in the log by then."""

    def __init__(self, log: Log) -> None:
        self.posts: list[tuple[AnyEvent, int]] = []
        self._log = log

    def post(self, _: Outlet, event: Any) -> None:
        self.posts.append((event, self._log.last))

    def news(self, _: Log) -> None:
        pass


@pytest.fixture
def log() -> Log:
    return Log("lobby", TailBudget(1_000_000))


@pytest.fixture
def together(tmp_path, log):
    """Say all of this in one transaction; return what was told of it."""
    store = SqliteStore(tmp_path)
    told = Told(log)
    writer = Writer(store, told, [])

    def say(*said: tuple[Draft, Source]) -> list[tuple[AnyEvent, int]]:
        for one in said:
            writer.say(*one)
        writer.start()
        writer.do(lambda: None)
        return told.posts

    yield say
    writer.stop()
    store.close()


def connection(log: Log) -> Source:
    outlet = Outlet(None, list)  # type: ignore[arg-type]  # nothing is sent
    return Source(log, outlet, deque())


def draft(id_: str, text: str, sender: str = "ana") -> Draft:
    return Draft("lobby", sender, id_, sender, "red", text)


def test_who_says_it_again_on_a_new_connection_is_told_once_all_before_it_is_seen(
    log: Log, together: Callable[..., list[tuple[AnyEvent, int]]]
) -> None:
    lost, back, ben = connection(log), connection(log), connection(log)
    posts = together(
        (draft("b1", "before", "ben"), ben),
        (draft("a1", "hi"), lost),
        (draft("a1", "hi"), back),
        (draft("b2", "after", "ben"), ben),
    )
    assert [one.message.text for one in log.after(0)] == ["before", "hi", "after"]
    ((ack, seen),) = posts
    assert isinstance(ack, Ack)
    assert (ack.id, ack.seq, seen) == ("a1", 2, 3)
    assert (list(lost.own or ()), list(back.own or ())) == ([2], [])


def test_other_words_with_an_id_of_the_same_moment_are_refused(
    log: Log, together: Callable[..., list[tuple[AnyEvent, int]]]
) -> None:
    ana = connection(log)
    ((error, _),) = together((draft("a1", "hi"), ana), (draft("a1", "ho"), ana))
    assert isinstance(error, Error)
    assert (error.code, error.id) == ("id_taken", "a1")
    assert [one.message.text for one in log.after(0)] == ["hi"]
