"""The protocol's own promises."""

import ast
import re
from pathlib import Path

import msgspec
import pytest

from huechat import protocol
from huechat.server import commands

PROTOCOL = Path(protocol.__file__).parent
PACKAGE = PROTOCOL.parent
ANSWERS = {"Error", "RefusedError", "StoreError"}
STORAGE_CODE = re.compile("storage_[a-z]+")
ANSWERED = re.compile("answered(?: as `[a-z]+` is,)? with (?:its entry, |a new )?`([a-z]+)`")
COMMANDS = protocol.Command.__subclasses__()
EVENTS = protocol.Event.__subclasses__()
TAGS = {kind.__struct_config__.tag for kind in EVENTS}


def trees() -> list[ast.Module]:
    """All files that are not the protocol's."""
    files = [path for path in PACKAGE.rglob("*.py") if PROTOCOL not in path.parents]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files]


def name_called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def hand_on(functions: list[ast.FunctionDef]) -> dict[str, int]:
    """Where calls of those functions have a code that are given one to answer with."""
    places = {}
    for one in functions:
        names = [argument.arg for argument in one.args.args if argument.arg != "self"]
        calls = [node for node in ast.walk(one) if isinstance(node, ast.Call)]
        firsts = [call.args[0] for call in calls if name_called(call) in ANSWERS and call.args]
        if "code" in names and any(getattr(first, "id", "") == "code" for first in firsts):
            places[one.name] = names.index("code")
    return places


def codes_used() -> set[str]:
    """Every code that some line of the package answers with; a store's stand in a table, too."""
    nodes = [node for tree in trees() for node in ast.walk(tree)]
    places = hand_on([node for node in nodes if isinstance(node, ast.FunctionDef)])
    places |= dict.fromkeys(ANSWERS, 0)
    calls = [node for node in nodes if isinstance(node, ast.Call) and name_called(node) in places]
    given = [one.args[places[name_called(one)]] for one in calls if one.args]
    words = {str(one.value) for one in nodes if isinstance(one, ast.Constant)}
    named = {str(one.value) for one in given if isinstance(one, ast.Constant)}
    named |= {word for word in words if STORAGE_CODE.fullmatch(word)}
    return named - {""}  # what a client says to who sits before it


def test_every_command_is_done_by_somebody():
    assert set(commands._TABLE) == set(COMMANDS)


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_every_command_says_how_it_is_answered(kind):
    told = " ".join(kind.__doc__.split())
    assert set(ANSWERED.findall(told)) & TAGS or "Is not answered" in told


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
