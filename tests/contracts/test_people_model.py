"""What is remembered of people, held against dictionaries, with transactions that fail or not."""

import copy
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from tests.contracts.talk import TIME, ban, joined, minute, room, said

from huechat.chat.accounts import Account, Sanction
from huechat.store import StoreError
from huechat.store.people import Membership, RoomRow
from huechat.store.sqlite import SqliteStore
from huechat.store.sqlite_people import SqlitePeople

names = st.sampled_from(["ana", "ben", "cem"])
rooms = st.sampled_from(["lobby", "tower"])
identities = st.sampled_from(["#1", "#2", "~guest"])
tokens = st.sampled_from(["x", "y", "z"])
minutes = st.integers(1, 9).map(minute)
within = precondition(lambda self: self.before is not None)
outside = precondition(lambda self: self.before is None)


class GivenUpError(Exception):
    """Undoes a transaction."""


class Model:
    """The dictionaries."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.numbers: set[int] = set()  # that accounts were ever given
        self.tokens: dict[str, tuple[int, str]] = {}
        self.rooms: dict[str, RoomRow] = {}
        self.deleted: set[str] = set()
        self.members: dict[tuple[str, str], tuple[int, int, bool]] = {}
        self.sanctions: dict[tuple[str, str, str], Sanction] = {}
        self.said: dict[str, list[int]] = {}
        self.last: dict[str, int] = {}

    def name(self, name: str) -> bool:
        """Make a room that is changed, unless it was deleted; return whether it is there."""
        if name not in self.deleted:
            self.rooms.setdefault(name, room(name)._replace(made=""))
        return name in self.rooms

    def revive(self, row: RoomRow) -> None:
        self.deleted.discard(row.name)
        self.rooms[row.name] = row


class People(RuleBasedStateMachine):
    """One store, and a model of what it has."""

    fresh = b""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="huechat-"))
        (self.folder / "huechat.db").write_bytes(self.fresh)
        self.store = SqliteStore(self.folder, full_sync=False)
        self.people = SqlitePeople(self.store)
        self.now = Model()
        self.before: Model | None = None  # within a transaction: what others see

    @outside
    @rule()
    def begin(self):
        self.before = copy.deepcopy(self.now)
        self.transaction = self.store.transaction()
        self.transaction.__enter__()

    @within
    @rule()
    def commit(self):
        self.transaction.__exit__(None, None, None)
        self.before = None
        self.look()

    @within
    @rule()
    def give_up(self):
        assert not self.transaction.__exit__(GivenUpError, GivenUpError(), None)
        self.now, self.before = self.before, None
        self.look()

    @within
    @rule()
    def fail(self):
        """The database fails, so that numbers may be skipped."""
        self.people.add_token("again", 1, TIME)
        with pytest.raises(StoreError):
            self.people.add_token("again", 1, TIME)
        with pytest.raises(StoreError):
            self.transaction.__exit__(None, None, None)
        self.now, self.before = self.before, None
        self.look()

    @outside
    @rule()
    def reopen(self):
        self.store.close()
        self.store = SqliteStore(self.folder, full_sync=False)
        self.people = SqlitePeople(self.store)
        self.look()

    @rule(name=names, administrator=st.booleans())
    def add_account(self, name, administrator):
        if name in self.now.accounts:
            with pytest.raises(KeyError):
                joined(self.people, name)
        else:
            account = joined(self.people, name, administrator=administrator)
            assert account.number not in self.now.numbers
            self.now.numbers.add(account.number)
            self.now.accounts[name] = account

    @precondition(lambda self: self.now.accounts)
    @rule(data=st.data(), flag=st.booleans(), time=minutes)
    def change_account(self, data, flag, time):
        key, account = data.draw(st.sampled_from(sorted(self.now.accounts.items())))
        self.people.set_disabled(account.number, flag)
        self.people.set_seen({account.number: time})
        self.now.accounts[key] = account._replace(disabled=flag, seen=time)

    @precondition(lambda self: self.now.accounts)
    @rule(data=st.data())
    def delete_account(self, data):
        key, account = data.draw(st.sampled_from(sorted(self.now.accounts.items())))
        self.people.delete_account(account.number)
        del self.now.accounts[key]
        self.now.tokens = {k: v for k, v in self.now.tokens.items() if v[0] != account.number}
        mine = account.identity
        self.now.members = {k: v for k, v in self.now.members.items() if k[1] != mine}

    @precondition(lambda self: self.now.accounts)
    @rule(data=st.data(), token=tokens, time=minutes)
    def add_token(self, data, token, time):
        account = data.draw(st.sampled_from(sorted(self.now.accounts.values())))
        if token not in self.now.tokens:
            self.people.add_token(token, account.number, time)
            self.now.tokens[token] = account.number, time

    @rule(token=tokens, time=minutes)
    def use_token(self, token, time):
        self.people.use_token(token, time)
        if token in self.now.tokens:
            self.now.tokens[token] = self.now.tokens[token][0], time

    @rule(token=tokens)
    def drop_token(self, token):
        assert self.people.drop_token(token) == (self.now.tokens.pop(token, None) is not None)

    @rule(before=minutes)
    def drop_old_tokens(self, before):
        kept = {token: one for token, one in self.now.tokens.items() if one[1] >= before}
        assert self.people.drop_old_tokens(before) == len(self.now.tokens) - len(kept)
        self.now.tokens = kept

    @rule(name=rooms, kind=st.sampled_from(["public", "private"]))
    def add_room(self, name, kind):
        self.people.add_room(room(name, kind))
        self.now.revive(room(name, kind))

    @rule(name=rooms, topic=names)
    def set_topic(self, name, topic):
        self.people.set_topic(name, topic)
        if self.now.name(name):
            self.now.rooms[name] = self.now.rooms[name]._replace(topic=topic)

    @rule(name=rooms)
    def delete_room(self, name):
        self.people.delete_room(name)
        if self.now.rooms.pop(name, None):
            self.now.deleted.add(name)
        self.now.said.pop(name, None)
        self.now.members = {k: v for k, v in self.now.members.items() if k[0] != name}
        self.now.sanctions = {k: v for k, v in self.now.sanctions.items() if k[0] != name}

    @rule(name=rooms, count=st.integers(1, 3))
    def say(self, name, count):
        stored = self.store.append([said(room=name) for _ in range(count)], TIME)
        if name not in self.now.rooms:
            self.now.revive(room(name))
        last = self.now.last.get(name, 0)
        assert all(last < one.seq for one in stored)
        self.now.said.setdefault(name, []).extend(one.seq for one in stored)
        self.now.last[name] = stored[-1].seq

    @rule(name=rooms, identity=identities, role=st.integers(0, 3))
    def set_member(self, name, identity, role):
        self.people.set_member(name, identity, role)
        if self.now.name(name):
            _, read, _ = self.now.members.get((name, identity), (0, 0, True))
            self.now.members[name, identity] = role, read, True

    @rule(name=rooms, identity=identities)
    def set_outside(self, name, identity):
        self.people.set_outside(name, identity)
        if (name, identity) in self.now.members:
            role, read, _ = self.now.members[name, identity]
            self.now.members[name, identity] = role, read, False

    @rule(name=rooms, identity=identities)
    def drop_member(self, name, identity):
        self.people.drop_member(name, identity)
        self.now.members.pop((name, identity), None)

    @rule(marks=st.dictionaries(st.tuples(rooms, identities), st.integers(0, 9), max_size=4))
    def set_read(self, marks):
        self.people.set_read(marks)
        for (name, identity), seq in marks.items():
            if name == "lobby" and self.now.name(name):
                self.now.members.setdefault((name, identity), (0, 0, False))
            if (name, identity) in self.now.members:
                role, read, inside = self.now.members[name, identity]
                self.now.members[name, identity] = role, max(read, seq), inside

    @rule(name=rooms, whom=names, kind=st.sampled_from(["ban", "mute"]), until=minutes)
    def add_sanction(self, name, whom, kind, until):
        one = ban(whom, kind=kind, until=until)
        self.people.add_sanction(name, one, minute(0))
        self.now.sanctions[name, kind, whom] = one

    @rule(name=rooms, values=st.lists(names, max_size=2))
    def drop_sanctions(self, name, values):
        meant = [k for k in self.now.sanctions if k[0] == name and k[2] in values]
        assert self.people.drop_sanctions(name, values) == len(meant)
        for key in meant:
            del self.now.sanctions[key]

    @rule()
    def look(self):
        """All that can be seen is the model's; within a transaction, what was before it."""
        seen = self.before or self.now
        self._see_accounts_and_tokens(seen)
        self._see_rooms_and_members(seen)
        self._see_entries_and_sanctions(seen)

    def _see_accounts_and_tokens(self, seen):
        assert self.people.accounts("", 99) == sorted(
            seen.accounts.values(), key=lambda one: one.key
        )
        by_number = {one.number: one for one in seen.accounts.values()}
        for token in ("x", "y", "z"):
            number, used = seen.tokens.get(token, (0, ""))
            assert self.people.token(token) == ((by_number[number], used) if number else None)

    def _see_rooms_and_members(self, seen):
        found = self.people.rooms("", 99, "")
        assert {one.name: one for one in found} == seen.rooms
        assert [one.name for one in found] == sorted(seen.rooms) == self.store.rooms_with_entries()
        every = [Membership(*key, *rest) for key, rest in sorted(seen.members.items())]
        for name in ("lobby", "tower"):
            assert self.people.members(name) == [one for one in every if one.room == name]
        for identity in ("#1", "#2", "~guest"):
            theirs = [one for one in every if one.identity == identity]
            assert self.people.memberships(identity) == theirs

    def _see_entries_and_sanctions(self, seen):
        for name in ("lobby", "tower"):
            assert [one.seq for one in self.store.after(name, 0, 999)] == seen.said.get(name, [])
            held = [one for key, one in seen.sanctions.items() if key[0] == name]
            now = minute(len(held))
            found = self.people.sanctions(name, now)
            assert sorted(found) == sorted(one for one in held if one.until > now)

    def teardown(self):
        try:
            if self.before is not None:
                self.commit()
            self.look()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def _fresh_database(tmp_path_factory):
    """Migrating takes longer than a whole run: do it once."""
    folder = tmp_path_factory.mktemp("fresh")
    SqliteStore(folder).close()
    People.fresh = (folder / "huechat.db").read_bytes()


@pytest.mark.usefixtures("_fresh_database")
@pytest.mark.timeout(400)  # for the search for the smallest counter-example
class TestPeople(People.TestCase):
    settings = settings(max_examples=80, stateful_step_count=50)
