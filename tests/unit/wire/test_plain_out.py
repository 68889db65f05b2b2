"""Plain text going out: the seed's form, a line each."""

import pytest

from huechat.protocol import Ack, Bye, Error, Message, Pong, Recolor, Say, Welcome, You
from huechat.wire.plain import Plain


def message(text: str, *, name: str = "", color: str = "red") -> Message:
    return Message("lobby", 1, "a", "2026-11-22T19:00:00.000Z", name, color, text)


def test_a_message_has_the_seeds_form():
    assert Plain.encode(message("hi")) == b"[COLOR (red)] said -> hi\n"


def test_someone_with_a_name_is_shown_by_it():
    assert Plain.encode(message("hi", name="ana")) == b"ana [COLOR (red)] said -> hi\n"


def test_an_error_is_a_sentence():
    assert Plain.encode(Error("empty", "write something")) == b"Error: write something\n"


def test_goodbye_is_as_the_server_words_it():
    assert Plain.encode(Bye("Goodbye.")) == b"Goodbye.\n"


@pytest.mark.parametrize(
    "event",
    [Welcome(1, "ana", "red", "s", ()), Ack("a", "lobby", 1, ""), You("ana", "red"), Pong("a")],
    ids=lambda event: type(event).__name__,
)
def test_what_only_programs_want_to_know_is_not_told(event):
    assert Plain.encode(event) == b""


@pytest.mark.parametrize("text", ["hi", "  two  spaces ", "café 🎨", "[COLOR (red)] said -> x"])
def test_what_one_wire_says_another_hears(text):
    wire = Plain(1000, "s")
    wire.quiet()
    assert wire.receive(Plain.encode(message(text))) == [Recolor("red"), Say("s-1", text)]


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mana", "\u202eana"])
def test_a_name_cannot_break_out_of_its_place(name):
    line = Plain.encode(message("hi", name=name)).decode()
    assert name not in line
    assert line.endswith(" [COLOR (red)] said -> hi\n")
    assert line.count("\n") == 1
