"""A room is a log, a member is a cursor over it: held against a model of ten lines.

Whatever is said, whoever comes, goes, comes back or reads slowly, however little memory there is
and however often the server ends: each member sees each message after its place once, in order.
"""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from tests.contracts.still import Guest, StillServer

from huechat.chat import log
from huechat.chat.log import ENTRY_BYTES
from huechat.protocol import LOBBY, Ack
from huechat.server import block, feeder
from huechat.store.sqlite import SqliteStore

TAIL_BYTES = 4 * ENTRY_BYTES
SMALL = [
    (log, "MOST_AT_ONCE", 5),
    (block, "MAX_BLOCK_BYTES", 3_000),
    (feeder, "MAX_BLOCK_BYTES", 3_000),
    (feeder, "PAGE_ENTRIES", 4),
    (feeder, "CACHED_PAGES", 2),
]
"""What is bounded, bounded so that every bound is met."""

names = st.sampled_from(["ana", "ben", "eva"])
lengths = st.sampled_from([1, 10, 600, 2_500])


class Model:
    """What was said, in order. The ten lines."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.waiting: list[str] = []

    def write(self) -> None:
        for one in self.waiting:
            if one not in self.stored:
                self.stored.append(one)
        self.waiting = []


class LogAndCursors(RuleBasedStateMachine):
    """One server, its guests and a model of what they say."""

    guests = Bundle("guests")
    fresh = b""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for where, name, value in SMALL:
            self.patch.setattr(where, name, value)
        self.folder = Path(tempfile.mkdtemp(prefix="huechat-"))
        (self.folder / "huechat.db").write_bytes(self.fresh)
        self.server = StillServer(self.folder, TAIL_BYTES)
        self.model = Model()
        self.here: list[Guest] = []
        self.again: dict[Guest, list[str]] = {}  # what each said that another connection had said
        self.numbers = iter(range(1, 1_000_000))

    @rule(target=guests, name=names, back=st.integers(0, 12))
    def join(self, name, back):
        return self._join(name, self.server.lobby.place_of_newest(back))

    @rule(target=guests, name=names)
    def join_at_the_beginning(self, name):
        return self._join(name, 0)

    @rule(target=guests, gone=consumes(guests))
    def resume(self, gone):
        """The connection was lost, or the server; its owner comes back and says all again."""
        if gone in self.here:
            self._leave(gone)
        guest = self._join(gone.name, min(gone.at, self.server.lobby.last))
        for message_id in sorted(gone.own):
            self._say(guest, message_id)
        return guest

    @rule(guest=consumes(guests))
    def leave(self, guest):
        if guest in self.here:
            self._leave(guest)

    @rule(guest=guests, length=lengths, count=st.integers(1, 4))
    def say(self, guest, length, count):
        if guest in self.here:
            for _ in range(count):
                self._say(guest, f"{guest.name}-{next(self.numbers):04}-{length}")

    @rule()
    def write(self):
        self.server.write()
        self.model.write()

    @rule()
    def deliver(self):
        self.server.deliver()

    @rule()
    def feed(self):
        self.server.feed()

    @rule(guest=guests, size=st.sampled_from([1, 100, 5_000, 100_000]))
    def read(self, guest, size):
        if guest in self.here:
            guest.read(size)

    @rule()
    def everything_comes_to_rest(self):
        self.write()
        self._settle()
        for guest in self.here:
            assert self._seen(guest) == self._due(guest)
            assert sorted(self._acked_again(guest)) == sorted(self.again[guest])

    @rule(cleanly=st.booleans())
    def the_server_ends_and_comes_back(self, cleanly):
        if cleanly:
            self.model.write()
        self.model.waiting = []
        self.server.close(cleanly=cleanly)
        self.here = []
        self.server = StillServer(self.folder, TAIL_BYTES)

    @invariant()
    def the_store_has_what_the_model_has_in_its_order(self):
        stored = self.server.store.after(LOBBY, 0, 1_000_000)
        assert [one.id for one in stored] == self.model.stored
        assert [one.seq for one in stored] == sorted({one.seq for one in stored})

    @invariant()
    def nobody_has_seen_anything_but_what_is_due_to_them_in_order(self):
        for guest in self.here:
            seen = self._seen(guest)
            assert seen == self._due(guest)[: len(seen)]

    @invariant()
    def memory_is_bounded(self):
        entries = self.server.lobby._entries
        assert len(entries) * ENTRY_BYTES <= TAIL_BYTES or len(entries) == 1

    def teardown(self):
        try:
            self.everything_comes_to_rest()
        finally:
            self.server.close(cleanly=True)
            shutil.rmtree(self.folder)
            self.patch.undo()

    def _join(self, name: str, place: int) -> Guest:
        guest = Guest(self.server, name, place)
        self.here.append(guest)
        self.again[guest] = []
        return guest

    def _say(self, guest: Guest, message_id: str) -> None:
        if message_id in self.model.stored + self.model.waiting:
            self.again[guest].append(message_id)
        else:
            guest.own.add(message_id)
        self.model.waiting.append(message_id)
        guest.say(message_id, "x" * int(message_id.rpartition("-")[2]))

    def _leave(self, guest: Guest) -> None:
        guest.leave()
        self.here.remove(guest)

    def _due(self, guest: Guest) -> list[tuple[type, str]]:
        """What a guest is to see: acks of its own, messages of others, after its place."""
        stored = self.server.store.after(LOBBY, guest.place, 1_000_000)
        return [("ack" if one.id in guest.own else "message", one.id) for one in stored]

    def _seen(self, guest: Guest) -> list[tuple[type, str]]:
        return [
            ("ack" if isinstance(one, Ack) else "message", one.id)
            for one in guest.seen
            if not (isinstance(one, Ack) and one.id in self.again[guest])
        ]

    def _acked_again(self, guest: Guest) -> list[str]:
        return [one.id for one in guest.seen if isinstance(one, Ack) and one.id not in guest.own]

    def _settle(self) -> None:
        """Let everybody do what there is to do, until there is nothing."""
        idle = 0
        while idle < 3:
            self.server.deliver()
            fed = self.server.feed()
            read = [guest.read(100_000) for guest in self.here]
            idle = 0 if fed or any(read) else idle + 1


@pytest.fixture(scope="module")
def _fresh_database(tmp_path_factory):
    """Migrating takes longer than a whole run: do it once."""
    folder = tmp_path_factory.mktemp("fresh")
    SqliteStore(folder).close()
    LogAndCursors.fresh = (folder / "huechat.db").read_bytes()


@pytest.mark.usefixtures("_fresh_database")
class TestLogAndCursors(LogAndCursors.TestCase):
    settings = settings(max_examples=60, stateful_step_count=60)
