"""Strategies for commands, valid, nearly valid or nonsense, and for the pieces they come in."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.sampled_from([0, 1, -1, 20, 41, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, 10**30, 0.5])
WORDS = st.sampled_from(
    [
        "",
        "lobby",
        "hi",
        "hi*",
        "*",
        '"',
        "hi AND (",
        "NEAR(hi, 3)",
        "text:hi",
        "\x00",
        "\x1b[2J",
        "\u202e",
        "日本語",
        "e\u0301",
        "y" * 300,
        "-" * 5000,
    ]
)
TIMES = st.sampled_from(
    [
        "",
        "2026-11-22T19:00:00Z",
        "2026-11-22",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-02-30T00:00:00Z",
        "now",
    ]
)
NONSENSE = st.sampled_from([None, True, [], {}, [[]], {"lobby": {}}, 1e400, "ß"])
RESUME = st.dictionaries(st.sampled_from(["lobby", "", "attic"]), NUMBERS, max_size=3)

FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "hello": {
        "v": st.just(1) | NUMBERS,
        "name": WORDS,
        "color": st.sampled_from(["red", "", "pink"]),
        "session": WORDS,
        "resume": RESUME,
        "presence": st.booleans(),
        "history": NUMBERS,
    },
    "say": {"id": WORDS, "text": WORDS, "room": st.sampled_from(["lobby", "attic"])},
    "color": {"color": WORDS},
    "history": {
        "id": WORDS,
        "room": st.sampled_from(["lobby", "attic"]),
        "before": NUMBERS,
        "after": NUMBERS,
        "before_time": TIMES,
        "after_time": TIMES,
        "limit": NUMBERS,
    },
    "search": {"id": WORDS, "text": WORDS, "before": NUMBERS, "limit": NUMBERS},
    "ping": {"id": WORDS},
    "dance": {"id": WORDS},
}


@st.composite
def commands(draw: st.DrawFn) -> bytes:
    """Return the line of a command, some of whose fields may be missing or have a wrong type."""
    kind = draw(st.sampled_from(sorted(FIELDS)))
    command = {"type": kind}
    for field, values in FIELDS[kind].items():
        if draw(st.integers(0, 3)):
            command[field] = draw(values if draw(st.integers(0, 9)) else NONSENSE)
    return json.dumps(command).encode() + b"\n"


VALID = st.sampled_from(
    [
        b'{"type":"hello","v":1}\n',
        b'{"type":"hello","v":1,"name":"mallory","history":3,"presence":true}\n',
        b'{"type":"hello","v":1,"name":"mallory","session":"s","resume":{"lobby":3}}\n',
        b'{"type":"say","id":"1","text":"hi"}\n',
        b'{"type":"say","id":"1","text":"hi again"}\n',
        b'{"type":"history"}\n',
        b'{"type":"history","after":0,"limit":1000}\n',
        b'{"type":"search","text":"hi"}\n',
        b'{"type":"search","text":"mark","before":7}\n',
        b'{"type":"color","color":"green"}\n',
        b'{"type":"ping"}\n',
        b'{"type":"hello","v":' + b"9" * 5000 + b"}\n",
    ]
)


def split(data: bytes, places: list[float]) -> list[bytes]:
    """Return `data` in pieces, cut at these parts of its length."""
    ends = sorted(int(place * len(data)) for place in places)
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]
