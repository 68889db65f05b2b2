"""Completion at the prompt: commands, names, rooms, emoji."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from huechat.client.conversation import Conversation
from huechat.client.keyboard import LOCAL_COMMANDS
from huechat.wire.typed import VERBS

EMOJI: Final = {
    "+1": "👍",
    "-1": "👎",
    "clap": "👏",
    "coffee": "☕",
    "cry": "😢",
    "eyes": "👀",
    "fire": "🔥",
    "grin": "😀",
    "heart": "❤️",
    "joy": "😂",
    "ok": "👌",
    "party": "🎉",
    "pray": "🙏",
    "question": "❓",
    "rocket": "🚀",
    "sad": "😞",
    "see": "🙈",
    "smile": "🙂",
    "star": "⭐",
    "sun": "☀️",
    "thinking": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "wink": "😉",
    "x": "❌",
    "check": "✅",
}
"""The emoji that people type most, by the names that other chats know them by."""

_EMOJI_WORD: Final = re.compile(r"(?:^|\s):([a-z0-9_+-]{1,20})$")
_LAST_WORD: Final = re.compile(r"\S*$")


class ChatCompleter(Completer):
    """Completes from what `conversation` knows."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield what the word before the cursor may become."""
        del complete_event
        before = document.text_before_cursor
        emoji = _EMOJI_WORD.search(before)
        if emoji:
            yield from _emoji(emoji[1])
            return
        found = _LAST_WORD.search(before)
        word = found[0] if found else ""
        if word and before.startswith("/") and word == before:
            yield from _commands(word)
        elif word.startswith("#"):
            rooms = (f"#{one.name}" for one in self._conversation.rooms if one.kind != "direct")
            yield from _matching(word, rooms)
        elif word.startswith("@"):
            yield from _matching(word, (f"@{name}" for name in self._conversation.names))
        elif word:
            yield from _matching(word, self._words(before))

    def _words(self, before: str) -> list[str]:
        """Return names; after a command the names of rooms as well."""
        names = self._conversation.names
        if before.startswith("/"):
            return names + [one.name for one in self._conversation.rooms if one.kind != "direct"]
        return names


def _commands(word: str) -> Iterator[Completion]:
    helps = {f"/{verb.name}": verb.help for verb in VERBS}
    helps.update(dict.fromkeys(LOCAL_COMMANDS, "at this terminal"))
    for name in sorted(helps):
        if name.startswith(word):
            yield Completion(f"{name} ", -len(word), display=name, display_meta=helps[name])


def _emoji(begun: str) -> Iterator[Completion]:
    for name, sign in EMOJI.items():
        if name.startswith(begun):
            yield Completion(f"{sign} ", -len(begun) - 1, display=f"{sign} :{name}:")


def _matching(word: str, candidates: Iterable[str]) -> Iterator[Completion]:
    begun = word.casefold()
    for one in candidates:
        if one.casefold().startswith(begun) and one != word:
            yield Completion(one, -len(word))
