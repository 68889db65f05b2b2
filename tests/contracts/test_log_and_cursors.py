"""A room is a log, a member is a cursor over it: held against a model of ten lines.

Whatever is said, whoever comes, goes, comes back or reads slowly, however little memory there is
and however often the server ends: each member sees each message after its place once, in order.
"""

import shutil
import tempfile
from collections import deque
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.contracts.still import Guest, StillServer

from huechat.chat import log
from huechat.chat.log import ENTRY_BYTES, Log, TailBudget
from huechat.protocol import LOBBY, Message
from huechat.server.logs import block, feeder
from huechat.server.logs.outlet import Member
from huechat.store.sqlite import SqliteStore
from huechat.wire.jsonlines import encode_line

SMALL = [
    (log, "MOST_AT_ONCE", 5),
    (block, "MAX_BLOCK_BYTES", 3_000),
    (feeder, "MAX_BLOCK_BYTES", 3_000),
    (feeder, "PAGE_ENTRIES", 4),
    (feeder, "CACHED_PAGES", 2),
]
"""What is bounded, bounded so that every bound is met."""

names = st.sampled_from(["ana", "ben"])
lengths = st.sampled_from([1, 600, 2_500])
tails = st.sampled_from([4 * ENTRY_BYTES, 100 * ENTRY_BYTES])
someone = st.integers(0, 11)  # of those who are here, or gone
somebody_is_here = precondition(lambda self: self.here)


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

    fresh = b""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for where, name, value in SMALL:
            self.patch.setattr(where, name, value)
        self.folder = Path(tempfile.mkdtemp(prefix="huechat-"))
        (self.folder / "huechat.db").write_bytes(self.fresh)
        self.model = Model()
        self.here: list[Guest] = []
        self.gone: list[Guest] = []
        self.steps = self.said = 0

    @initialize(tail_bytes=tails)
    def the_server_begins(self, tail_bytes):
        self.server = StillServer(self.folder, tail_bytes)
        self.stored: list[Message] = self.server.store.after(LOBBY, 0, 1_000_000)
        self.here = [Guest(self.server, "ana", 0), Guest(self.server, "ben", 0)]

    @precondition(lambda self: len(self.here) < 6)
    @rule(name=names, back=st.integers(0, 12))
    def join(self, name, back):
        self.here.append(Guest(self.server, name, self.server.lobby.place_of_newest(back)))

    @somebody_is_here
    @rule(who=someone)
    def leave(self, who):
        guest = self.here.pop(who % len(self.here))
        guest.leave()
        self.gone.append(guest)

    @precondition(lambda self: self.gone)
    @rule(who=someone)
    def resume(self, who):
        """One whose connection was lost comes back, and says again whatever it said."""
        lost = self.gone.pop(who % len(self.gone))
        guest = Guest(self.server, lost.name, min(lost.at, self.server.lobby.last))
        self.here.append(guest)
        for message_id in sorted(lost.own):
            self._say(guest, message_id)

    @somebody_is_here
    @rule(who=someone)
    def part(self, who):
        """One leaves the room: by the writer, after what they said is stored."""
        guest = self.here[who % len(self.here)]
        if guest.is_in:
            self.write()
            guest.part()
            self.server.deliver()

    @somebody_is_here
    @rule(who=someone, back=st.integers(0, 12))
    def come_in_again(self, who, back):
        guest = self.here[who % len(self.here)]
        if not guest.is_in:
            guest.come_in(self.server.lobby.place_of_newest(back))

    @somebody_is_here
    @rule(who=someone, name=st.sampled_from(["ana", "ben", ""]))
    def hide(self, who, name):
        """What is on its way may or may not be hidden: let there be nothing on its way."""
        self.server.settle(self.here)
        self.here[who % len(self.here)].hide(name)

    @somebody_is_here
    @rule(who=someone, length=lengths, count=st.integers(1, 4))
    def say(self, who, length, count):
        guest = self.here[who % len(self.here)]
        for _ in range(count if guest.is_in else 0):
            self.said += 1
            self._say(guest, f"{guest.name}-{self.said:04}-{length}")

    @precondition(lambda self: self.here and self.model.stored)
    @rule(who=someone, back=st.integers(1, 5))
    def say_again(self, who, back):
        """Say what another connection of the same name has said."""
        guest = self.here[who % len(self.here)]
        said = [one for one in self.model.stored if one.startswith(guest.name)]
        for message_id in said[-back:][:1]:
            if guest.is_in and message_id not in guest.own:
                self._say(guest, message_id)

    @somebody_is_here
    @rule(who=someone)
    def ping(self, who):
        """Its answer comes after all that was stored before."""
        guest = self.here[who % len(self.here)]
        guest.ping(str(len(self._due(guest))))

    @rule()
    def write(self):
        self.server.write()
        self.model.write()
        self.stored += self.server.store.after(LOBBY, self._last(), 1_000_000)

    @rule()
    def deliver(self):
        self.server.deliver()

    @rule()
    def feed(self):
        self.server.feed()

    @somebody_is_here
    @rule(who=someone, size=st.sampled_from([100, 5_000, 100_000]))
    def read(self, who, size):
        self.here[who % len(self.here)].read(size)

    @precondition(lambda self: self.steps > 25)
    @rule(cleanly=st.booleans(), tail_bytes=tails)
    def the_server_ends_and_comes_back(self, cleanly, tail_bytes):
        if cleanly:
            self.model.write()
        self.model.waiting = []
        self.server.close(cleanly=cleanly)
        self.gone += self.here
        self.the_server_begins(tail_bytes)
        self.steps = 0

    @invariant()
    def the_store_has_what_the_model_has_in_its_order(self):
        self.steps += 1
        assert [one.id for one in self.stored] == self.model.stored
        assert [one.seq for one in self.stored] == sorted({one.seq for one in self.stored})

    @invariant()
    def nobody_has_seen_anything_but_what_is_due_to_them_in_order(self):
        for guest in self.here:
            assert guest.seen == self._due(guest)[: len(guest.seen)]
            assert guest.kept_waiting

    def teardown(self):
        try:
            self.write()
            self.server.settle(self.here)
            self.nobody_has_seen_anything_but_what_is_due_to_them_in_order()
            for guest in self.here:
                assert guest.seen == self._due(guest)
                assert guest.acked_again == guest.again
        finally:
            self.server.close(cleanly=True)
            shutil.rmtree(self.folder)
            self.patch.undo()

    def _say(self, guest: Guest, message_id: str) -> None:
        again = message_id in self.model.stored + self.model.waiting
        (guest.again if again else guest.stays[-1].own)[message_id] += 1
        self.model.waiting.append(message_id)
        guest.say(message_id, "x" * int(message_id.rpartition("-")[2]))

    def _due(self, guest: Guest) -> list[tuple[str, str]]:
        """What a guest is to see: in each stay acks of its own, messages of those it sees."""
        due = []
        for stay in guest.stays:
            end = self._last() if stay.end is None else stay.end
            for one in self.stored:
                if stay.place < one.seq <= end:
                    own = one.id in stay.own
                    if own or stay.sees(one.name, one.seq):
                        due.append(("Ack" if own else "Message", one.id))
        return due

    def _last(self) -> int:
        return self.stored[-1].seq if self.stored else 0


@pytest.fixture(scope="module")
def _fresh_database(tmp_path_factory):
    """Migrating takes longer than a whole run: do it once."""
    folder = tmp_path_factory.mktemp("fresh")
    SqliteStore(folder).close()
    LogAndCursors.fresh = (folder / "huechat.db").read_bytes()


@pytest.mark.usefixtures("_fresh_database")
class TestLogAndCursors(LogAndCursors.TestCase):
    settings = settings(max_examples=60, stateful_step_count=60)


@pytest.fixture
def server(tmp_path):
    server = StillServer(tmp_path, 4 * ENTRY_BYTES)
    yield server
    server.close(cleanly=True)


def _long_ago(server: StillServer, count: int) -> list[tuple[str, str]]:
    """Have so many messages stored that are, but for the last, no longer in the tail."""
    ana = Guest(server, "ana", 0)
    for number in range(count):
        ana.say(f"n{number}", "x" * 600)
        server.write()
    server.settle([ana])
    ana.leave()
    return [("Message", f"n{number}") for number in range(count)]


def test_who_parts_before_they_join_are_sent_nothing_of_the_room(server):
    """It may be asked for by another thread, and be faster."""
    ben = Guest(server, "ben", 0)
    cellar = Log("cellar", TailBudget(1_000_000))
    cellar.load([Message("cellar", 1, "c1", "", "cyd", "red", "hi")], 1)
    member = Member(ben.outlet, cellar, 0, deque())
    server.delivery.part(member)
    server.delivery.join(member)
    server.settle([ben])
    assert ben.seen == []


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_held_back_comes_after_the_first_words_or_never(server, kept):
    ben, delivery = Guest(server, "ben", 0), server.delivery
    delivery.hold(ben.outlet)
    delivery.post(ben.outlet, _mail("held"))
    server.settle([ben])
    assert ben.seen == []
    if kept:
        delivery.release(ben.outlet, _mail("first"))
    else:
        delivery.forget_held(ben.outlet)
    delivery.post(ben.outlet, _mail("after"))
    server.settle([ben])
    assert [id_ for _, id_ in ben.seen] == (["first", "held", "after"] if kept else ["after"])


def _mail(words):
    return encode_line(Message("cellar", 1, words, "", "cyd", "red", "hi"))


def test_nothing_of_a_room_comes_before_the_words_that_one_is_in_it(server):
    """Though one waits for a page of another room, and these words wait for that."""
    said = _long_ago(server, 20)
    ben = Guest(server, "ben", 0)
    server.deliver()  # a page is wanted now
    cellar = Log("cellar", TailBudget(1_000_000))
    cellar.load([Message("cellar", 1, "c1", "", "cyd", "red", "hi")], 1)
    ben.ping(str(len(said)))
    server.delivery.join(Member(ben.outlet, cellar, 0, deque()))
    ben.ping(str(len(said) + 1))
    server.deliver()
    ben.read(100_000)
    assert ben.seen == []
    server.settle([ben])
    assert ben.seen == [*said, ("Message", "c1")]
    assert ben.kept_waiting
    cellar.append([Message("cellar", 2, "c2", "", "cyd", "red", "hi")])
    server.delivery.news(cellar)
    server.settle([ben])
    assert ben.seen[-1] == ("Message", "c2")


def test_who_leaves_a_room_while_waiting_for_a_page_of_it_is_sent_all_and_then_no_more(server):
    said = _long_ago(server, 20)
    ben = Guest(server, "ben", 0)
    server.deliver()
    ben.part()
    ben.ping(str(len(said)))
    ana = Guest(server, "ana", server.lobby.last)
    ana.say("later", "x")
    server.write()
    server.settle([ana, ben])
    assert ben.seen == said
    assert ben.kept_waiting
    assert not ben.outlet.parted


def test_leaving_and_coming_back_at_once_repeats_only_what_is_asked_for(server):
    said = _long_ago(server, 20)
    ben = Guest(server, "ben", 0)
    server.deliver()
    ben.part()
    ben.ping(str(len(said)))
    ben.come_in(server.lobby.last - 2)
    ben.ping(str(len(said) + 2))
    server.settle([ben])
    assert ben.seen == [*said, *said[-2:]]
    assert ben.kept_waiting
