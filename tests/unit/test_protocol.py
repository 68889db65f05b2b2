"""The protocol's own promises."""

import ast
import re
from pathlib import Path

import msgspec
import pytest

from huechat import protocol

PACKAGE = Path(protocol.__file__).parent
ANSWERS = {"Error", "RefusedError", "StoreError"}
STORAGE_CODE = re.compile("storage_[a-z]+")
COMMANDS = protocol.Command.__subclasses__()
EVENTS = protocol.Event.__subclasses__()


def codes_used() -> set[str]:
    """Every code that some line of the package answers with; a store's stand in a table, too."""
    nodes = [
        node
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if path.name != "protocol.py"
    ]
    calls = [
        one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") in ANSWERS
    ]
    words = {str(one.value) for one in nodes if isinstance(one, ast.Constant)}
    named = {one.args[0].value for one in calls if isinstance(one.args[0], ast.Constant)}
    return named | {word for word in words if STORAGE_CODE.fullmatch(word)}


def test_every_error_code_is_documented_and_used():
    assert codes_used() == set(protocol.ERRORS)


def test_every_command_and_event_is_in_its_union():
    assert set(COMMANDS) == set(protocol.AnyCommand.__args__)
    assert set(EVENTS) == set(protocol.AnyEvent.__args__)


@pytest.mark.parametrize("kind", COMMANDS + EVENTS, ids=lambda kind: kind.__name__)
def test_types_are_frozen_tagged_and_explained(kind):
    config = kind.__struct_config__
    assert config.frozen
    assert config.tag_field == "type"
    assert kind.__doc__


def test_fields_that_a_newer_program_adds_are_ignored():
    for kind in COMMANDS + EVENTS:
        assert not kind.__struct_config__.forbid_unknown_fields


def test_a_seed_line_gives_color_and_text():
    found = protocol.SEED_LINE.fullmatch("[COLOR (light_red)] said -> a -> b\n[x]")
    assert found
    assert (found["color"], found["text"]) == ("light_red", "a -> b\n[x]")


def test_what_design_fixes_is_written_so():
    hello = protocol.Hello(protocol.VERSION, "ana", "red")
    assert msgspec.json.encode(hello) == b'{"type":"hello","v":1,"name":"ana","color":"red"}'
    place = protocol.RoomPlace(protocol.LOBBY, 41)
    assert msgspec.json.encode(place) == b'{"room":"lobby","seq":41}'
    assert protocol.MAX_LINE_BYTES == 65_536
