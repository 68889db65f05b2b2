"""What settings may be: each takes a text, or raises `ValueError` with what it may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from huechat.chat.errors import RefusedError
from huechat.chat.names import check_name
from huechat.chat.room_names import check_room_name

YES: Final = ("1", "yes", "true", "on")
NO: Final = ("0", "no", "false", "off")
MAX_DIGITS: Final = 20
"""More than any setting needs, and less than Python refuses to read."""


def text(value: str) -> str:
    """Take any text but none."""
    if not value:
        raise ValueError("some text")
    return value


def a_host(value: str) -> str:
    """Take an address or a name, without a port: IPv6 in brackets or not."""
    host = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    if not host or "/" in host or "]" in host or host.count(":") == 1:
        raise ValueError("an address or a name alone: the port is HUECHAT_PORT, or --port")
    return host


def whole(low: int, high: int, unit: str = "") -> Callable[[str], int]:
    """Return a parser for whole numbers from `low` to `high`."""

    def parse(value: str) -> int:
        digits = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
        if not digits or not low <= int(value) <= high:
            raise ValueError(f"a whole number{unit and f' of {unit}'} from {low} to {high}")
        return int(value)

    return parse


def seconds(low: float, high: float) -> Callable[[str], float]:
    """Return a parser for seconds from `low` to `high`."""

    def parse(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not low <= number <= high:
            raise ValueError(f"seconds from {low:g} to {high:g}")
        return number

    return parse


def one_of(*values: str) -> Callable[[str], str]:
    """Return a parser for one of `values`."""

    def parse(value: str) -> str:
        if value.lower() not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return value.lower()

    return parse


def yes_or_no(value: str) -> bool:
    """Take 1, yes, true or on; 0, no, false or off."""
    if value.lower() not in (*YES, *NO):
        raise ValueError("yes or no")
    return value.lower() in YES


def a_name(value: str) -> str:
    """Take a person's name, or none."""
    try:
        return check_name(value) if value else ""
    except RefusedError as reason:
        raise ValueError(f"empty, or a name: {reason}") from reason


def a_room(value: str) -> str:
    """Take a room's name, or none."""
    try:
        return check_room_name(value) if value else ""
    except RefusedError as reason:
        raise ValueError(f"empty, or a room: {reason}") from reason
