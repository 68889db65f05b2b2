"""What may be done, and what comes of it."""

import pytest

from huechat.chat.errors import RefusedError
from huechat.chat.people import Person
from huechat.chat.rules import (
    about,
    check_color,
    check_emoji,
    check_hello,
    doing,
    guest,
    new_session,
    saying,
)
from huechat.protocol import COLORS, DEFAULT_COLOR, LOBBY, VERSION, Hello, Message

ANA = Person("s", "ana", "red")


def refusal(call, *arguments) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        call(*arguments)
    return refused.value


def greeted(hello: Hello, session: str = "s") -> Person:
    check_hello(hello)
    return guest(hello, session, "guest-1")


def test_hello_makes_a_person():
    ana = greeted(Hello(VERSION, "ana", "red"))
    assert (ana.name, ana.color, ana.session, ana.account) == ("ana", "red", "s", None)


def test_one_may_come_with_no_name_and_no_color():
    somebody = greeted(Hello(VERSION))
    assert (somebody.name, somebody.color) == ("guest-1", DEFAULT_COLOR)


def test_a_name_is_composed_on_the_way_in():
    assert greeted(Hello(VERSION, "Jose\u0301")).name == "Jos\u00e9"


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
def test_another_version_is_told_which_is_spoken(version):
    reason = refusal(check_hello, Hello(version))
    assert reason.code == "bad_version"
    assert str(reason) == f"this server speaks version 1, not {version}"


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        (Hello(VERSION, "a b"), "bad_name"),
        (Hello(VERSION, "ana", "purple"), "bad_color"),
        (Hello(VERSION, "ana", "RED"), "bad_color"),
    ],
)
def test_nobody_comes_in_with_a_bad_name_or_color(hello, code):
    assert refusal(check_hello, hello).code == code


@pytest.mark.parametrize("color", COLORS)
def test_every_known_color_may_be_chosen(color):
    assert check_color(color) == color


@pytest.mark.parametrize("color", ["", "purple", "Red", " red", "red\n", "\x1b[31m"])
def test_an_unknown_color_is_refused_with_a_list_of_the_known_ones(color):
    reason = refusal(check_color, color)
    assert reason.code == "bad_color"
    assert all(known in str(reason) for known in COLORS)


def test_what_is_said_has_its_speakers_name_and_color():
    message = saying(ANA, LOBBY, "a", "hi")
    assert (message.name, message.color) == ("ana", "red")
    assert (message.id, message.room, message.text) == ("a", "lobby", "hi")


def test_what_is_done_gets_an_id_where_it_has_none():
    first, second = (doing(ANA, LOBBY, "", "topic", "tea") for _ in range(2))
    assert first.id != second.id
    assert doing(ANA, LOBBY, "mine", "topic", "tea").id == "mine"


def test_a_message_id_is_unique_to_a_chosen_name_or_else_to_the_session():
    assert saying(ANA, LOBBY, "a", "hi").sender == "ana"
    assert saying(Person("s", "guest-1", "red"), LOBBY, "a", "hi").sender == "~s"
    assert saying(Person("s", "", "red"), LOBBY, "a", "hi").sender == "~s"


def test_no_name_can_be_mistaken_for_a_session_or_an_account():
    assert refusal(check_hello, Hello(VERSION, "~s")).code == "bad_name"
    assert refusal(check_hello, Hello(VERSION, "#1")).code == "bad_name"


def test_one_who_brings_a_session_is_who_they_were():
    assert greeted(Hello(VERSION, "ana", "red", session="s"), "new").identity == ANA.identity


def test_an_identity_does_not_tell_the_session():
    assert "secret" not in Person("secret", "ana", "red").identity


@pytest.mark.parametrize(
    "emoji", ["👍", "❤️", "👩‍🚀", "🇪🇺", "👍🏽", "1️⃣", ":+1:", ":party_parrot:", "☕", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "ℹ️"]
)
def test_an_emoji_or_its_word_is_a_reaction(emoji):
    assert check_emoji(emoji) == emoji


@pytest.mark.parametrize(
    "emoji", ["", "hi", "👍 ok", "\x1b[2J", ":two words:", "👍\n", "a👍", ":" * 50]
)
def test_nothing_else_is_a_reaction(emoji):
    assert refusal(check_emoji, emoji).code == "bad_emoji"


def test_what_an_entry_is_about_is_one_short_line():
    message = Message(LOBBY, 1, "i", "t", "ana", "red", "two\nlines " + "x" * 500)
    assert about(message).startswith("ana: two lines xxx")
    assert len(about(message)) < 80


@pytest.mark.parametrize("text", ["hi", "  hi  ", "two\nlines", "\x1b[2J", "🎨", "x" * 100_000])
def test_a_text_is_kept_to_the_letter(text):
    assert saying(ANA, LOBBY, "a", text).text == text


@pytest.mark.parametrize("text", ["", " ", "\n", "\t\r\n", "\u3000", "\u2028"])
def test_an_empty_message_is_refused(text):
    assert refusal(saying, ANA, LOBBY, "a", text).code == "empty"


def test_no_two_sessions_are_the_same_or_short():
    sessions = {new_session() for _ in range(100)}
    assert len(sessions) == 100
    assert min(map(len, sessions)) >= 22  # 128 bits in base64
