"""The settings, as .env.example and the README tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any, Final, NamedTuple

from huechat.config import PREFIX, ClientSettings, ServerSettings, Setting, described

WIDTH: Final = 96


class Row(NamedTuple):
    """A setting as the reader is told of it. `flag` is empty if there is none."""

    variable: str
    default: Any
    flag: str
    about: str


def env_example() -> str:
    """Return .env.example."""
    parts = [
        "# The settings of huechat; made by scripts/docs from services/huechat/config.py.\n"
        "# Copy this file to .env, and take away the # before a line that you change.\n"
        "# The environment goes before .env, and a flag (see --help) before both.\n"
    ]
    for who, rows in grouped_settings():
        parts.append(f"\n## {who}\n")
        for one in rows:
            comment = "".join(f"# {line}\n" for line in wrap(one.about, WIDTH))
            parts.append(f"\n{comment}#{one.variable}={plain(one.default)}\n")
    return "".join(parts)


def settings_table() -> str:
    """Return the README's table of settings."""
    lines = ["| variable | flag | default | what it is |", "| --- | --- | --- | --- |"]
    for who, rows in grouped_settings():
        lines.append(f"| **{who}** | | | |")
        for one in rows:
            flag, _, whose = one.flag.partition(" ")
            flag_cell = f"`{flag}` {whose}".strip() if flag else ""
            cells = [f"`{one.variable}`", flag_cell, code(one.default), one.about]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def grouped_settings() -> Iterator[tuple[str, list[Row]]]:
    """Yield who takes settings, and which; those that both take come once."""
    server = {name: (one, default) for name, one, default in described(ServerSettings)}
    client = {name: (one, default) for name, one, default in described(ClientSettings)}
    yield (
        "The server and the client",
        [both(name, server[name], client[name]) for name in server if name in client],
    )
    for who, mine, other in (("The server", server, client), ("The client", client, server)):
        yield who, [row(name, *mine[name]) for name in mine if name not in other]


def row(name: str, one: Setting, default: Any) -> Row:
    """Return what is told of a setting that one of the two takes."""
    flag = f"--{name.replace('_', '-')}" if one.flag else ""
    return Row(f"{PREFIX}{name.upper()}", default, flag, f"{one.help}{may_be(one)}")


def both(name: str, server: tuple[Setting, Any], client: tuple[Setting, Any]) -> Row:
    """Return what is told of a setting that both take, even if it is not the same to them."""
    ours, theirs = row(name, *server), row(name, *client)
    if ours == theirs:
        return ours
    words = f"The server: {server[0].help} The client: {client[0].help}{may_be(client[0])}"
    flag = ours.flag or (theirs.flag and f"{theirs.flag} (client)")
    return Row(ours.variable, ours.default, flag, words)


def may_be(one: Setting) -> str:
    """Return what a setting's value may be, in the words of its own error."""
    for bad in ("", "["):
        try:
            one.parse(bad)
        except ValueError as reason:
            words = str(reason).partition(":")[0]
            return "" if words == "some text" else f" It may be {words}."
    return ""


def plain(value: Any) -> str:
    """Return a default as one would write it in .env."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def code(value: Any) -> str:
    """Return a default as it stands in a table."""
    return f"`{plain(value)}`" if plain(value) else ""
