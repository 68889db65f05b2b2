"""What a setting is: a field of a class, with what is to be known to read it and to tell of it."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

PREFIX: Final = "HUECHAT_"


class SettingError(ValueError):
    """Settings have values that they may not have. The text says which, what they were and may be.

    If there are several, each has an indented line of its own.
    """


@dataclass(frozen=True)
class Setting:
    """How one setting is read. `parse` raises `ValueError` with what the value may be.

    `flag` stands for the value in the command line's help; empty: there is no flag.
    """

    parse: Callable[[str], Any]
    help: str
    flag: str


def setting(default: Any, parse: Callable[[str], Any], about: str, *, flag: str = "") -> Any:
    """Return a dataclass field that is a setting."""
    return field(default=default, metadata={"setting": Setting(parse, about, flag)})


def described(cls: type[Any]) -> Iterator[tuple[str, Setting, Any]]:
    """Yield the settings of `cls`: field, what is known of it, default."""
    for one in fields(cls):
        yield one.name, one.metadata["setting"], one.default


def add_flags(cls: type[Any], parser: ArgumentParser) -> None:
    """Give `parser` a flag for each setting of `cls` that has one."""
    for name, one, default in described(cls):
        if one.flag:
            also = f"variable {PREFIX}{name.upper()}"
            preset = "" if default in ("", None, False) else f"; default {default}"
            more: dict[str, Any] = {"nargs": "?", "const": True} if default is False else {}
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=_flag_type(one.parse),
                metavar=one.flag,
                help=f"{one.help}{_choices(one)} [{also}{preset}]",
                **more,
            )


def parsed(
    cls: type[Any], given: Mapping[str, str | None], places: Mapping[str, str]
) -> dict[str, Any]:
    """Return the settings of `cls` that are `given` by their variables; raise `SettingError`.

    `places`: where a variable's value stands, unless it is in the environment.
    """
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, one, default in described(cls):
        variable = PREFIX + name.upper()
        value = given.get(variable)
        if not value and default != "":
            continue  # `HUECHAT_PORT=` in a file or in compose means: not set
        try:
            values[name] = one.parse(value or "")
        except ValueError as reason:
            place = places.get(variable, "the environment")
            wrong.append(f"{variable} is {value!r} in {place}; it may be {reason}")
    if len(wrong) > 1:
        raise SettingError("\n  ".join([f"{len(wrong)} settings are wrong:", *wrong]))
    if wrong:
        raise SettingError(wrong[0])
    return values


def check(settings: Any) -> None:
    """Raise `SettingError` if one of `settings`, an instance of a class of them, is wrong."""
    for name, one, default in described(type(settings)):
        value = getattr(settings, name)
        try:
            if value != default:
                one.parse(str(value))
        except ValueError as reason:
            raise SettingError(f"{name} is {value!r}; it may be {reason}") from None


def _choices(one: Setting) -> str:
    """Return which words the setting may be, if these are all that it may be."""
    try:
        one.parse("")
    except ValueError as reason:
        words = str(reason)
        return f" {words.capitalize()}." if words.startswith("one of ") else ""
    return ""


def _flag_type(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse_flag(value: str) -> Any:
        try:
            return parse(value)
        except ValueError as reason:
            raise ArgumentTypeError(f"it is {value!r}; it may be {reason}") from reason

    return parse_flag
