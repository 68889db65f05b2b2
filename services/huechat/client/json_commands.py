"""Commands as lines of JSON, with what may be left out where one program asks one room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import fields

from huechat.client.outbox import Entering
from huechat.client.piped import MOST_BYTES
from huechat.protocol import LOBBY, AnyCommand, Command, Error
from huechat.wire.jsonlines import explain

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict)

_KINDS: Final = tuple(Command.__subclasses__())
_PLACED: Final = frozenset(
    kind.__struct_config__.tag
    for kind in _KINDS
    if any(one.name == "room" and one.default == LOBBY for one in fields(kind))
)
_ENTERING: Final = frozenset(
    kind.__struct_config__.tag for kind in _KINDS if issubclass(kind, Entering)
)


def command(line: bytes, room: str, new_id: Callable[[], str]) -> AnyCommand | Error:
    """Return the command that `line` has, or what is wrong with it.

    What names no room, and would be for the lobby, is for `room`. What is said needs no `id`.
    """
    if len(line) > MOST_BYTES:
        return Error("too_long", "the line is longer than any server takes; it was dropped")
    try:
        return _command(_commands.decode(line), room, new_id)
    except UnicodeDecodeError:
        return Error("bad_utf8", "the line is not UTF-8; it was not taken")
    except RecursionError:
        return Error("bad_json", "the line is nested too deeply")
    except msgspec.ValidationError as reason:
        return explain(line, str(reason))
    except msgspec.DecodeError as reason:
        return Error("bad_json", f"the line is not JSON: {reason}")


def _command(given: dict[str, Any], room: str, new_id: Callable[[], str]) -> AnyCommand:
    kind = given.get("type")
    if isinstance(kind, str):
        if kind in _ENTERING:
            given.setdefault("id", new_id())
        if kind in _PLACED and "to" not in given:
            given.setdefault("room", room)
    found: AnyCommand = msgspec.convert(given, AnyCommand)
    return found
