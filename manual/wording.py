"""The protocol's types in words."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import NODEFAULT, Struct
from msgspec.inspect import (
    BoolType,
    DictType,
    Field,
    FloatType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from huechat.protocol import NEWEST, AnyEntry, Command

ENTRIES: Final = set(AnyEntry.__args__)


def fields_of(kind: type[Struct]) -> Sequence[Field]:
    """Return what is known of the fields of a command, an event or an object."""
    info = type_info(kind)
    if not isinstance(info, StructType):
        raise TypeError(f"{kind} is no struct")
    return info.fields


def tag_of(kind: type[Struct]) -> str:
    """Return a command's or event's `type`; of an object, its name."""
    return str(kind.__struct_config__.tag or kind.__name__)


def link(kind: type[Struct]) -> str:
    """Return a link to where `kind` is explained; see `page.linked`."""
    family = "object"
    if kind.__struct_config__.tag:
        family = "command" if issubclass(kind, Command) else "event"
    return f"[`{tag_of(kind)}`](#{family}:{tag_of(kind)})"


def parts_of(kind: Type) -> Iterator[type[Struct]]:
    """Yield the structs that a type is made of."""
    match kind:
        case StructType(cls=cls):
            yield cls
        case VarTupleType(item_type=item):
            yield from parts_of(item)
        case UnionType(types=kinds):
            for one in kinds:
                yield from parts_of(one)


def notes_of(kind: type[Struct]) -> dict[str, str]:
    """Return what is said of the fields that have a docstring of their own."""
    notes = {}
    (home,) = ast.parse(inspect.getsource(kind)).body
    for one, after in pairwise(getattr(home, "body", [])):
        match one, after:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(words))):
                notes[name] = " ".join(words.split())
    return notes


def type_words(kind: Type) -> str:
    """Return a field's type in words."""
    match kind:
        case DictType(key_type=key, value_type=value):
            return f"object of {type_words(key)} to {type_words(value)}"
        case VarTupleType(item_type=item):
            return f"list of {type_words(item)}"
        case StructType(cls=cls):
            return link(cls)
        case UnionType(types=kinds):
            if set(parts_of(kind)) == ENTRIES:
                return "[entries](#entries)"
            return _one_of([type_words(one) for one in kinds if not isinstance(one, NoneType)])
    return _simple(kind)


def default_words(one: Field, *, required: str) -> str:
    """Return what a missing field means; `required`: what is said of one that is never missing."""
    if one.required:
        return required
    if one.default in ("", None, (), NODEFAULT):
        return "none"
    value = one.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, int | float) else f"`{value}`"


def _simple(kind: Type) -> str:
    match kind:
        case BoolType():
            return "`true` or `false`"
        case StrType():
            return _text(kind)
        case IntType() | FloatType():
            return f"{'whole ' if isinstance(kind, IntType) else ''}number{_bounds(kind)}"
        case LiteralType(values=values):
            return _one_of([f"`{value}`" if value else "empty" for value in values])
    raise TypeError(f"there are no words for {kind}")


def _text(kind: StrType) -> str:
    if kind.max_length is None:
        return "text"
    return f"text of {kind.min_length or 0} to {kind.max_length} characters"


def _bounds(kind: IntType | FloatType) -> str:
    low = "" if kind.ge is None else f" from {kind.ge:,}"
    high = "" if kind.le in (None, NEWEST) else f" to {kind.le:,}"
    return f"{low}{high}"


def _one_of(words: list[str]) -> str:
    *some, last = words
    return f"{', '.join(some)} or {last}" if some else last
