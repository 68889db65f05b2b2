"""Visitors that come with a hello of their own making, and are told what they missed."""

from __future__ import annotations

import json
from typing import Any

from tests.scenarios.talkers import JsonTalker

LONG = "x" * 2_000
SMALL_TAIL = 64 * 1024
ENOUGH = 120
"""So many long ones are several times what a small tail keeps."""


def hello(port: int, **fields: Any) -> JsonTalker:
    talker = JsonTalker(port, hello=False)
    talker.ask(type="hello", v=1, **fields)
    talker.welcome = talker.event("welcome")
    return talker


def say_many(talker: JsonTalker, texts: list[str]) -> list[int]:
    """Say these; return their places."""
    for text in texts:
        talker.says(text)
    talker.hears_nothing_more()
    acks, talker.acks = talker.acks, []
    return [ack["seq"] for ack in acks]


def missed(talker: JsonTalker) -> list[tuple[int, str]]:
    """Return the messages that were told up to now."""
    talker.ask(type="ping", id="now")
    messages = []
    while (event := json.loads(talker.line()))["type"] == "message":
        messages.append((event["seq"], event["text"]))
    assert event == {"type": "pong", "id": "now"}
    return messages
