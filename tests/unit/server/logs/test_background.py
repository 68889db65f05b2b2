"""Threads that wait for news end when they are stopped, whatever they are doing just then."""

import threading
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from huechat.server.logs import background, indexer
from huechat.server.logs.background import Background
from huechat.server.logs.indexer import Indexer

FAILURE_S = 20.0


class StopAtClear(threading.Event):
    """Has its thread stopped at the worst moment: just before it puts the news aside."""

    stop: Callable[[], None]

    def clear(self) -> None:
        stopper = threading.Thread(target=self.stop, daemon=True)
        stopper.start()
        self._until_rung()
        super().clear()

    def set(self) -> None:
        super().set()
        self.rings = getattr(self, "rings", 0) + 1

    def _until_rung(self) -> None:
        while self.rings < 2:  # the first was the news
            pass


def a_background() -> Background:
    return Background("a thread", 0.0, Mock())


def an_indexer() -> Indexer:
    return Indexer(Mock(), Mock(damaged=False))


@pytest.mark.parametrize(
    ("module", "make"), [(background, a_background), (indexer, an_indexer)], ids=["any", "indexer"]
)
def test_one_that_is_stopped_while_it_puts_news_aside_ends(monkeypatch, module, make):
    real = threading.Event
    events: list[StopAtClear] = []

    def event() -> threading.Event:
        if events:
            return real()
        events.append(StopAtClear())  # the first is the news
        return events[0]

    monkeypatch.setattr(module, "threading", Mock(wraps=threading, Event=event))
    one = make()
    monkeypatch.undo()
    events[0].stop = one.stop
    one.start()
    if module is background:
        one.news()
    thread = one._thread  # `stop` would wait for it without end
    thread.join(FAILURE_S)
    assert not thread.is_alive()


def test_work_is_done_once_for_all_news_that_came_meanwhile():
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        begun.release()
        assert go_on.acquire(timeout=FAILURE_S)

    one = Background("a thread", 0.0, work)
    one.start()
    one.news()
    assert begun.acquire(timeout=FAILURE_S)
    for _ in range(10):
        one.news()
    go_on.release()
    assert begun.acquire(timeout=FAILURE_S)
    go_on.release()
    one.stop()
    assert not begun.acquire(blocking=False)


def test_it_goes_on_after_work_that_failed(caplog):
    worked = threading.Semaphore(0)

    def work() -> None:
        worked.release()
        raise LookupError

    one = Background("a thread", 0.0, work)
    one.start()
    for _ in range(2):
        one.news()
        assert worked.acquire(timeout=FAILURE_S)
    one.stop()
    assert [record.getMessage() for record in caplog.records] == ["a thread failed; it goes on"] * 2
