"""What the page says of each command, event and object; and its tables."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from huechat import protocol
from huechat.chat.roles import ABOVE_TARGET, LEAST, Role
from huechat.protocol import AnyCommand, AnyEvent, Command
from manual.samples import example, line
from manual.wording import default_words, fields_of, notes_of, parts_of, tag_of, type_words

COMMANDS: Final[tuple[type[Struct], ...]] = AnyCommand.__args__
EVENTS: Final[tuple[type[Struct], ...]] = AnyEvent.__args__

ACTIONS: Final = {
    "say": "`say`",
    "edit": "`edit` what one said oneself",
    "delete": "`delete` what one said oneself",
    "delete_others": "`delete` what others said",
    "react": "`react`",
    "topic": "change the `topic`",
    "invite": "`invite` into a private room",
    "kick": "`kick`",
    "ban": "`ban`",
    "mute": "`mute`",
    "pardon": "`pardon`",
    "bans": "ask for the `bans`",
    "slow": "set the `slow` mode, and speak as one likes in it",
    "audit": "ask for the `audit`",
    "make_moderator": "make a moderator, or a member again: `role`",
    "make_owner": "make an owner: `role`",
    "drop": "delete the room: `drop`",
    "ban_address": "`ban` an address that is written out, or a network",
    "server": "make invitation codes; all that is done to the room `*`",
}
"""What the actions in `chat.roles` are to clients."""


def objects() -> list[type[Struct]]:
    """Return what events have in them that is no event itself, in the order of their use."""
    found: dict[type[Struct], None] = {}
    for event in EVENTS:
        for field in fields_of(event):
            found.update(dict.fromkeys(parts_of(field.type)))
    return [one for one in found if one not in EVENTS]


def section(kind: type[Struct]) -> str:
    """Return what is to be said of one command, event or object."""
    about = inspect.cleandoc(kind.__doc__ or "")
    shown = f"```json\n{line(example(kind))}\n```\n"
    return "\n\n".join([f"### `{tag_of(kind)}`", about, _fields(kind), shown])


def roles() -> str:
    """Return who may do what: the actions, and the roles that have enough."""
    able = [role for role in Role if role is not Role.OUTSIDER]
    rows = [["", *(role.word for role in able)]]
    for action, least in LEAST.items():
        sign = "lower" if action in ABOVE_TARGET else "yes"
        rows.append([ACTIONS[action], *(sign if role >= least else "" for role in able)])
    return table(rows)


def codes() -> str:
    """Return what codes of errors there are."""
    known = sorted(protocol.ERRORS.items())
    return table([["code", "what is wrong"], *([f"`{name}`", about] for name, about in known)])


def table(rows: Iterable[list[str]]) -> str:
    """Return a Markdown table; the first row is its head."""
    heads, *rest = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    lines = [heads, ["---"] * len(heads), *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _fields(kind: type[Struct]) -> str:
    """Return the table of a type's fields, with the columns that say something."""
    columns = list(zip(*_rows(kind), strict=True))
    told = [column for column in columns if any(column[1:])]
    return table([list(row) for row in zip(*told, strict=True)])


def _rows(kind: type[Struct]) -> Iterator[list[str]]:
    required = "an error" if issubclass(kind, Command) else "never"
    may_be_missing = kind.__struct_config__.omit_defaults
    notes = notes_of(kind)
    fields = fields_of(kind)
    if all(one.required for one in fields):
        may_be_missing = issubclass(kind, Command)
    yield ["field", "type", "if it is missing", "what it is"]
    for one in fields:
        default = default_words(one, required=required) if may_be_missing else ""
        yield [f"`{one.encode_name}`", type_words(one.type), default, notes.get(one.name, "")]
