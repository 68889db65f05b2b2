"""What is typed wrongly is answered with what is wrong and how it is written."""

import re
from itertools import count

import pytest

from huechat.protocol import COLORS, ERRORS, Error
from huechat.wire.typed import VERBS, find_verb, typed

every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def meant(line: str):
    return typed(line, (f"s-{number}" for number in count(1)))


def error(line: str) -> Error:
    reason = meant(line)
    assert isinstance(reason, Error), reason
    assert reason.code in ERRORS
    return reason


@every_verb
def test_what_is_needed_is_said_to_be_missing(verb):
    needed = verb.arguments.removeprefix("[*] ")[:1].isupper()
    assert isinstance(meant(f"/{verb.name}"), Error) == needed
    if needed:
        assert error(f"/{verb.name}  ").message.endswith(f" is missing: write {verb.usage}")


WRONG = {
    "/msg": "a name is missing",
    "/msg ben": "the text is missing",
    "/msg #den hi": "/join that room and say it there; to one person",
    "/me": "the text is missing",
    "/react": "an emoji is missing",
    "/react 👍 👍": "it takes one emoji",
    "/delete 5": "it takes your newest message back, no other",
    "/history 0": "a number above 0 is wanted",
    "/history many": "a number above 0 is wanted",
    "/history ²": "a number above 0 is wanted",
    "/history 5 6": "it takes one number",
    "/join": "a room is missing",
    "/join my room": "a room's name has no spaces",
    "/join a private b": "a room's name has no spaces",
    "/leave my room": "a room's name has no spaces",
    "/room builds": "/join takes you to a room; to see where you are",
    "/rooms a b": "a room's name has no spaces",
    "/who a b c": "names have no spaces",
    "/invite a b c": "names have no spaces",
    "/name": "a name is missing",
    "/name ana maria": "a name has no spaces",
    "/color": f"a color (one of {', '.join(COLORS)}) is missing",
    "/color light green": "a color is one word, like light_green",
    "/back again": "nothing comes after it",
    "/whois ana ben": "it takes one name",
    "/block ana ben": "it takes one name",
    "/unblock": "a name is missing",
    "/register": "a password is missing",
    "/register correct horse staple": "the password must have no spaces",
    "/login": "a name is missing",
    "/login ana": "a password is missing",
    "/logout now": "only the word everywhere may come after it",
    "/password": "the old password is missing",
    "/password old": "the new password is missing",
    "/password correct horse staple": "the passwords must have no spaces",
    "/kick": "a name is missing",
    "/ban * ": "a name is missing",
    "/pardon ana ben": "it takes one name",
    "/bans ben": "only * may come after it",
    "/role ben": "a role (member, moderator, owner, administrator) is missing",
    "/role ben king": "a role is one of member, moderator, owner, administrator",
    "/role ben owner now": "nothing comes after the role",
    "/op ana ben": "it takes one name",
    "/deop": "a name is missing",
    "/slow": "a number of seconds is missing",
    "/slow down": "a number is wanted, a time like 1m30s, or off",
    "/slow 5 6": "it takes one number, or one time",
    "/drop my room": "a room's name has no spaces",
    "/audit ben": "only * may come after it",
    "/help join leave": "it takes one command",
    "/q ben hi": "/msg NAME TEXT writes to somebody; to leave",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_and_how_it_is_written(line):
    verb = find_verb(line.split()[0][1:])
    assert error(line) == Error("no_such_command", f"{WRONG[line]}: write {verb.usage}")


@every_verb
def test_each_sentence_is_short(verb):
    for rest in ("", " a b c d e", " 1 2 3 4 5", " * * * *"):
        meaning = meant(f"/{verb.name}{rest}")
        if isinstance(meaning, Error) and verb.name != "color":  # which lists the colors
            assert len(meaning.message) <= 100


@pytest.mark.parametrize("time", ["-5m", "+5m", "10", "0m", "10min", "1h30", "1.5h", "2hours"])
def test_a_time_that_is_none_is_not_taken_for_a_reason_to_ban_for_ever(time):
    assert "10m, 2h, 7d or 1h30m: write /ban " in error(f"/ban ben {time} spam").message


TOO_LONG = {
    f"/topic {'x' * 301}": "one part is longer than 300 characters",
    f"/ban ben {'x' * 301}": "one part is longer than 300 characters",
    f"/react {'x' * 65}": "one part is longer than 64 characters",
    f"/login ana {'x' * 1025}": "one part is longer than 1024 characters",
    f"/register secret {'x' * 65}": "one part is longer than 64 characters",
    "/ban ben 9999w": "the time is longer than 3660d",
    "/slow 86401": "the time is longer than 1d",
    "/slow 999999999": "the time is longer than 1d",
}


@pytest.mark.parametrize("line", TOO_LONG)
def test_no_field_is_longer_or_larger_than_the_native_wire_lets_it_be(line):
    verb = find_verb(line.split()[0][1:])
    assert error(line) == Error("too_long", f"{TOO_LONG[line]}: write {verb.usage}")


@every_verb
def test_what_was_typed_after_a_command_is_in_no_error(verb):
    name = "" if verb.name == "help" else verb.name
    for words in ("5ecret", "5ecret 5ecret", "5ecret " * 9, "* 5ecret 5ecret", "5ecret" * 200):
        meaning = meant(f"/{name} {words}")
        assert not isinstance(meaning, Error) or "5ecret" not in meaning.message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/jion builds", "there is no /jion; did you mean /join? /help lists all"),
        ("/Registre x", "there is no /Registre; did you mean /register? /help lists all"),
        ("/xyzzy", "there is no /xyzzy; /help lists all"),
        ("/slap ben", "there is no /slap; /help lists all"),
        ("/win 2", "there is no /win; /help lists all"),
        ("/mode +o ben", "there is no /mode; did you mean /mod? /help lists all"),
        (f"/{'y' * 10_000}", f"there is no /{'y' * 20}…; /help lists all"),
        ("/help jion", "there is no /jion; did you mean /join? /help lists all"),
    ],
)
def test_an_unknown_command_is_not_said_and_the_nearest_is_named(line, message):
    assert error(line) == Error("no_such_command", message)


@pytest.mark.parametrize("before", ["/", "/help ", "/help /"])
@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("go", "; /join takes you to a room"),
        ("TIME", "; /history shows when something was said"),
        ("clear", ""),
    ],
)
def test_what_our_client_alone_knows_is_said_to_be_so(before, name, instead):
    told = f"/{name} works in huechat-client only{instead}"
    assert error(f"{before}{name}") == Error("no_such_command", told)


def test_no_command_has_a_name_of_those_of_our_client():
    assert not any(map(find_verb, ("go", "time", "clear")))


def test_every_error_says_what_to_write_or_where_to_look():
    for line in (*WRONG, *TOO_LONG, "/xyzzy"):
        assert re.search(r": write /|/help lists all$", error(line).message)
