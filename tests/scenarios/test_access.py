"""Who may come in: on a server for accounts, and on one for those who were invited."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.chat.accounts import Code
from huechat.chat.codes import hash_secret, new_code
from huechat.config import ServerSettings

SECRET = "correct-horse-battery"
FOR_ACCOUNTS = (
    "this server is for accounts: /login NAME PASSWORD; if you have no account,"
    " /name NAME and then /register PASSWORD"
)
FOR_INVITED = (
    "this server is for the invited: /login NAME PASSWORD; if you have no account,"
    " /name NAME and then /register PASSWORD CODE"
)
BAD_CODE = "this code is used up, too old or mistyped: ask for another"

NOT_ALLOWED = ("not_allowed", "that is for the server's administrators; ask one of them")

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def settings() -> ServerSettings:
    return ServerSettings(messages_per_s=0, access="accounts")


@pytest.fixture
def server(settings: ServerSettings, cheap_passwords: None) -> Iterator[ChatServer]:
    """Give a server that has an account, ana: its administrator."""
    with ChatServer(port=0, settings=settings) as running:
        running.hall.accounts.add("ana", SECRET, "red", administrator=True)
        yield running


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, hello=False) as talker:
        talker.answer("token", type="login", name="ana", password=SECRET)
        talker.ask(type="hello", v=1)
        talker.welcome = talker.event("welcome")
        yield talker


def comes(port: int, kind: str) -> Talker:
    """Return somebody who said hello, whatever the answer."""
    if kind == "json":
        talker = JsonTalker(port, hello=False)
        talker.ask(type="hello", v=1, name="cyd")
        return talker
    return PlainTalker(port, hello=False)


def is_in(talker: Talker, name: str) -> None:
    """Check that the next that comes are the answers to a login, and to the hello before it."""
    if isinstance(talker, JsonTalker):
        assert talker.event("token")["name"] == name
        talker.welcome = talker.event("welcome")
        assert talker.welcome["name"] == name
    elif isinstance(talker, PlainTalker):
        talker.reads(f"You are logged in as {name}.", f"You are {name}, and in:")
        assert talker.line().startswith(b"  #lobby")


@pytest.fixture(params=TALKERS)
def stranger(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    """Give one who says hello, and has not heard yet that it does not do."""
    with comes(port, request.param) as talker:
        yield talker


class TestForAccounts:
    def test_a_guest_is_told_what_to_do(self, stranger: Talker, ana: JsonTalker) -> None:
        stranger.says("let me in")
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        if isinstance(stranger, PlainTalker):
            stranger.is_refused("login_first", FOR_ACCOUNTS)  # to the color of what was said
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        ana.hears_nothing_more()

    def test_who_logs_in_is_in(self, stranger: Talker, ana: JsonTalker) -> None:
        stranger.does(f"/login ana {SECRET}", type="login", name="ana", password=SECRET)
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        is_in(stranger, "ana")
        stranger.does("hi", type="say", id="1", text="hi")
        ana.hears(Heard("red", "hi", "ana"))

    def test_who_registers_is_in(self, stranger: Talker, ana: JsonTalker) -> None:
        stranger.does("/name ben", type="name", name="ben")
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        words = "You may be ben: make the name yours with /register."
        if isinstance(stranger, JsonTalker):
            assert stranger.event("you")["message"] == words
        elif isinstance(stranger, PlainTalker):
            stranger.reads(words)
        stranger.does(f"/register {SECRET}", type="register", password=SECRET)
        is_in(stranger, "ben")
        stranger.does("hi", type="say", id="1", text="hi")
        ana.hears(Heard("blue", "hi", "ben"))

    def test_who_registers_with_no_name_is_told_to_take_one(self, port: int) -> None:
        with PlainTalker(port, hello=False) as talker:
            talker.types(f"/register {SECRET}")
            talker.is_refused("login_first", FOR_ACCOUNTS)
            talker.is_refused("bad_name", "say first which name is to be yours: /name NAME")

    def test_a_program_registers_the_name_that_its_hello_had(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.ask(type="hello", v=1, name="cyd", color="green")
            talker.error("login_first")
            talker.ask(type="register", password=SECRET)
            is_in(talker, "cyd")
            assert talker.welcome["color"] == "green"

    @pytest.mark.parametrize("name", ["ana", "\u0430na"])
    def test_the_name_of_an_account_is_not_to_be_had(self, stranger: Talker, name: str) -> None:
        stranger.does(f"/name {name}", type="name", name=name)
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        stranger.is_refused(
            "name_reserved",
            f"{name}, or a name that looks like it, belongs to an account:"
            " log in, or take another name",
        )

    def test_who_mistypes_the_password_may_try_again(self, stranger: Talker) -> None:
        stranger.does("/login ana wrong", type="login", name="ana", password="wrong")
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        stranger.is_refused("bad_login", "there is no account of that name with that password")
        stranger.does(f"/login ana {SECRET}", type="login", name="ana", password=SECRET)
        is_in(stranger, "ana")

    def test_a_token_lets_in(self, ana: JsonTalker, port: int) -> None:
        ana.answer("token", type="password", old=SECRET, new=f"{SECRET}2")
        with JsonTalker(port, hello=False) as talker:
            token = talker.answer("token", type="login", name="ana", password=f"{SECRET}2")["token"]
        with JsonTalker(port, token=token) as again:
            assert again.welcome["account"]

    def test_who_logs_out_is_out(self, stranger: Talker) -> None:
        stranger.does(f"/login ana {SECRET}", type="login", name="ana", password=SECRET)
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        is_in(stranger, "ana")
        stranger.logs_out()
        stranger.is_put_out("Goodbye.")

    def test_health_checks_get_their_answer(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.hears_nothing_more()

    @pytest.mark.parametrize(
        "settings",
        [ServerSettings(access="accounts", handshake_timeout_s=0.2, login_timeout_s=1)],
    )
    def test_who_takes_too_long_is_out(self, stranger: Talker) -> None:
        stranger.does("/back", type="away", back=True)
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        stranger.is_refused("login_first", FOR_ACCOUNTS)
        stranger.is_refused("too_late", "log in sooner; the connection is closed")
        assert stranger.line() == b""

    @pytest.mark.parametrize(
        "settings",
        [ServerSettings(access="accounts", handshake_timeout_s=0.2, login_timeout_s=1)],
    )
    def test_saying_hello_again_gives_no_more_time(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.ask(type="hello", v=1)
            talker.error("login_first")
            while True:
                talker.ask(type="hello", v=1)
                if talker.event("error")["code"] == "too_late":
                    break


def made_code(server: ChatServer, expires: str = "2999", *, administrator: bool = False) -> str:
    """Make an invitation code, as nobody is asked for one that expired."""
    code, hall = new_code(), server.hall
    entry = Code(administrator, "ana", expires)
    hall.writer.do(lambda: hall.people.add_code(hash_secret(code), entry))
    return code


def registers(talker: Talker, code: str = "") -> None:
    talker.does(f"/register {SECRET} {code}", type="register", password=SECRET, invitation=code)


@pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0, access="invite")])
class TestForTheInvited:
    @pytest.fixture
    def ben(self, stranger: Talker) -> Talker:
        """Give a stranger who is to be ben."""
        stranger.does("/name ben", type="name", name="ben")
        stranger.is_refused("login_first", FOR_INVITED)
        if isinstance(stranger, JsonTalker):
            assert stranger.event("you")["name"] == "ben"
        else:
            stranger.line()
        return stranger

    def test_without_a_code_nobody_registers(self, ben: Talker) -> None:
        registers(ben)
        ben.is_refused(
            "invite_only", "this server is for those who were invited: register with a code"
        )

    def test_a_code_lets_one_in_once(self, ben: Talker, server: ChatServer, port: int) -> None:
        code = made_code(server)
        registers(ben, code)
        is_in(ben, "ben")
        with comes(port, "json") as other:
            registers(other, code)
            other.is_refused("login_first", FOR_INVITED)
            other.is_refused("bad_code", BAD_CODE)

    @pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", "")])
    def test_a_code_may_be_typed_as_people_do(
        self, ben: Talker, server: ChatServer, write: Callable[[str], str]
    ) -> None:
        registers(ben, write(made_code(server)))
        is_in(ben, "ben")

    @pytest.mark.parametrize("code", ["K7QM-2FXT-9RWB-HC4D", "nonsense"])
    def test_what_is_no_code_lets_nobody_in(self, ben: Talker, code: str) -> None:
        registers(ben, code)
        ben.is_refused("bad_code", BAD_CODE)

    def test_a_code_that_expired_lets_nobody_in(self, ben: Talker, server: ChatServer) -> None:
        registers(ben, made_code(server, "2020-01-01T00:00:00.000Z"))
        ben.is_refused("bad_code", BAD_CODE)

    def test_a_code_is_not_used_up_by_what_fails(self, ben: Talker, server: ChatServer) -> None:
        code = made_code(server)
        ben.does(f"/register short {code}", type="register", password="short", invitation=code)
        ben.is_refused("bad_password", "a password has 8 characters or more; add some")
        registers(ben, code)
        is_in(ben, "ben")

    def test_an_administrator_invites(self, ben: Talker, ana: JsonTalker) -> None:
        code = ana.answer("invitation", type="invite")["code"]
        registers(ben, code)
        is_in(ben, "ben")
        ben.does("/invite", type="invite")
        ben.is_refused(*NOT_ALLOWED)

    def test_an_administrator_invites_in_plain_text(
        self, ben: Talker, port: int, server: ChatServer
    ) -> None:
        with PlainTalker(port, hello=False) as ana:
            ana.types(f"/login ana {SECRET}")
            ana.is_refused("login_first", FOR_INVITED)
            is_in(ana, "ana")
            ana.types("/invite")
            code = ana.line().decode().split()[3].rstrip(",")
        registers(ben, code)
        is_in(ben, "ben")

    def test_who_has_an_account_needs_no_code(self, stranger: Talker) -> None:
        stranger.does(f"/login ana {SECRET}", type="login", name="ana", password=SECRET)
        stranger.is_refused("login_first", FOR_INVITED)
        is_in(stranger, "ana")


@pytest.mark.parametrize("settings", [ServerSettings(messages_per_s=0)])
class TestTheFirst:
    @pytest.fixture
    def server(self, settings: ServerSettings, cheap_passwords: None) -> Iterator[ChatServer]:
        """Give a server without any account."""
        with ChatServer(port=0, settings=settings) as running:
            yield running

    @pytest.mark.parametrize("kind", TALKERS)
    def test_who_registers_with_the_first_code_is_the_administrator(
        self, server: ChatServer, kind: str
    ) -> None:
        code = server.hall.accounts.first_code()
        with TALKERS[kind](server.port, "blue", "ben") as ben, JsonTalker(server.port) as other:
            registers(ben, code)
            ben.line()
            ben.does("/invite", type="invite")
            assert b"register" in ben.line() or isinstance(ben, JsonTalker)
            person = other.answer("person", type="whois", name="ben")["person"]
            assert person["role"] == "administrator"
        assert server.hall.accounts.first_code() == ""

    def test_a_newer_first_code_makes_the_older_one_useless(self, server: ChatServer) -> None:
        old, new = (server.hall.accounts.first_code() for _ in range(2))
        with JsonTalker(server.port, name="ben") as ben:
            registers(ben, old)
            ben.is_refused("bad_code", BAD_CODE)
            registers(ben, new)
            ben.event("token")
            assert ben.event("you")["administrator"]

    def test_of_twenty_who_register_with_one_code_one_may(self, server: ChatServer) -> None:
        code = server.hall.accounts.first_code()
        with ExitStack() as all_of_them:
            crowd = [
                all_of_them.enter_context(JsonTalker(server.port, name=f"ben{number}x"))
                for number in range(20)
            ]
            for one in crowd:
                registers(one, code)
            kinds = sorted(json.loads(one.line())["type"] for one in crowd)
            assert kinds == ["error"] * 19 + ["token"]

    @pytest.mark.parametrize("kind", TALKERS)
    def test_guests_say_hello_without_any_of_this(self, server: ChatServer, kind: str) -> None:
        with TALKERS[kind](server.port) as one, JsonTalker(server.port) as other:
            one.says("hi")
            other.hears(Heard("blue", "hi"))
