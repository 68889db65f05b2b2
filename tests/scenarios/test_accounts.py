"""Accounts: a registered name is its owner's, on all connections, and its password is a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.protocol import ChangePassword, Hello, Login, Register, Token
from huechat.server.people.evictions import free_name

SECRET = "correct-horse-battery"
LOOK_ALIKES = {"same": "ana", "case": "ANA", "cyrillic": "\u0430n\u0430"}

cheap = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture(params=TALKERS)
def ana(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    """Give a guest called ana."""
    with TALKERS[request.param](port, "blue", "ana") as talker:
        yield talker


@pytest.fixture(params=TALKERS)
def guest(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    """Give a guest to whom the server gave a name."""
    with TALKERS[request.param](port) as talker:
        yield talker


def registers(talker: Talker, password: str = SECRET, name: str = "") -> None:
    talker.does(f"/register {password}", type="register", password=password, name=name)


def wants(talker: Talker, name: str) -> None:
    talker.does(f"/name {name}", type="name", name=name)


def stored_password(server: ChatServer, name: str) -> str:
    account = server.hall.accounts.find(name)
    assert account
    return server.hall.people.password(account.number)


def test_a_password_is_stored_as_argon2id_of_the_recommended_cost(
    ana: Talker, server: ChatServer
) -> None:
    ana.registers(SECRET)
    assert stored_password(server, "ana").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    ana.logs_out()
    ana.logs_in("ana", SECRET)


@cheap
class TestRegistering:
    def test_a_guest_makes_their_name_an_account(self, ana: Talker, port: int) -> None:
        ana.registers(SECRET)
        with JsonTalker(port) as listener:
            ana.says("hi")
            listener.hears(Heard("blue", "hi", "ana"))
            person = listener.answer("person", type="whois", name="ana")["person"]
            assert person["account"]

    def test_before_hello_one_says_which_name(self, port: int) -> None:
        with JsonTalker(port, hello=False) as talker:
            registers(talker)
            talker.is_refused("bad_name", "say first which name is to be yours: /name NAME")
            assert talker.answer("token", type="register", name="ana", password=SECRET)
            talker.ask(type="hello", v=1)
            welcome = talker.event("welcome")
            assert (welcome["name"], welcome["account"]) == ("ana", True)

    def test_a_given_name_cannot_be_registered(self, guest: Talker) -> None:
        registers(guest)
        guest.is_refused(
            "bad_name", "names like guest-1 are for those who choose none; choose another"
        )

    @pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
    def test_the_name_that_another_guest_has_cannot_be_registered(
        self, ana: Talker, port: int, name: str
    ) -> None:
        with JsonTalker(port, name="ben") as ben:
            registers(ben, name=name)
            words = f"{name}, or a name that looks like it, is in use: take another"
            ben.is_refused("name_taken", words)
        ana.registers(SECRET)

    @pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
    def test_the_name_of_an_account_cannot_be_registered(
        self, ana: Talker, port: int, name: str
    ) -> None:
        ana.registers(SECRET)
        with JsonTalker(port, name="ben") as ben:
            registers(ben, name=name)
            words = f"{name}, or a name that looks like it, has an account already"
            ben.is_refused("name_reserved", words)

    def test_one_who_is_logged_in_cannot_register(self, ana: Talker) -> None:
        ana.registers(SECRET)
        registers(ana)
        ana.is_refused("login_twice", "you are logged in already: log out first")

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("short", "a password has 8 characters or more; add some"),
            ("\u00e9" * 600, "a password has 1024 bytes at most; take a shorter one"),
            (
                "bell\a-is-no-letter",
                "a password has no tabs, line ends and other control characters",
            ),
        ],
    )
    def test_what_is_no_password_is_refused(
        self, ana: Talker, password: str, sentence: str
    ) -> None:
        registers(ana, password)
        ana.is_refused("bad_password", sentence)
        ana.registers(SECRET)

    def test_of_twenty_who_register_a_name_at_once_one_gets_it(self, port: int) -> None:
        with ExitStack() as all_of_them:
            crowd = [all_of_them.enter_context(JsonTalker(port)) for _ in range(20)]
            for one in crowd:
                registers(one, name="zoe")
            answers = [json.loads(one.line()) for one in crowd]
            assert sorted(answer["type"] for answer in answers) == ["error"] * 19 + ["token"]
            codes = {answer["code"] for answer in answers if answer["type"] == "error"}
            assert codes <= {"name_taken", "name_reserved"}

    def test_a_name_is_its_owners_whoever_wants_it_at_the_same_time(self, port: int) -> None:
        with ExitStack() as all_of_them:
            crowd = [all_of_them.enter_context(JsonTalker(port)) for _ in range(10)]
            owner = all_of_them.enter_context(JsonTalker(port))
            for one in crowd:
                one.ask(type="name", name="zoe", id="n")
            owner.ask(type="register", name="zoe", password=SECRET)
            for one in crowd:
                one.ask(type="name", name="zoe", id="n")
            registered = json.loads(owner.line())["type"] == "token"
            for one in crowd:
                one.ask(type="ping", id="end")
            last = [_name_at_the_end(one) for one in crowd]
            assert last.count("zoe") == (0 if registered else 1)


def _name_at_the_end(talker: JsonTalker) -> str:
    """Return what `talker` is called once all that was asked is answered."""
    name = talker.welcome["name"]
    while (event := json.loads(talker.line()))["type"] != "pong":
        if event["type"] == "you":
            name = event["name"]
    return str(name)


@cheap
class TestReservedNames:
    @pytest.fixture(autouse=True)
    def zoe(self, cheap_passwords: None, port: int) -> None:
        with JsonTalker(port, name="zoe") as talker:
            talker.registers(SECRET)

    @pytest.mark.parametrize("name", ["zoe", "ZOE", "z\u043ee", "z0e"])
    def test_a_guest_cannot_take_it(self, guest: Talker, name: str) -> None:
        wants(guest, name)
        guest.is_refused(
            "name_reserved",
            f"{name}, or a name that looks like it, belongs to an account:"
            " log in, or take another name",
        )

    @pytest.mark.parametrize("name", ["zoe", "ZOE", "z\u043ee", "z0e"])
    def test_a_guest_cannot_come_in_under_it(self, port: int, name: str) -> None:
        with JsonTalker(port, hello=False) as talker:
            talker.ask(type="hello", v=1, name=name)
            talker.error("name_reserved")
            talker.ask(type="hello", v=1, name="ben")
            talker.event("welcome")

    def test_its_owner_keeps_it(self, guest: Talker) -> None:
        guest.logs_in("zoe", SECRET)
        wants(guest, "ben")
        guest.is_refused("not_allowed", "an account keeps its name: log out to have another")


@cheap
def test_a_guest_whose_name_is_made_an_account_is_called_otherwise(
    ana: Talker, port: int, server: ChatServer
) -> None:
    hall = server.hall
    with JsonTalker(port) as listener:
        account = hall.accounts.add("ANA", SECRET, "red", administrator=False)
        hall.writer.do(lambda: free_name(hall, account))
        if isinstance(ana, JsonTalker):
            you = ana.event("you")
            name, words = you["name"], you["message"]
        else:
            words = ana.line().decode().rstrip()
            name = words.split()[7]
        assert words == f"ana belongs to an account; you are {name} now. /name gives you another."
        assert name.startswith("guest-")
        ana.says("who am I?")
        assert listener.event("message")["name"] == name
        wants(ana, "ana")
        ana.is_refused(
            "name_reserved",
            "ana, or a name that looks like it, belongs to an account:"
            " log in, or take another name",
        )


@cheap
def test_a_guest_is_called_otherwise_even_if_the_next_given_name_is_in_use(
    port: int, server: ChatServer
) -> None:
    hall = server.hall
    with ExitStack() as all_of_them:
        ana = all_of_them.enter_context(JsonTalker(port, name="ana"))
        for number in range(2, 9):
            name = f"guest-{number}"
            all_of_them.enter_context(JsonTalker(port, name=name, session=f"s{number}"))
        account = hall.accounts.add("ana", SECRET, "red", administrator=False)
        hall.writer.do(lambda: free_name(hall, account))
        assert ana.event("you")["name"] not in {f"guest-{number}" for number in range(2, 9)}


@cheap
class TestSeveralConnections:
    @pytest.fixture(params=["json-json", "plain-plain", "json-plain", "plain-json"])
    def both(
        self, request: pytest.FixtureRequest, cheap_passwords: None, port: int
    ) -> Iterator[tuple[Talker, Talker]]:
        """Give two connections of the account ana."""
        first, second = request.param.split("-")
        with TALKERS[first](port, "blue", "ana") as one, TALKERS[second](port) as two:
            one.registers(SECRET)
            two.logs_in("ana", SECRET)
            yield one, two

    def test_each_hears_what_the_other_says(self, both: tuple[Talker, Talker]) -> None:
        one, two = both
        one.does("[COLOR (blue)] said -> hi", type="say", id="from-one", text="hi")
        two.hears(Heard("blue", "hi", "ana"))
        two.does("[COLOR (blue)] said -> hey", type="say", id="from-two", text="hey")
        one.hears(Heard("blue", "hey", "ana"))

    def test_a_colour_is_the_accounts_on_all_of_them(
        self, both: tuple[Talker, Talker], port: int
    ) -> None:
        one, two = both
        with JsonTalker(port) as listener:
            one.does("/color green", type="color", color="green")
            if isinstance(one, JsonTalker):
                assert one.event("you")["color"] == "green"
            elif isinstance(one, PlainTalker):
                one.reads("You are ana, in green.")
            if isinstance(two, JsonTalker):
                assert two.event("you")["color"] == "green"
            two.does("hi", type="say", id="from-two", text="hi")
            listener.hears(Heard("green", "hi", "ana"))

    def test_the_name_is_in_use_until_the_last_is_closed(
        self, both: tuple[Talker, Talker], port: int
    ) -> None:
        one, two = both
        one.close()
        two.hears_nothing_more()
        with JsonTalker(port) as other:
            assert other.answer("person", type="whois", name="ana")["person"]["account"]

    def test_a_colour_is_kept_for_the_next_login(
        self, both: tuple[Talker, Talker], port: int
    ) -> None:
        one, _ = both
        one.does("/color green", type="color", color="green")
        with JsonTalker(port, hello=False) as later:
            _answered(one)
            later.answer("token", type="login", name="ana", password=SECRET)
            later.ask(type="hello", v=1)
            assert later.event("welcome")["color"] == "green"

    @pytest.mark.parametrize(("asked", "gets"), [("green", "green"), ("", "blue")])
    def test_one_that_is_made_before_the_hello_has_the_colour_that_was_asked_for(
        self, port: int, asked: str, gets: str
    ) -> None:
        with JsonTalker(port, hello=False) as new:
            new.answer("token", type="register", name="dan", password=SECRET, color=asked)
            new.ask(type="hello", v=1, color="magenta")
            assert new.event("welcome")["color"] == gets

    def test_one_of_no_colour_that_there_is_is_not_made(self, port: int) -> None:
        with JsonTalker(port) as new:
            new.ask(type="register", name="dan", password=SECRET, color="pink")
            new.error("bad_color")
            new.ask(type="whois", name="dan")
            new.error("no_such_person")


def _answered(talker: Talker) -> None:
    if isinstance(talker, JsonTalker):
        talker.event("you")
    else:
        talker.line()


@cheap
class TestBecomingSomebodyElse:
    def test_the_rooms_of_a_guest_are_the_accounts(self, ana: Talker, port: int) -> None:
        ana.joins("builds")
        ana.registers(SECRET)
        ana.hears_nothing_more()
        with JsonTalker(port, hello=False) as again:
            again.answer("token", type="login", name="ana", password=SECRET)
            again.ask(type="hello", v=1)
            rooms = [place["room"] for place in again.event("welcome")["rooms"]]
            assert rooms == ["lobby", "builds"]

    def test_an_accounts_rooms_come_with_a_login(self, port: int) -> None:
        with JsonTalker(port, name="ana") as ana, JsonTalker(port) as other:
            ana.registers(SECRET)
            ana.joins("builds", private=True)
            other.logs_in("ana", SECRET)
            assert other.event("joined")["place"]["room"] == "builds"

    def test_one_who_logs_out_leaves_private_rooms(self, ana: Talker) -> None:
        ana.registers(SECRET)
        ana.joins("builds", private=True)
        ana.logs_out()
        if isinstance(ana, JsonTalker):
            left = ana.event("left")
            assert left["room"] == "builds"
            assert left["message"].endswith(" now, and not in #builds.")
        else:
            assert ana.line().endswith(b" now, and not in #builds.\n")
        ana.says_here("in the lobby again")
        ana.hears_nothing_more()

    def test_what_an_account_blocked_a_guest_hears(self, ana: Talker, port: int) -> None:
        with JsonTalker(port, "red", "ben") as ben:
            ana.registers(SECRET)
            ana.does("/block ben", type="block", name="ben")
            if isinstance(ana, JsonTalker):
                ana.event("blocked")
            else:
                ana.line()
            ben.says("one")
            ben.hears_nothing_more()
            ana.hears_nothing_more()
            ana.logs_out()
            ben.says("two")
            ana.hears(Heard("red", "two", "ben"))


@cheap
class TestSecrets:
    def test_no_password_comes_into_a_log(
        self, ana: Talker, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        other = "staple-in-the-rain"
        ana.registers(SECRET)
        ana.does(f"/password {SECRET} {other}", type="password", old=SECRET, new=other)
        _line(ana)
        ana.does(f"/password {SECRET} {other}x", type="password", old=SECRET, new=f"{other}x")
        assert other not in _line(ana)
        ana.logs_out()
        ana.does(f"/login ana {SECRET}", type="login", name="ana", password=SECRET)
        assert SECRET not in _line(ana)
        ana.logs_in("ana", other)
        assert SECRET not in caplog.text
        assert other not in caplog.text

    @pytest.mark.parametrize(
        "line",
        [
            b'{"type":"login","name":"ana","password":"%s","id":7}',
            b'{"type":"login","name":["%s"],"password":"%s"}',
            b'{"type":"login","name":"ana","password":"%s"',
            b'{"type":"log","name":"ana","password":"%s"}',
            b'{"type":"login","name":"ana","password":["%s"]}',
            b'{"type":"register","name":"ana","password":"' + 50 * b"%s" + b'"}',
        ],
    )
    def test_no_error_repeats_a_password_in_json(
        self, port: int, line: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with JsonTalker(port) as talker:
            talker.send(line.replace(b"%s", SECRET.encode()) + b"\n")
            answer = talker.line().decode()
            assert '"error"' in answer
            assert SECRET not in answer
        assert SECRET not in caplog.text

    @pytest.mark.parametrize(
        "line",
        [
            "/logon ana {}",
            "/login {}",
            "/register {0} code more",
            "/password {}",
            "/password {0} {0} {0}",
        ],
    )
    def test_no_error_repeats_a_password_in_plain_text(
        self, port: int, line: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with JsonTalker(port) as others, PlainTalker(port, "blue", "ana") as talker:
            talker.types(line.format(SECRET))
            answer = talker.line().decode()
            assert answer.startswith("Error: ")
            assert SECRET not in answer
            others.hears_nothing_more()
        assert SECRET not in caplog.text

    @pytest.mark.parametrize(
        "secretive",
        [
            Login("ana", SECRET),
            Register(SECRET, "ana"),
            ChangePassword(SECRET, SECRET),
            Hello(1, token=SECRET),
            Token("1", "ana", SECRET),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_no_repr_has_a_secret(self, secretive: object) -> None:
        assert SECRET not in repr(secretive)
        assert SECRET not in str(secretive)


def _line(talker: Talker) -> str:
    return talker.line().decode()
