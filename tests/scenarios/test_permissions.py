"""Whatever people try, nobody gets what their role does not give: against a small model.

The model is written out here, and knows nothing of the server's table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenarios.keepers import SECRET, make_account
from tests.scenarios.talkers import JsonTalker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

NONE, MEMBER, MODERATOR, OWNER, ROOT = range(5)
NAMES = ("ana", "ben", "cyd", "root")
WORDS = {"member": MEMBER, "moderator": MODERATOR, "owner": OWNER}
ROOMS = count(1)

Step = tuple[str, str, str]
"""Who does what to whom."""

ORDERS = ("kick", "ban", "mute", "pardon", "slow", "topic", "bans", "audit", *WORDS)
DOES = st.sampled_from((*ORDERS, *ORDERS, "say", "join", "join", "leave", "drop"))
STEP = st.tuples(st.sampled_from(NAMES), DOES, st.sampled_from(NAMES))
STEPS = st.lists(STEP, min_size=20, max_size=30)
ROLES = st.tuples(*[st.sampled_from(tuple(WORDS)) for _ in NAMES])
"""What each is made at first, by who made the room."""

ALL_JOIN = [(name, "join", "") for name in NAMES]


class Model:
    """A public room, as it has to be: who made it owns it, and root is above all."""

    def __init__(self, maker: str) -> None:
        self.roles = dict.fromkeys(NAMES, MEMBER) | {maker: OWNER}
        self.inside = {maker}
        self.banned: set[str] = set()
        self.muted: set[str] = set()

    def role(self, name: str) -> int:
        return ROOT if name == "root" else self.roles[name]

    def expect(self, who: str, what: str, whom: str) -> str:
        """Return what the step is answered with, and make it; a code, where it is refused."""
        if what == "join":
            return self._join(who)
        if who not in self.inside and what != "drop":
            return "not_in_room"
        return getattr(self, f"_{what}", self._keep_order)(who, what, whom)

    def _join(self, who: str) -> str:
        if who in self.banned and who not in self.inside and who != "root":
            return "banned"
        self.inside.add(who)
        return "joined"

    def _leave(self, who: str, *_: str) -> str:
        self.inside.discard(who)
        return "left"

    def _say(self, who: str, *_: str) -> str:
        return "muted" if who in self.muted and who != "root" else "ack"

    def _drop(self, who: str, *_: str) -> str:
        return "not_allowed" if self.role(who) < OWNER else "done"

    def _keep_order(self, who: str, what: str, whom: str) -> str:
        if what in WORDS and who == whom:
            return self._step_down(who, what)
        mine, theirs = self.role(who), self.role(whom)
        if mine < (OWNER if what in WORDS else MODERATOR):
            return "not_allowed"
        if what in ("slow", "topic", "bans", "audit"):
            return {"slow": "notice"}.get(what, what)
        if what == "pardon":
            return self._pardon_by(who, whom)
        if who == whom or (what != "owner" and theirs >= mine):
            return "not_allowed"
        return self._do(what, whom)

    def _step_down(self, who: str, what: str) -> str:
        owned = OWNER in [role for name, role in self.roles.items() if name != who]
        if WORDS[what] >= self.roles[who] or (self.roles[who] == OWNER and not owned):
            return "not_allowed"
        return self._do(what, who)

    def _pardon_by(self, who: str, whom: str) -> str:
        if whom not in self.banned | self.muted:
            return "no_such_person"
        if who == whom and who != "root":
            return "not_allowed"
        self.banned.discard(whom)
        self.muted.discard(whom)
        return "notice"

    def _do(self, what: str, whom: str) -> str:
        if what in WORDS:
            self.roles[whom] = WORDS[what]
        elif what == "kick" and whom not in self.inside:
            return "not_in_room"
        elif what == "mute":
            self.muted.add(whom)
        if what in ("kick", "ban"):
            self.inside.discard(whom)
        if what == "ban":
            self.banned.add(whom)
        return "notice"


class Cast:
    """Four who are connected: three guests, and an administrator."""

    def __init__(self, talkers: dict[str, JsonTalker]) -> None:
        self._talkers = talkers
        self._ids = count(1)

    def makes(self, who: str) -> str:
        """Have a new room made; return its name."""
        room = f"den{next(ROOMS)}"
        assert self.does(who, "join", "", room) == "joined"
        return room

    def does(self, who: str, what: str, whom: str, room: str) -> str:
        """Do a step; return with what it is answered: the event's type, or the error's code."""
        talker, id_ = self._talkers[who], f"step {next(self._ids)}"
        talker.ask(id=id_, **_command(what, whom, room))
        talker.ask(type="ping", id=id_)
        answers = list(_of(talker, id_))
        assert len(answers) == 1, answers
        return str(answers[0].get("code", answers[0]["type"]))


def _command(what: str, whom: str, room: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "slow": {"every_s": 0},
        "topic": {"text": "bread"},
        "say": {"text": "hi"},
    }.get(what, {})
    if what in WORDS:
        return {"type": "role", "room": room, "name": whom, "role": what}
    if what in ("kick", "ban", "mute", "pardon"):
        fields = {"name": whom}
    return {"type": what, "room": room, **fields}


def _of(talker: JsonTalker, id_: str) -> Iterator[dict[str, Any]]:
    """Yield what answers `id_`, up to the pong; pass over what others did meanwhile."""
    for line in talker.lines_to_the_end():
        event = json.loads(line)
        if event["type"] == "pong":
            return
        if event.get("id") == id_:
            yield event


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """Give a server on which one may be in any number of rooms: each example has its own."""
    limits = ServerSettings(messages_per_s=0, rooms_per_person=0)
    with ChatServer(port=0, settings=limits) as running:
        yield running


@pytest.fixture
def cast(server: ChatServer) -> Iterator[Cast]:
    make_account(server, "root", administrator=True)
    with ExitStack() as leaving:
        talkers = {
            name: leaving.enter_context(
                JsonTalker(server.port, name="" if name == "root" else name)
            )
            for name in NAMES
        }
        talkers["root"].logs_in("root", SECRET)
        yield Cast(talkers)


def run(cast: Cast, maker: str, steps: list[Step], look: Callable[[str], None]) -> None:
    model, room = Model(maker), cast.makes(maker)
    for step in steps:
        expected = model.expect(*step)
        assert (step, cast.does(*step, room)) == (step, expected)
        if expected == "done":
            break  # the room is no more
        look(room)


def test_nobody_gets_what_their_role_does_not_give(cast: Cast, server: ChatServer) -> None:
    @settings(
        max_examples=45,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.sampled_from(NAMES), ROLES, STEPS)
    def try_it(maker: str, roles: tuple[str, ...], steps: list[Step]) -> None:
        def same_when_opened_again(name: str) -> None:
            """What is stored says the same of roles as what is in memory."""
            room = server.hall.rooms.get(name)
            assert room
            stored = {one.identity: one.role for one in server.hall.people.members(name)}
            for identity, role in room.roles.items():
                assert stored.get(identity, MEMBER) == role

        made = [(maker, role, name) for name, role in zip(NAMES, roles, strict=True)]
        run(cast, maker, [*ALL_JOIN, *made, *steps], same_when_opened_again)

    try_it()
