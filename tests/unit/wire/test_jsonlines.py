"""The native wire: what it takes for a command, and how events come and go."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.config import ServerSettings
from huechat.protocol import LOBBY, Error, Hello, History, Message, Ping, Recolor, Say, Search
from huechat.wire.jsonlines import (
    MAX_EVENT_BYTES,
    JsonLines,
    JsonLinesClient,
    encode_line,
)

MAX = 64 * 1024

text = st.text()
counts = st.integers(0, 2**53 - 1)
pages = st.integers(1, 2**53 - 1)
commands = st.one_of(
    st.builds(
        Hello,
        v=st.integers(-(2**63), 2**63 - 1),
        name=text,
        color=text,
        session=st.text(max_size=64),
        resume=st.dictionaries(text, counts, max_size=3),
        history=st.none() | counts,
    ),
    st.builds(Say, id=st.text(min_size=1, max_size=128), text=text, room=text),
    st.builds(Recolor, color=text),
    st.builds(History, id=text, before=st.none() | counts, after_time=text, limit=pages),
    st.builds(Search, text=text, id=text, before=st.none() | counts, limit=pages),
    st.builds(Ping, id=text),
)


def heard(line: bytes | dict) -> list:
    """What the wire makes of one line."""
    data = json.dumps(line).encode() if isinstance(line, dict) else line
    return JsonLines(MAX).receive(data + b"\n")


@given(commands)
def test_every_command_comes_through_as_it_was(command):
    assert JsonLines(2**20).receive(encode_line(command)) == [command]


@given(text)
def test_any_text_comes_through_as_it_was(said):
    message = Message(LOBBY, 1, "a", "2026-11-22T19:00:00.000Z", "ana", "red", said)
    assert JsonLinesClient().receive(encode_line(message)) == [message]


@given(text)
def test_a_message_is_always_one_line(said):
    line = encode_line(Say("a", said))
    assert line.index(b"\n") == len(line) - 1


def test_name_color_and_room_may_be_missing():
    assert heard({"type": "hello", "v": 1}) == [Hello(1, "", "")]
    assert heard({"type": "say", "id": "a", "text": "hi"}) == [Say("a", "hi", LOBBY)]


def test_a_hello_that_resumes_is_as_design_fixes_it():
    line = b'{"type":"hello","v":1,"name":"ana","session":"s","resume":{"lobby":42}}'
    assert heard(line) == [Hello(1, "ana", session="s", resume={"lobby": 42})]


def test_unknown_fields_are_ignored():
    assert heard({"type": "ping", "id": "a", "new": [{"in": "version 2"}]}) == [Ping("a")]


def test_empty_lines_mean_nothing():
    assert heard(b"\n \r\n") == []


def test_a_line_may_end_in_a_carriage_return():
    assert heard(b'{"type":"ping"}\r') == [Ping()]


def test_a_line_that_is_not_ended_waits():
    wire = JsonLines(MAX)
    assert wire.receive(b'{"type":') == []
    assert wire.quiet() == []
    assert wire.receive(b'"ping"}\n') == [Ping()]


def test_a_line_cut_off_by_the_end_is_dropped():
    wire = JsonLines(MAX)
    wire.receive(b'{"type":"say","id":"a","text":"hal')
    assert wire.end() == []


def test_an_event_goes_out_as_a_line():
    assert JsonLines.encode([Error("empty", "no")]) == [
        b'{"type":"error","code":"empty","message":"no","id":"","retry_after_s":0.0}\n'
    ]


@given(st.lists(text, max_size=5))
def test_each_event_is_a_line_of_its_own_whatever_stands_in_it(texts):
    events = [Message(LOBBY, 1, "a", "", "ana", "red", one) for one in texts]
    assert JsonLines.encode(events) == [encode_line(event) for event in events]


def test_a_client_passes_over_what_it_does_not_know():
    data = b'nonsense\n{"type":"typing","name":"ana"}\n\xff\n' + encode_line(Error("empty", "no"))
    assert JsonLinesClient().receive(data) == [Error("empty", "no")]


def test_a_client_takes_the_longest_message_that_any_server_can_be_set_to_take():
    longest = next(one for one in fields(ServerSettings) if one.name == "max_line_bytes")
    with pytest.raises(ValueError, match="to 1048576"):
        longest.metadata["setting"].parse("1048577")
    message = Message(LOBBY, 2**63, "\x7f" * 128, "", "ana", "red", "\x7f" * 1_048_576)
    assert len(encode_line(message)) < MAX_EVENT_BYTES
    assert JsonLinesClient().receive(encode_line(message)) == [message]
