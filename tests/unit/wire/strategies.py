"""Any event, made of any texts: what hypothesis is given for each field's type."""

from __future__ import annotations

from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct

from huechat.protocol import AnyEvent, Event

anything = st.text(st.characters(), max_size=30)  # surrogates too
names = st.builds("a{}".format, st.text("abcxyz019áßжش你-_.'", max_size=10))
"""Names as the server lets people, and rooms, have them."""

_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: anything,
    int: st.integers(0, 2**53 - 1),
    float: st.floats(0, 1e9),
    bool: st.booleans(),
    type(None): st.none(),
}


def events(kind: type[Event]) -> st.SearchStrategy[Any]:
    """Return any events of one kind."""
    return _structs(kind)


def _structs(kind: type[Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: _values(hints[name]) for name in kind.__struct_fields__})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(_values(parts[0]), max_size=3).map(tuple)
    if origin in (Union, UnionType):
        return st.one_of(*map(_values, parts))
    return _PLAIN[hint] if hint in _PLAIN else _structs(hint)


every_event = st.one_of(*map(events, get_args(AnyEvent)))
