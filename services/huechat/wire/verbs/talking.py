"""What people type to say something, and to find what was said."""

from __future__ import annotations

from typing import Final

from huechat.protocol import HERE, NEWEST, Delete, Edit, History, React, Say, Search
from huechat.wire.arguments import Arguments, UsageError
from huechat.wire.verbs.verb import NEW, Verb

HISTORY: Final = 20
"""How many messages are shown to one who does not say: a screen of them."""

_TEXT: Final = "the text"
_EMOJI: Final = "an emoji"
_ONE_EMOJI: Final = "it takes one emoji"


def _message(typed: Arguments) -> Say:
    name = typed.word("a name")
    if name.startswith("#"):  # as in IRC
        raise UsageError("/join that room and say it there; to one person")
    return Say(NEW, typed.text(_TEXT), to=name)


def _history(typed: Arguments) -> History:
    before = NEWEST if typed.flag("more") else None
    return History(room=HERE, before=before, limit=typed.number(HISTORY))


def _search(typed: Arguments) -> Search:
    words = typed.text_if_any()
    return Search(words, room=HERE, before=None if words else NEWEST)


TALKING: Final = (
    Verb(
        "msg",
        "NAME TEXT",
        "say something to one person alone",
        "/msg ana shall we go?",
        _message,
        ("w", "whisper", "tell", "query", "dm", "m", "pm", "message"),
    ),
    Verb(
        "say",
        "TEXT",
        "say it, even if it begins with /",
        "/say /join is how you enter a room",
        lambda typed: Say(NEW, typed.text(_TEXT), HERE),
    ),
    Verb(
        "reply",
        "TEXT",
        "answer the newest message of somebody else",
        "/reply I think so, too",
        lambda typed: Say(NEW, typed.text(_TEXT), HERE, reply=NEWEST),
    ),
    Verb(
        "me",
        "TEXT",
        "say what you do",
        "/me waves",
        lambda typed: Say(NEW, f"* {typed.text(_TEXT)}", HERE),
    ),
    Verb(
        "edit",
        "TEXT",
        "let your newest message read otherwise",
        "/edit that is what I meant",
        lambda typed: Edit(NEW, typed.text(_TEXT), room=HERE),
    ),
    Verb(
        "delete",
        "",
        "take your newest message back",
        "/delete",
        lambda _: Delete(NEW, room=HERE),
        ("del",),
        too_much="it takes your newest message back, no other",
    ),
    Verb(
        "react",
        "EMOJI",
        "put an emoji to the newest message",
        "/react 👍",
        lambda typed: React(NEW, typed.word(_EMOJI), room=HERE),
        too_much=_ONE_EMOJI,
    ),
    Verb(
        "unreact",
        "EMOJI",
        "take it back",
        "/unreact 👍",
        lambda typed: React(NEW, typed.word(_EMOJI), room=HERE, on=False),
        too_much=_ONE_EMOJI,
    ),
    Verb(
        "history",
        "[more] [N]",
        f"show the newest messages: {HISTORY}, or N",
        "/history 50",
        _history,
        more="/history more shows what was said before that, again and again.",
        too_much="it takes one number",
    ),
    Verb(
        "search",
        "[WORDS]",
        "find what was said with all the words",
        "/search pasta recip*",
        _search,
        ("find", "lastlog"),
        "recip* is any word that begins so. /search alone shows what else it found.",
    ),
)
