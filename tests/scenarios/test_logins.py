"""Logins: by password and token, ended here and everywhere, and slow for those who guess."""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.clock import Clock
from tests.scenarios.talkers import FAILURE_S, TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Account
from huechat.chat.codes import hash_secret
from huechat.chat.times import as_time
from huechat.config import ServerSettings
from huechat.server.people.evictions import end_logins
from huechat.server.people.hasher import Hasher
from huechat.server.people.login_limits import LoginLimits

SECRET = "correct-horse-battery"
OTHER = "staple-in-the-rain"
BAD = "there is no account of that name with that password"
OVER = "this login is over: log in again with your password"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def settings() -> ServerSettings:
    return ServerSettings(messages_per_s=0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of the limits, which stands still."""
    clock = Clock()
    monkeypatch.setattr(
        "huechat.server.people.accounts.LoginLimits", partial(LoginLimits, clock=clock)
    )
    return clock


@pytest.fixture
def server(settings: ServerSettings, cheap_passwords: None, clock: Clock) -> Iterator[ChatServer]:
    """Give a server that has an account, ana."""
    with ChatServer(port=0, settings=settings) as running:
        running.hall.accounts.add("ana", SECRET, "red", administrator=False)
        yield running


@pytest.fixture(params=TALKERS)
def guest(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    with TALKERS[request.param](port) as talker:
        yield talker


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    """Give a program that is logged in as ana."""
    with JsonTalker(port) as talker:
        talker.logs_in("ana", SECRET)
        yield talker


def tries(talker: Talker, name: str, password: str) -> None:
    talker.does(f"/login {name} {password}", type="login", name=name, password=password)


def token_of(port: int) -> str:
    with JsonTalker(port, hello=False) as talker:
        token: str = talker.answer("token", type="login", name="ana", password=SECRET)["token"]
        return token


def comes_in(port: int, token: str) -> dict[str, object]:
    """Say hello with a token; return the answer."""
    with JsonTalker(port, hello=False) as talker:
        talker.ask(type="hello", v=1, token=token)
        answer: dict[str, object] = json.loads(talker.line())
        return answer


def is_over(port: int, token: str) -> None:
    answer = comes_in(port, token)
    assert (answer["code"], answer["message"]) == ("bad_token", OVER)


def account_of(server: ChatServer) -> Account:
    account = server.hall.accounts.find("ana")
    assert account
    return account


def used(server: ChatServer, token: str) -> str:
    found = server.hall.people.token(hash_secret(token))
    assert found
    return found[1]


def was_used(server: ChatServer, token: str, ago: timedelta) -> None:
    """Have the token used last so long ago."""
    then, hall = as_time(datetime.now(UTC) - ago), server.hall
    hall.writer.do(lambda: hall.people.use_token(hash_secret(token), then))


class TestByPassword:
    def test_a_guest_becomes_the_account(self, guest: Talker, port: int) -> None:
        with JsonTalker(port) as listener:
            guest.logs_in("ana", SECRET)
            guest.does("hi", type="say", id="1", text="hi")
            listener.hears(Heard("red", "hi", "ana"))

    @pytest.mark.parametrize("name", ["ANA", "\u0430na"])
    def test_the_name_may_be_typed_in_any_way(self, guest: Talker, name: str) -> None:
        tries(guest, name, SECRET)
        if isinstance(guest, JsonTalker):
            assert guest.event("token")["name"] == "ana"
        elif isinstance(guest, PlainTalker):
            guest.reads("You are logged in as ana.")

    def test_it_may_come_before_hello_in_one_write(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.send(
                b'{"type":"login","name":"ana","password":"%s"}\n'
                b'{"type":"hello","v":1,"name":"ben"}\n'
                b'{"type":"say","id":"1","text":"hi"}\n' % SECRET.encode()
            )
            talker.event("token")
            assert talker.event("welcome")["name"] == "ana"
            talker.hears_nothing_more()
            assert [ack["id"] for ack in talker.acks] == ["1"]

    def test_it_may_come_after_hello_in_one_write(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.send(
                b'{"type":"hello","v":1,"name":"ben"}\n'
                b'{"type":"login","name":"ana","password":"%s"}\n' % SECRET.encode()
            )
            assert talker.event("welcome")["name"] == "ben"
            talker.event("token")
            assert talker.event("you")["name"] == "ana"

    def test_who_failed_before_hello_comes_in_as_a_guest(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            tries(talker, "ana", "wrong-password")
            talker.is_refused("bad_login", BAD)
            talker.ask(type="hello", v=1)
            assert not talker.event("welcome")["account"]

    @pytest.mark.parametrize("hello", [True, False])
    def test_one_logs_in_once(self, port: int, hello: bool) -> None:
        with JsonTalker(port, hello=hello) as talker:
            tries(talker, "ana", SECRET)
            talker.event("token")
            if hello:
                talker.event("you")
            tries(talker, "ana", SECRET)
            talker.is_refused("login_twice", "you are logged in already: log out first")

    def test_who_logged_out_may_log_in_again(self, guest: Talker) -> None:
        for _ in range(3):
            guest.logs_in("ana", SECRET)
            guest.logs_out()

    def test_an_unknown_account_and_a_wrong_password_are_answered_alike(
        self, guest: Talker
    ) -> None:
        tries(guest, "ana", "wrong-password")
        wrong = guest.line()
        tries(guest, "nobody", "wrong-password")
        unknown = guest.line()
        assert BAD.encode() in wrong
        assert wrong.replace(b"d1", b"") == unknown.replace(b"d2", b"")

    def test_an_unknown_account_costs_the_same_work(
        self, guest: Talker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        costs: list[str] = []
        verify = PasswordHasher.verify

        def note(by: PasswordHasher, stored: str, secret: bytes) -> bool:
            costs.append(stored.rpartition("$")[0].rpartition("$")[0])
            return verify(by, stored, secret)

        monkeypatch.setattr(PasswordHasher, "verify", note)
        for name in ("ana", "nobody"):
            tries(guest, name, "wrong-password")
            guest.is_refused("bad_login", BAD)
        assert len(costs) == 2
        assert costs[0] == costs[1]

    def test_an_empty_password_is_nobodys(self, port: int) -> None:
        with JsonTalker(port) as talker:
            for name in ("ana", "nobody"):
                tries(talker, name, "")
                talker.error("bad_password")

    def test_a_disabled_account_is_known_only_by_its_password(
        self, guest: Talker, server: ChatServer
    ) -> None:
        server.hall.accounts.set_disabled(account_of(server), disabled=True)
        tries(guest, "ana", "wrong-password")
        guest.is_refused("bad_login", BAD)
        tries(guest, "ana", SECRET)
        guest.is_refused("disabled", "this account was disabled: ask an administrator")
        guest.hears_nothing_more()

    def test_a_deleted_account_is_unknown(self, guest: Talker, server: ChatServer) -> None:
        server.hall.accounts.delete(account_of(server))
        tries(guest, "ana", SECRET)
        guest.is_refused("bad_login", BAD)

    def test_one_whose_account_is_banned_does_not_get_in_as_a_guest_first(
        self, guest: Talker, port: int, server: ChatServer
    ) -> None:
        server.hall.accounts.add("root", SECRET, "blue", administrator=True)
        with JsonTalker(port) as root:
            root.logs_in("root", SECRET)
            root.answer("done", type="ban", name="ana", room="*", by="account")
        tries(guest, "ana", SECRET)
        guest.is_refused("banned", "you are kept out of this server for good")
        guest.does("/logout", type="logout")
        guest.is_refused("login_first", "you are a guest: log in first")


class TestByToken:
    def test_it_makes_one_the_account(self, port: int) -> None:
        answer = comes_in(port, token_of(port))
        assert (answer["name"], answer["account"], answer["color"]) == ("ana", True, "red")

    def test_it_is_used_again_and_again(self, port: int) -> None:
        token = token_of(port)
        assert [comes_in(port, token)["type"] for _ in range(3)] == ["welcome"] * 3

    def test_an_unknown_one_is_refused_and_one_may_go_on_without(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.ask(type="hello", v=1, token="x" * 43)
            talker.is_refused("bad_token", OVER)
            talker.ask(type="hello", v=1, name="ben")
            assert talker.event("welcome")["name"] == "ben"

    def test_unused_for_longer_than_the_settings_say_it_is_over(
        self, port: int, server: ChatServer
    ) -> None:
        token = token_of(port)
        was_used(server, token, timedelta(days=31))
        is_over(port, token)

    def test_used_it_goes_on(self, port: int, server: ChatServer) -> None:
        token = token_of(port)
        was_used(server, token, timedelta(days=29))
        old = used(server, token)
        assert comes_in(port, token)["type"] == "welcome"
        server.hall.writer.do(lambda: None)
        assert used(server, token) > old

    @pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0, token_days=1)])
    def test_used_each_day_it_goes_on_if_it_lasts_a_day(
        self, port: int, server: ChatServer, settings: ServerSettings
    ) -> None:
        token = token_of(port)
        was_used(server, token, timedelta(hours=23))
        assert comes_in(port, token)["type"] == "welcome"
        server.hall.writer.do(lambda: None)
        assert used(server, token) > as_time(datetime.now(UTC) - timedelta(hours=1))

    @pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0, token_days=0)])
    def test_it_lasts_for_ever_if_the_settings_say_so(
        self, port: int, server: ChatServer, settings: ServerSettings
    ) -> None:
        token = token_of(port)
        was_used(server, token, timedelta(days=5000))
        assert comes_in(port, token)["type"] == "welcome"

    def test_it_is_not_in_the_database(self, port: int, server: ChatServer) -> None:
        token = token_of(port)
        files = Path(server.settings.data).rglob("*")
        data = b"".join(one.read_bytes() for one in files if one.is_file())
        assert token.encode() not in data
        assert hash_secret(token).encode() in data

    def test_after_a_restart_it_is_good(self, port: int, server: ChatServer) -> None:
        token = token_of(port)
        server.shutdown()
        with ChatServer(port=0, settings=server.settings) as again:
            assert comes_in(again.port, token)["name"] == "ana"

    def test_one_that_ends_between_login_and_hello_lets_nobody_in(
        self, port: int, server: ChatServer
    ) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.answer("token", type="login", name="ana", password=SECRET)
            server.hall.accounts.forget_tokens(account_of(server))
            talker.ask(type="hello", v=1)
            talker.is_refused("bad_token", OVER)

    def test_a_deleted_account_has_none(self, port: int, server: ChatServer) -> None:
        token = token_of(port)
        server.hall.accounts.delete(account_of(server))
        is_over(port, token)

    def test_who_is_put_out_is_told_why(self, guest: Talker, port: int, server: ChatServer) -> None:
        hall, account = server.hall, account_of(server)
        guest.logs_in("ana", SECRET)
        hall.writer.do(lambda: end_logins(hall, account, "Your login was ended."))
        guest.is_put_out("Your login was ended.")


class TestLoggingOut:
    def test_it_ends_one_token(self, ana: JsonTalker, port: int) -> None:
        kept = token_of(port)
        with JsonTalker(port) as other:
            token = other.logs_in("ana", SECRET)
            other.logs_out()
        is_over(port, token)
        assert comes_in(port, kept)["type"] == "welcome"
        ana.hears_nothing_more()

    def test_it_makes_one_a_guest(self, guest: Talker, ana: JsonTalker) -> None:
        guest.logs_in("ana", SECRET)
        guest.logs_out()
        guest.does("hi", type="say", id="1", text="hi")
        heard = ana.event("message")
        assert heard["name"].startswith("guest-")
        ana.hears_nothing_more()

    def test_everywhere_ends_all_tokens_and_the_other_connections(
        self, guest: Talker, ana: JsonTalker, port: int
    ) -> None:
        token = token_of(port)
        guest.logs_in("ana", SECRET)
        guest.logs_out(everywhere=True)
        ana.is_put_out("You logged out everywhere.")
        is_over(port, token)
        guest.hears_nothing_more()

    def test_a_guest_cannot(self, guest: Talker) -> None:
        guest.does("/logout", type="logout")
        guest.is_refused("login_first", "you are a guest: log in first")

    def test_one_who_came_by_token_ends_that_token(self, port: int) -> None:
        token = token_of(port)
        with JsonTalker(port, token=token) as talker:
            talker.logs_out()
        is_over(port, token)

    def test_it_does_not_make_one_anybody_else(self, port: int) -> None:
        with JsonTalker(port) as talker:
            session, name = talker.welcome["session"], talker.welcome["name"]
            talker.logs_in("ana", SECRET)
            talker.logs_out()
            with JsonTalker(port, session=session, name=name) as again:
                assert again.welcome["session"] == session


class TestChangingThePassword:
    def changes(self, talker: Talker, old: str = SECRET, new: str = OTHER) -> None:
        talker.does(f"/password {old} {new}", type="password", old=old, new=new)

    def test_the_new_one_is_the_accounts(self, guest: Talker, port: int) -> None:
        guest.logs_in("ana", SECRET)
        self.changes(guest)
        guest.line()
        with JsonTalker(port) as other:
            tries(other, "ana", SECRET)
            other.is_refused("bad_login", BAD)
            other.logs_in("ana", OTHER)

    def test_all_other_logins_end(self, guest: Talker, ana: JsonTalker, port: int) -> None:
        token = token_of(port)
        guest.logs_in("ana", SECRET)
        self.changes(guest)
        ana.is_put_out("Your password was changed: log in with the new one.")
        is_over(port, token)
        guest.line()
        guest.hears_nothing_more()

    def test_one_gets_a_new_token(self, port: int) -> None:
        with JsonTalker(port) as talker:
            old = talker.logs_in("ana", SECRET)
            self.changes(talker)
            new = talker.event("token")["token"]
        is_over(port, old)
        assert comes_in(port, new)["type"] == "welcome"

    def test_one_must_know_the_old_one(self, guest: Talker, port: int) -> None:
        guest.logs_in("ana", SECRET)
        self.changes(guest, old="wrong-password")
        guest.is_refused("bad_login", "your password is another; it was not changed")
        with JsonTalker(port) as other:
            other.logs_in("ana", SECRET)

    def test_a_bad_new_one_changes_nothing(self, guest: Talker, ana: JsonTalker) -> None:
        guest.logs_in("ana", SECRET)
        self.changes(guest, new="short")
        words = "a password has 8 characters or more; add some"
        guest.is_refused("bad_password", words)
        ana.hears_nothing_more()

    def test_a_guest_cannot(self, guest: Talker) -> None:
        self.changes(guest)
        guest.is_refused("login_first", "you are a guest: log in first")


@pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0, login_tries=3)])
class TestGuessing:
    @pytest.mark.parametrize("name", ["ana", "nobody"])
    def test_after_some_wrong_passwords_even_the_right_one_must_wait(
        self, guest: Talker, port: int, name: str
    ) -> None:
        for _ in range(4):
            tries(guest, name, "wrong-password")
            guest.is_refused("bad_login", BAD)
        self._must_wait(guest, name)
        with JsonTalker(port) as other:  # a new connection does not help
            tries(other, name, SECRET)
            assert other.error("rate_limited")["retry_after_s"] > 0

    def _must_wait(self, guest: Talker, name: str) -> None:
        tries(guest, name, SECRET)
        guest.is_refused(
            "rate_limited",
            "too many logins to this account, or from your address, were wrong or are under way;"
            " try again in 1 s",
        )

    def test_each_further_one_doubles_the_wait_up_to_a_minute(
        self, guest: Talker, clock: Clock
    ) -> None:
        for _ in range(3):
            tries(guest, "ana", "wrong-password")
            guest.is_refused("bad_login", BAD)
        for wait_s in (1, 2, 4, 8, 16, 32, 60, 60):
            tries(guest, "ana", "wrong-password")
            guest.is_refused("bad_login", BAD)
            clock.now += wait_s - 0.5
            self._must_wait(guest, "ana")
            clock.now += 0.5

    def test_who_waited_gets_in_and_all_is_forgiven(self, guest: Talker, clock: Clock) -> None:
        for _ in range(2):
            for _ in range(4):
                tries(guest, "ana", "wrong-password")
                guest.is_refused("bad_login", BAD)
            clock.now += 1
            guest.logs_in("ana", SECRET)
            guest.logs_out()

    def test_other_accounts_need_not_wait(self, guest: Talker, server: ChatServer) -> None:
        server.hall.accounts.add("ben", OTHER, "red", administrator=False)
        for _ in range(4):
            tries(guest, "ana", "wrong-password")
            guest.is_refused("bad_login", BAD)
        guest.logs_in("ben", OTHER)

    def test_guessing_side_by_side_gets_no_further(self, port: int) -> None:
        with ExitStack() as all_of_them:
            crowd = [all_of_them.enter_context(JsonTalker(port)) for _ in range(20)]
            for one in crowd:
                tries(one, "ana", "wrong-password")
            codes = [one.event("error")["code"] for one in crowd]
            assert set(codes) == {"bad_login", "rate_limited"}
            assert codes.count("bad_login") <= 4

    def test_guessing_the_old_password_is_guessing_too(self, ana: JsonTalker) -> None:
        for _ in range(4):
            ana.does("", type="password", old="wrong-password", new=OTHER)
            ana.error("bad_login")
        ana.does("", type="password", old=SECRET, new=OTHER)
        ana.error("rate_limited")


@pytest.mark.parametrize(
    "settings",
    [ServerSettings(messages_per_s=0, login_tries_address=2, login_tries=100)],
)
def test_one_address_cannot_try_many_accounts(guest: Talker) -> None:
    for number in range(3):
        tries(guest, f"name{number}", "wrong-password")
        guest.is_refused("bad_login", BAD)
    tries(guest, "ana", SECRET)
    guest.is_refused(
        "rate_limited",
        "too many logins to this account, or from your address, were wrong or are under way;"
        " try again in 1 s",
    )


class Held:
    """Has each password wait to be checked until it is told to go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self._matches = Hasher._matches

    def matches(self, hasher: Hasher, stored: str, secret: bytes) -> bool:
        self.begun.set()
        self.go_on.wait(FAILURE_S)
        return self._matches(hasher, stored, secret)


class TestAFlood:
    @pytest.fixture
    def held(self, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
        held = Held()

        def matches(hasher: Hasher, stored: str, secret: bytes) -> bool:
            return held.matches(hasher, stored, secret)

        monkeypatch.setattr(Hasher, "_matches", matches)
        yield held
        held.go_on.set()

    def test_others_chat_while_logins_wait(self, guest: Talker, port: int, held: Held) -> None:
        with ExitStack() as all_of_them:
            flood = [all_of_them.enter_context(JsonTalker(port)) for _ in range(5)]
            ben = all_of_them.enter_context(JsonTalker(port, "green", "ben"))
            said = [Heard("green", str(number), "ben") for number in range(20)]
            for one in flood:
                tries(one, "ana", SECRET)
            held.begun.wait(FAILURE_S)
            for one in said:
                ben.says(one.text)
                guest.hears(one)
            for waiting in flood:
                waiting.hears(*said)
            held.go_on.set()
            for waiting in flood:
                waiting.event("token")

    @pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0, hashes_waiting=1)])
    def test_more_than_may_wait_are_told_to_come_back(self, port: int, held: Held) -> None:
        with ExitStack() as all_of_them:
            flood = [all_of_them.enter_context(JsonTalker(port)) for _ in range(5)]
            for number, one in enumerate(flood):
                tries(one, f"name{number}", SECRET)
            for _ in range(3):  # one is checked, and one waits
                readable = select.select([one.sock for one in flood], [], [], FAILURE_S)[0]
                refused = next(one for one in flood if one.sock in readable)
                assert refused.error("busy")["retry_after_s"] > 0
                flood.remove(refused)
            held.go_on.set()
            for one in flood:
                one.error("bad_login")

    def test_a_password_that_was_changed_while_it_was_checked_is_wrong(
        self, port: int, server: ChatServer, held: Held
    ) -> None:
        with JsonTalker(port) as talker:
            tries(talker, "ana", SECRET)
            held.begun.wait(FAILURE_S)
            hall, number = server.hall, account_of(server).number
            hall.writer.do(lambda: hall.people.set_password(number, "another"))
            held.go_on.set()
            talker.is_refused("bad_login", BAD)

    def test_an_account_that_was_deleted_meanwhile_lets_nobody_in(
        self, port: int, server: ChatServer, held: Held
    ) -> None:
        with JsonTalker(port) as talker:
            tries(talker, "ana", SECRET)
            held.begun.wait(FAILURE_S)
            server.hall.accounts.delete(account_of(server))
            held.go_on.set()
            talker.is_refused("bad_login", BAD)

    def test_an_account_that_was_disabled_meanwhile_lets_nobody_in(
        self, port: int, server: ChatServer, held: Held
    ) -> None:
        with JsonTalker(port) as talker:
            tries(talker, "ana", SECRET)
            held.begun.wait(FAILURE_S)
            server.hall.accounts.set_disabled(account_of(server), disabled=True)
            held.go_on.set()
            talker.error("disabled")
