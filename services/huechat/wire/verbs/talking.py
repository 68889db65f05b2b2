"""What people type to say something, and to find what was said."""

from __future__ import annotations

from typing import Final

from huechat.protocol import HERE, NEWEST, Delete, Edit, History, React, Say, Search
from huechat.wire.verbs.verb import NEW, Verb

HISTORY: Final = 20
"""How many messages are shown to one who does not say: a screen of them."""

TALKING: Final = (
    Verb(
        "msg",
        "NAME TEXT",
        "say something to one person alone",
        "/msg ana shall we go?",
        lambda typed: Say(NEW, to=typed.word(), text=typed.text()),
        ("w", "whisper", "tell", "query", "dm"),
    ),
    Verb(
        "reply",
        "TEXT",
        "answer the newest message of the room",
        "/reply I think so, too",
        lambda typed: Say(NEW, typed.text(), HERE, reply=NEWEST),
    ),
    Verb(
        "me",
        "TEXT",
        "say what you do",
        "/me waves",
        lambda typed: Say(NEW, f"* {typed.text()}", HERE),
    ),
    Verb(
        "edit",
        "TEXT",
        "let your newest message read otherwise",
        "/edit that is what I meant",
        lambda typed: Edit(NEW, typed.text(), room=HERE),
    ),
    Verb(
        "delete",
        "",
        "take your newest message back",
        "/delete",
        lambda _: Delete(NEW, room=HERE),
    ),
    Verb(
        "react",
        "EMOJI",
        "put an emoji to the newest message",
        "/react 👍",
        lambda typed: React(NEW, typed.word(), room=HERE),
    ),
    Verb(
        "unreact",
        "EMOJI",
        "take it back",
        "/unreact 👍",
        lambda typed: React(NEW, typed.word(), room=HERE, on=False),
    ),
    Verb(
        "history",
        "[N]",
        f"show the newest messages: {HISTORY}, or N",
        "/history 50",
        lambda typed: History(room=HERE, limit=typed.number(HISTORY)),
    ),
    Verb(
        "search",
        "WORDS",
        "find what was said with all the words",
        "/search pasta recip*",
        lambda typed: Search(typed.text(), room=HERE),
        more="recip* is any word that begins so.",
    ),
)
