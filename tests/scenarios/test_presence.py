"""Who is here, who is away, who was here: told to those who ask, in few words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.talkers import TALKERS, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"
QUICK = ServerSettings(messages_per_s=0, presence_s=0.05)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(port=0, settings=QUICK) as running:
        yield running


class Watcher(JsonTalker):
    """Wants to know who is here, and makes of what it is told a list for each room."""

    def __init__(self, port: int, name: str = "", **more: Any) -> None:
        self.names: dict[str, set[str]] = {}
        self.away: dict[str, set[str]] = {}
        self.told = 0
        super().__init__(port, name=name, presence=True, **more)

    def event(self, kind: str) -> dict[str, Any]:
        """Return the next event of this kind; who is here may be told before it at any time."""
        while True:
            event: dict[str, Any] = json.loads(self.line())
            if event["type"] == "presence":
                self._take(event)
            if event["type"] == kind:
                return event
            assert event["type"] in ("presence", "ack"), f"heard {event}, waiting for {kind}"

    def watch(self) -> dict[str, Any]:
        """Take the next that is told of who is here."""
        return self.event("presence")

    def _take(self, told: dict[str, Any]) -> None:
        self.told += 1
        names = self.names.setdefault(told["room"], set())
        away = self.away.setdefault(told["room"], set())
        assert not names & set(told.get("joined", ()))
        assert names >= set(told.get("left", ()))
        names |= set(told.get("joined", ()))
        names -= set(told.get("left", ()))
        assert not away & set(told.get("away", ()))
        assert away >= set(told.get("back", ()))
        away |= set(told.get("away", ()))
        away -= set(told.get("back", ()))
        away &= names

    def sees(self, *names: str, room: str = "lobby", away: set[str] | None = None) -> None:
        """Watch until these are here, and these of them away."""
        told = self.watch()
        while (
            told["room"] != room
            or self.names[room] != set(names)
            or (self.away[room] != (away or set()))
        ):
            told = self.watch()
        assert told["here"] == len(names)


def account(port: int, name: str, **more: Any) -> str:
    """Register an account; return its token."""
    with JsonTalker(port, name=name) as talker:
        talker.ask(type="register", password=PASSWORD)
        token = str(talker.event("token")["token"])
        talker.event("you")
    return token


def test_who_asks_is_told_first_who_is_here_then_who_comes_and_goes(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.hears_nothing_more()  # a welcome comes just before one is in
        ben = Watcher(port, "ben")
        assert ben.watch() == {
            "type": "presence",
            "room": "lobby",
            "here": 2,
            "joined": ["ana", "ben"],
        }
        with PlainTalker(port, name="cyd"):
            ben.sees("ana", "ben", "cyd")
        ben.sees("ana", "ben")
        ben.close()


def test_who_does_not_ask_is_told_nothing(port: int) -> None:
    with (
        JsonTalker(port, name="ana") as ana,
        PlainTalker(port, name="ben") as ben,
        Watcher(port, "cyd") as cyd,
    ):
        cyd.sees("ana", "ben", "cyd")
        with JsonTalker(port, name="dan"):
            cyd.sees("ana", "ben", "cyd", "dan")
        cyd.sees("ana", "ben", "cyd")
        for each in (ana, ben):
            each.hears_nothing_more()


def test_each_room_is_told_of_by_itself_and_only_to_those_in_it(port: int) -> None:
    with Watcher(port, "ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.sees("ana", "ben")
        ana.ask(type="join", room="builds", id="1")
        ana.event("joined")
        ana.sees("ana", room="builds")
        ben.joins("builds")
        ana.sees("ana", "ben", room="builds")
        ben.joins("cellar")
        ben.leaves("builds")
        ana.sees("ana", room="builds")


def test_who_leaves_a_room_is_told_nothing_more_of_it(port: int) -> None:
    with Watcher(port, "ana") as ana, JsonTalker(port, name="ben") as ben:
        ana.sees("ana", "ben")
        ana.leaves("lobby")
        before = ana.told
        with JsonTalker(port), Watcher(port, "cyd") as cyd:
            cyd.watch()
        ben.hears_nothing_more()
        ana.hears_nothing_more()
        assert ana.told == before


def test_a_guest_with_another_name_is_told_of(port: int) -> None:
    ana = Watcher(port, "ana")
    for wire in TALKERS:
        with TALKERS[wire](port, "blue", "ben") as ben:
            ana.sees("ana", "ben")
            ben.does("/name cyd", type="name", name="cyd")
            ana.sees("ana", "cyd")
        ana.sees("ana")
    ana.close()


def test_a_guest_who_loses_the_name_to_its_owner_is_told_of(port: int) -> None:
    with Watcher(port, "ana") as ana, JsonTalker(port, hello=False) as owner:
        ana.sees("ana")
        with PlainTalker(port, name="ben") as ben:
            ana.sees("ana", "ben")
            owner.ask(type="hello", v=1, name="bo")
            owner.event("welcome")
            ben.types(f"/register {PASSWORD}")
            ben.reads("You are logged in as ben.")
            ben.types("/logout")
            line = ben.line().decode()
            given = re.search("guest-[0-9]+", line)
            assert given, line
            ana.sees("ana", "bo", given[0])


def test_an_account_with_several_connections_is_here_once(port: int) -> None:
    token = account(port, "ana")
    with Watcher(port, "ben") as ben:
        ben.sees("ben")
        with JsonTalker(port, token=token), JsonTalker(port, name="cyd"):
            ben.sees("ana", "ben", "cyd")
            with JsonTalker(port, token=token), JsonTalker(port, name="dan"):
                ben.sees("ana", "ben", "cyd", "dan")
            ben.sees("ana", "ben", "cyd")
            page = ben.answer("who", type="who")
            assert [one["name"] for one in page["people"]] == ["ana", "ben", "cyd"]
            assert page["here"] == 3
        ben.sees("ben")


def test_in_a_large_room_people_are_counted_and_in_few_messages(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, presence_s=0.05, presence_listed=10)
    crowd = 300
    with ChatServer(port=0, settings=settings) as server, ExitStack() as leaving:
        ana = leaving.enter_context(Watcher(server.port, "ana"))
        ana.sees("ana")
        before = ana.told
        for _ in range(crowd):
            talker = leaving.enter_context(JsonTalker(server.port, hello=False))
            talker.ask(type="hello", v=1)
        told = ana.watch()
        while told["here"] <= crowd:
            told = ana.watch()
            assert told["here"] <= 10 or set(told) == {"type", "room", "here"}
        assert ana.told - before < crowd / 4


def test_a_room_that_is_small_again_is_told_of_as_it_is(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, presence_s=0.05, presence_listed=2)
    with ChatServer(port=0, settings=settings) as server, ExitStack() as leaving:
        port = server.port
        ana = leaving.enter_context(Watcher(port, "ana"))
        ben = JsonTalker(port, name="ben")
        ana.sees("ana", "ben")
        cyd = leaving.enter_context(Watcher(port, "cyd"))
        assert cyd.watch() == {"type": "presence", "room": "lobby", "here": 3}
        assert ana.watch() == {"type": "presence", "room": "lobby", "here": 3}
        ben.close()
        ana.sees("ana", "cyd")
        cyd.sees("ana", "cyd")


def test_who_is_away_is_told_and_shown_and_who_is_back(port: int) -> None:
    for wire in TALKERS:
        with TALKERS[wire](port, "blue", "ana") as ana, Watcher(port, "ben") as ben:
            ben.sees("ana", "ben")
            ana.does("/away at  lunch", type="away", text=" at\nlunch ")
            _done(ana, "You are marked as away.")
            ben.sees("ana", "ben", away={"ana"})
            assert ben.answer("person", type="whois", name="@ana")["person"]["away"] == "at lunch"
            who = ben.answer("who", type="who")["people"]
            assert [one.get("away") for one in who] == ["at lunch", None]
            with Watcher(port, "cyd") as cyd, PlainTalker(port, name="dan") as dan:
                cyd.sees("ana", "ben", "cyd", "dan", away={"ana"})
                ben.sees("ana", "ben", "cyd", "dan", away={"ana"})
                dan.types("/whois ana", "/whois ben")
                dan.reads("ana (blue) is here, away: at lunch", "ben (blue) is here")
            ben.sees("ana", "ben", away={"ana"})
            ana.does("/back", type="away", back=True)
            _done(ana, "You are back.")
            ben.sees("ana", "ben")
            assert "away" not in ben.answer("person", type="whois", name="ana")["person"]
        with Watcher(port) as nobody:
            nobody.sees(nobody.welcome["name"])


def _done(talker: Talker, words: str) -> None:
    if isinstance(talker, JsonTalker):
        assert talker.event("done")["message"] == words
    if isinstance(talker, PlainTalker):
        talker.reads(words)


def test_who_is_away_stays_so_in_a_room_that_they_come_into(port: int) -> None:
    with Watcher(port, "ben") as ben, JsonTalker(port, name="ana") as ana:
        ben.joins("builds")
        ana.does("", type="away")
        ana.event("done")
        ana.joins("builds")
        ben.sees("ana", "ben", room="builds", away={"ana"})


def test_who_comes_back_before_it_is_told_that_they_went_is_not_away(port: int) -> None:
    with Watcher(port, "ben") as ben, JsonTalker(port, name="ana") as ana:
        ben.sees("ana", "ben")
        ana.does("", type="away")
        ana.event("done")
        ben.sees("ana", "ben", away={"ana"})
        ana.close()
        with JsonTalker(port, name="cyd") as cyd:
            ben.sees("ben", "cyd")
            cyd.ask(type="name", name="ana", id="1")
            cyd.event("you")
            ben.sees("ana", "ben")


def test_an_account_is_away_when_it_is_on_all_its_connections(port: int) -> None:
    token = account(port, "ana")
    with JsonTalker(port, token=token) as ana, Watcher(port, "ben") as ben:
        ben.sees("ana", "ben")
        ana.answer("done", type="away", text="tea")
        ben.sees("ana", "ben", away={"ana"})
        with JsonTalker(port, token=token) as here:
            ben.sees("ana", "ben")
            assert "away" not in ben.answer("person", type="whois", name="ana")["person"]
            here.answer("done", type="away", text="sleep")
            ben.sees("ana", "ben", away={"ana"})
            ana.answer("done", type="away", back=True)
            ben.sees("ana", "ben")


def test_who_is_away_is_so_when_a_lost_connection_is_back(port: int) -> None:
    """The link was lost, not the person found: they are at lunch still."""
    token = account(port, "ana")
    with Watcher(port, "ben") as ben:
        for more in ({"token": token}, {"name": "ana2"}):
            with JsonTalker(port, **more) as ana:
                name, session = ana.welcome["name"], ana.welcome["session"]
                ana.answer("done", type="away", text="lunch")
                ben.sees("ben", name, away={name})
            ben.sees("ben")
            with JsonTalker(port, session=session, **more) as ana:
                ben.sees("ben", name, away={name})
                info = ben.answer("person", type="whois", name=name)["person"]
                assert info["away"] == "lunch"
                ana.answer("done", type="away", back=True)
                ben.sees("ben", name)
            ben.sees("ben")
            with JsonTalker(port, session=session, **more):
                ben.sees("ben", name)
            ben.sees("ben")


def test_who_comes_back_before_the_lost_connection_is_noticed_is_away(port: int) -> None:
    with Watcher(port, "ben") as ben, JsonTalker(port, name="ana") as ana:
        ana.answer("done", type="away", text="lunch")
        session = ana.welcome["session"]
        with JsonTalker(port, name="ana", session=session) as again:
            ben.sees("ana", "ben", away={"ana"})
            ana.close()
            again.hears_nothing_more()
            info = ben.answer("person", type="whois", name="ana")["person"]
            assert info["away"] == "lunch"


def test_who_starts_anew_is_not_away(port: int) -> None:
    token = account(port, "ana")
    with Watcher(port, "ben") as ben:
        with JsonTalker(port, token=token) as ana:
            ana.answer("done", type="away", text="home")
            ben.sees("ana", "ben", away={"ana"})
        ben.sees("ben")
        with JsonTalker(port, token=token):
            ben.sees("ana", "ben")


def test_who_is_back_elsewhere_is_not_away_where_the_connection_was_lost(port: int) -> None:
    token = account(port, "ana")
    with Watcher(port, "ben") as ben:
        with JsonTalker(port, token=token) as lost:
            session = lost.welcome["session"]
            lost.answer("done", type="away", text="home")
            ben.sees("ana", "ben", away={"ana"})
        ben.sees("ben")
        with JsonTalker(port, token=token) as phone:
            phone.answer("done", type="away", back=True)
            ben.sees("ana", "ben")
        ben.sees("ben")
        with JsonTalker(port, token=token, session=session):
            ben.sees("ana", "ben")


def test_with_no_words_one_is_just_away(port: int) -> None:
    with PlainTalker(port, name="ana") as ana:
        ana.types("/away", "/whois ana", "/who")
        ana.reads("You are marked as away.", "ana (blue) is here, away")
        ana.reads("In #lobby, 1 in all:")
        assert re.fullmatch(r"  ana.*, away\n", ana.line().decode())


def test_who_lists_people_by_name_and_case_does_not_count(port: int) -> None:
    names = ("Zoë", "ana", "Ben", "cyd")
    with ExitStack() as leaving:
        for name in names:
            one = leaving.enter_context(JsonTalker(port, name=name))
            one.hears_nothing_more()  # a welcome comes just before one is in
        dan = leaving.enter_context(JsonTalker(port, name="dan"))
        dan.hears_nothing_more()
        listed, after = [], ""
        more = True
        while more:
            page = dan.answer("who", type="who", after=after, limit=2)
            listed += [one["name"] for one in page["people"]]
            after, more = listed[-1], page["more"]
        assert listed == ["ana", "Ben", "cyd", "dan", "Zoë"]


@pytest.mark.parametrize("wire", TALKERS)
def test_who_keeps_order_is_known_by_it(server: ChatServer, wire: str) -> None:
    server.hall.accounts.add("zoe", PASSWORD, "red", administrator=True)
    with (
        JsonTalker(server.port, name="ana") as owner,
        JsonTalker(server.port, name="ben") as moderator,
        JsonTalker(server.port, hello=False) as administrator,
        TALKERS[wire](server.port, "blue", "cyd") as member,
    ):
        administrator.answer("token", type="login", name="zoe", password=PASSWORD)
        administrator.ask(type="hello", v=1)
        administrator.event("welcome")
        for one in (owner, moderator, administrator, member):
            one.joins("builds")
        owner.does("", type="role", name="ben", role="moderator", room="builds")
        owner.event("notice")
        member.does("/who builds", type="who", room="builds")
        if isinstance(member, JsonTalker):
            while member.line_of("notice", "who") != "who":
                pass
            roles = {one["name"]: one.get("role") for one in member.last["people"]}
            assert roles == {
                "ana": "owner", "ben": "moderator", "cyd": None, "zoe": "administrator",
            }  # fmt: skip
        if isinstance(member, PlainTalker):
            while not (line := member.line()).startswith(b"In #builds"):
                assert b"ben" in line, line
            member.reads(
                "  ana (blue, owner)",
                "  ben (blue, moderator)",
                "  cyd (blue)",
                "  zoe (red, registered, administrator)",
            )


def test_an_account_that_is_not_here_was_seen_last_when_it_left(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, presence_s=0.05, data=str(tmp_path / "data"))
    with (
        ChatServer(port=0, settings=settings) as server,
        PlainTalker(server.port, name="ana") as ana,
        Watcher(server.port, "ben") as ben,
    ):
        ana.types(f"/register {PASSWORD}", "/whois ana")
        ana.reads("You are logged in as ana.", "ana (blue, registered) is here")
        ben.sees("ana", "ben")
        ana.stop_sending()
        ben.sees("ben")
        before = _was_seen(ben)
        server.hall.notes.store_soon()
        server.hall.writer.do(lambda: None)
        assert _was_seen(ben) == before
    with ChatServer(port=0, settings=settings) as server:
        with JsonTalker(server.port, name="ben") as ben:
            seen = _was_seen(ben)
        with PlainTalker(server.port, name="cyd") as cyd:
            cyd.types("/whois ana")
            minute = seen[:16].replace("T", " ")
            cyd.reads(f"ana (blue, registered) was here last on {minute} UTC")


def _was_seen(talker: JsonTalker) -> str:
    person = talker.answer("person", type="whois", name="ana")["person"]
    assert (person["account"], person["here"]) == (True, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", person["seen"])
    return str(person["seen"])


@pytest.mark.parametrize("wire", TALKERS)
def test_who_logs_out_was_seen_until_then(port: int, wire: str) -> None:
    with TALKERS[wire](port, "blue", "ana") as ana, Watcher(port, "ben") as ben:
        ana.does(f"/register {PASSWORD}", type="register", password=PASSWORD)
        ben.sees("ana", "ben")
        while "account" not in ben.answer("person", type="whois", name="ana")["person"]:
            pass
        ana.does("/logout", type="logout")
        told = ben.watch()
        while "ana" not in told.get("left", ()):
            told = ben.watch()
        assert _was_seen(ben)


@pytest.mark.parametrize("wire", TALKERS)
def test_nobody_knows_a_guest_who_left(port: int, wire: str) -> None:
    with TALKERS[wire](port, "blue", "ana") as ana:
        ana.does("/whois nobody", type="whois", name="nobody")
        ana.is_refused("no_such_person", "there is nobody called nobody here")


@pytest.mark.parametrize(
    "command",
    [{"type": "who"}, {"type": "whois", "name": "ana"}, {"type": "away"}, {"type": "typing"},
     {"type": "block"}, {"type": "block", "name": "ana"}, {"type": "read", "seq": 1}],
    ids=str,
)  # fmt: skip
def test_people_are_for_those_who_said_hello(port: int, command: dict[str, Any]) -> None:
    with JsonTalker(port, hello=False) as nobody:
        nobody.does("", **command)
        nobody.is_refused("hello_first", "say hello first")


@pytest.mark.parametrize(
    "command",
    [{"type": "who", "limit": 0}, {"type": "who", "after": 1}, {"type": "whois"},
     {"type": "away", "text": "x" * 301}, {"type": "away", "back": "yes"},
     {"type": "read", "seq": -1}, {"type": "read"}, {"type": "block", "on": 1}],
    ids=str,
)  # fmt: skip
def test_what_is_no_command_is_refused_and_changes_nothing(
    port: int, command: dict[str, Any]
) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.does("", **command)
        ana.error("bad_json")
        ana.hears_nothing_more()


def test_a_hostile_place_to_begin_a_list_costs_nothing(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        page = ana.answer("who", type="who", after="a" + "\u0301\u0327" * 2_000)
        assert page["here"] == 1
