"""The native wire: what it answers to what is no command."""

import json
from typing import get_args

import pytest

from huechat.protocol import ERRORS, AnyCommand, Error, Ping, Say
from huechat.wire.jsonlines import MAX_NESTED, JsonLines, encode_line

MAX = 64 * 1024


def heard(line: bytes | dict) -> list:
    """What the wire makes of one line."""
    data = json.dumps(line).encode() if isinstance(line, dict) else line
    return JsonLines(MAX).receive(data + b"\n")


def error(line: bytes | dict) -> Error:
    (only,) = heard(line)
    assert isinstance(only, Error)
    assert only.code in ERRORS
    return only


def test_an_unknown_type_is_answered_with_its_id_and_the_known_types():
    reason = error({"type": "dance", "id": "a"})
    assert (reason.code, reason.id) == ("unknown_type", "a")
    known = sorted(one.__struct_config__.tag for one in get_args(AnyCommand))
    assert ", ".join(known) in reason.message


def test_an_object_with_no_type_is_of_an_unknown_type():
    assert error({"id": "a"}).code == "unknown_type"


@pytest.mark.parametrize(
    "line",
    [b"{", b"{]", b'{"type":"ping"', b'{"type":"ping"} x', b"[]", b"5", b'"ping"', b"null", b"\0"],
)
def test_what_is_no_json_object_is_bad_json(line):
    assert error(line).code == "bad_json"


def test_half_of_a_surrogate_pair_is_bad_json():
    assert error(rb'{"type":"say","id":"a","text":"\ud83d"}').code == "bad_json"


def test_bytes_that_are_not_utf8_are_told_so():
    assert error(b'{"type":"say","id":"a","text":"\xff"}').code == "bad_utf8"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, "`text`"),
        ({"text": 5}, "`$.text`"),
        ({"text": None}, "`$.text`"),
        ({"text": "hi", "room": 1}, "`$.room`"),
    ],
)
def test_a_missing_or_wrong_field_is_named_and_the_error_keeps_the_id(fields, names):
    reason = error({"type": "say", "id": "a", **fields})
    assert (reason.code, reason.id) == ("bad_json", "a")
    assert reason.message.startswith("say: ")
    assert names in reason.message


@pytest.mark.parametrize("id_", ["", "x" * 129, 5, None])
def test_an_id_has_1_to_128_characters(id_):
    assert "$.id" in error({"type": "say", "id": id_, "text": "hi"}).message


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "hello", "v": 1, "resume": {"lobby": -1}},
        {"type": "hello", "v": 1, "resume": {"lobby": 2**64}},
        {"type": "hello", "v": 1, "history": -1},
        {"type": "hello", "v": 1, "session": "x" * 65},
        {"type": "history", "before": -1},
        {"type": "history", "after": 2**63},
        {"type": "history", "limit": 0},
        {"type": "search", "text": "hi", "before": 2**53},
        {"type": "search", "text": "hi", "limit": 0},
    ],
    ids=str,
)
def test_a_number_or_session_that_cannot_be_is_refused(fields):
    assert error(fields).code == "bad_json"


def test_a_line_too_long_is_an_error_and_its_neighbours_are_taken():
    wire = JsonLines(40)
    long = encode_line(Say("b", "x" * 40))
    before, reason, after = wire.receive(encode_line(Ping("a")) + long + encode_line(Ping("c")))
    assert (before, reason.code, after) == (Ping("a"), "too_long", Ping("c"))


def test_nonsense_costs_only_its_own_line():
    wire = JsonLines(MAX)
    told = wire.receive(b'nonsense\n{"type":"ping"}\n\xff\n{"type":"ping"}\n')
    assert [type(one) for one in told] == [Error, Ping, Error, Ping]


def nested(depth: int) -> bytes:
    """A ping with arrays and objects to `depth`, and a text that has more of their brackets."""
    deep = b"[" * (depth - 1) + b"]" * (depth - 1)
    return b'{"type":"ping","id":"[[{{","new":' + deep + b"}"


def test_arrays_and_objects_may_nest_up_to_the_bound():
    assert heard(nested(MAX_NESTED)) == [Ping("[[{{")]
    assert error(nested(MAX_NESTED + 1)).code == "bad_json"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"\\"":', b'["\\\\",'])
def test_deeper_nesting_is_refused(opening):
    reason = error(b'{"type":"ping","new":' + opening * 5000)
    assert reason.code == "bad_json"
    assert str(MAX_NESTED) in reason.message


@pytest.mark.parametrize("said", ["[" * 1000, "{[" * 1000, '"[' * 1000, '\\"{' * 1000])
def test_brackets_in_a_text_are_not_nesting(said):
    assert heard({"type": "say", "id": "a", "text": said}) == [Say("a", said)]
