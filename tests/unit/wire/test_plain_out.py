"""Plain text going out: the seed's form, a line each."""

import pytest

from huechat.protocol import (
    Ack,
    AnyEvent,
    Bye,
    Error,
    Marked,
    Message,
    Pong,
    Presence,
    Recolor,
    Say,
    TypingNow,
    Welcome,
    You,
)
from huechat.wire.plain import Plain


def message(text: str, *, name: str = "", color: str = "red") -> Message:
    return Message("lobby", 1, "a", "2026-11-22T19:00:00.000Z", name, color, text)


def line(event: AnyEvent) -> bytes:
    (only,) = Plain.encode([event])
    return only


def test_a_message_has_the_seeds_form():
    assert line(message("hi")) == b"[COLOR (red)] said -> hi\n"


def test_someone_with_a_name_is_shown_by_it():
    assert line(message("hi", name="ana")) == b"ana [COLOR (red)] said -> hi\n"


def test_an_error_is_a_sentence():
    assert line(Error("empty", "write something")) == b"Error: write something\n"


def test_goodbye_is_as_the_server_words_it():
    assert line(Bye("Goodbye.")) == b"Goodbye.\n"


@pytest.mark.parametrize(
    "event",
    [
        Welcome(1, "ana", "red", "s", ()),
        Ack("a", "lobby", 1, ""),
        You("ana", "red"),
        Pong("a"),
        Marked("lobby", 3),
        TypingNow("lobby", ("ana",)),
        Presence("lobby", 3, ("ana",)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_only_programs_want_to_know_is_not_told(event):
    assert line(event) == b""


@pytest.mark.parametrize("text", ["hi", "  two  spaces ", "café 🎨", "[COLOR (red)] said -> x"])
def test_what_one_wire_says_another_hears(text):
    wire = Plain(1000, "s")
    wire.quiet()
    assert wire.receive(line(message(text))) == [Recolor("red"), Say("s-1", text)]


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mana", "\u202eana"])
def test_a_name_cannot_break_out_of_its_place(name):
    shown = line(message("hi", name=name)).decode()
    assert name not in shown
    assert shown.endswith(" [COLOR (red)] said -> hi\n")
    assert shown.count("\n") == 1


def test_each_event_stays_by_itself_and_in_its_place():
    events = [message("a"), Pong("a"), message("b")]
    assert Plain.encode(events) == [line(message("a")), b"", line(message("b"))]
