"""docs/protocol.md: the prose of protocol.md, filled in with what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from textwrap import wrap
from typing import Final

from huechat import protocol
from huechat.chat.names import MAX_NAME
from huechat.config import ServerSettings
from huechat.wire.choice import SILENCE_S
from huechat.wire.jsonlines import MAX_EVENT_BYTES, MAX_NESTED
from huechat.wire.plain import COMMAND_S, LONE_BYTES_S
from manual.plain_text import told, untold, verbs
from manual.samples import line
from manual.sections import COMMANDS, EVENTS, codes, objects, roles, section
from manual.talks import SAID, TALKS, written

PROSE: Final = Path(__file__).parent / "protocol.md"
WIDTH: Final = 98

_HEADING: Final = re.compile(r"(#{2,3}) (.+)")
_NOT_IN_SLUGS: Final = re.compile(r"[^\w\- ]")
_LINK: Final = re.compile(r"\(#(?P<to>(?:command|event|object):\w+)\)")
_FAMILIES: Final = {"Commands": "command", "Events": "event", "Objects": "object"}
"""By the first word of the heading that they stand under."""


def protocol_page() -> str:
    """Return docs/protocol.md."""
    prose = Template(PROSE.read_text(encoding="utf-8"))
    return linked(prose.substitute(facts()))


def linked(page: str) -> str:
    """Return `page` with its links to `command:say` and the like leading to those headings."""
    places = dict(_places(page))
    return _LINK.sub(lambda found: f"(#{places[found['to']]})", page)


def slugs(page: str) -> Iterator[tuple[str, str]]:
    """Yield each heading, with the number signs, and by what links find it, as GitHub does it."""
    seen: dict[str, int] = {}
    for text in page.splitlines():
        if found := _HEADING.fullmatch(text):
            slug = _NOT_IN_SLUGS.sub("", found[2].lower()).replace(" ", "-")
            count = seen[slug] = seen.get(slug, -1) + 1
            yield text, f"{slug}-{count}" if count else slug


def _places(page: str) -> Iterator[tuple[str, str]]:
    family = ""
    for heading, slug in slugs(page):
        marks, text = heading.split(" ", 1)
        if marks == "##":
            family = _FAMILIES.get(re.split(r"\W", text)[0], "")
        elif family:
            yield f"{family}:{text.strip('`')}", slug


def facts() -> dict[str, str]:
    """Return what protocol.md leaves to the code."""
    *some, last = (f"`{color}`" for color in protocol.COLORS)
    colors = wrap(f"{', '.join(some)} and {last}", WIDTH)
    return {
        "version": str(protocol.VERSION),
        "lobby": protocol.LOBBY,
        "default_color": protocol.DEFAULT_COLOR,
        "newest": str(protocol.NEWEST),
        "max_name": str(MAX_NAME),
        "max_line": _kibibytes(protocol.MAX_LINE_BYTES),
        "max_event": _kibibytes(MAX_EVENT_BYTES),
        "max_nested": str(MAX_NESTED),
        "silence": _milliseconds(SILENCE_S),
        "lone_bytes": _milliseconds(LONE_BYTES_S),
        "lone_command": f"{COMMAND_S:g} s",
        "login_timeout": f"{ServerSettings().login_timeout_s:g} s",
        "colors": "\n  ".join(colors),
        "said": f"```json\n{line(SAID)}\n```",
        "roles": roles(),
        "commands": "\n".join(map(section, COMMANDS)),
        "events": "\n".join(map(section, EVENTS)),
        "objects": "\n".join(map(section, objects())),
        "codes": codes(),
        "verbs": verbs(),
        "told": told(),
        "untold": untold(),
        **{f"talk_{name}": written(talk) for name, talk in TALKS.items()},
    }


def _kibibytes(number: int) -> str:
    """Return a number of bytes in the largest unit that fits."""
    mib, rest = divmod(number, 1024 * 1024)
    return f"{number // 1024} KiB" if rest else f"{mib} MiB"


def _milliseconds(time_s: float) -> str:
    return f"{time_s * 1000:g} ms"
