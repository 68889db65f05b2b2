"""Completion at the prompt: commands, names, rooms, emoji."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from huechat.client.conversation import Conversation
from huechat.client.emoji_names import offered
from huechat.client.keyboard import LOCAL_COMMANDS
from huechat.client.widths import steady
from huechat.protocol import COLORS
from huechat.wire.typed import VERBS, find_verb

ROLES: Final = ("member", "moderator", "owner", "administrator")

_EMOJI_WORD: Final = re.compile(r"(?<![\w:]):([a-z0-9_+-]{1,40})$")
_LOCAL_TAKE: Final = {"/go": "ROOM"}
"""What those of this terminal's own commands take that take something."""

_LAST_WORD: Final = re.compile(r"\S*$")


class ChatCompleter(Completer):
    """Completes from what `conversation` knows.

    `learn` has it know more names that begin so, for who asks for completion (by Tab); it may block
    for a moment.
    """

    def __init__(
        self, conversation: Conversation, learn: Callable[[str], None] = lambda _: None
    ) -> None:
        self._conversation = conversation
        self._learn = learn

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield what the word before the cursor may become."""
        before = document.text_before_cursor
        emoji = _EMOJI_WORD.search(before)
        if emoji:
            yield from _emoji(emoji[1])
            return
        found = _LAST_WORD.search(before)
        word = found[0] if found else ""
        end = "" if document.text_after_cursor[:1].isspace() else " "
        if complete_event.completion_requested and not word.startswith(("/", "#")):
            self._learn(word.removeprefix("@"))
        if word and before.startswith("/") and word == before:
            yield from _commands(word)
        elif word.startswith("#"):
            yield from _matching(word, (f"#{name}" for name in self._conversation.room_names), end)
        elif word.startswith("@"):
            yield from _matching(word, (f"@{name}" for name in self._conversation.names), end)
        elif word or (before.startswith("/") and complete_event.completion_requested):
            yield from _matching(word, self._words(before[: len(before) - len(word)]), end)

    def _words(self, before: str) -> Sequence[str]:
        """Return what may stand behind `before`: after a command what it takes, else names."""
        command, *given = before.split() or [""]
        if not command.startswith("/"):
            return self._conversation.names
        verb = find_verb(command[1:])
        takes = verb.arguments if verb else _LOCAL_TAKE.get(command.casefold(), "")
        kinds: dict[str, Sequence[str]] = {
            "NAME": self._conversation.names,
            "TEXT": self._conversation.names,
            "ROOM": self._conversation.room_names,
            "COLOR": COLORS,
            "COMMAND": [one.name for one in VERBS],
            "ROLE": ROLES,
        }
        kind = _argument(takes, given)
        return [kind] if kind.islower() else kinds.get(kind, ())


def _argument(takes: str, given: list[str]) -> str:
    """Return which of the arguments that a command `takes` comes after those `given`.

    The last may have many words. Empty: there is none.
    """
    kinds = takes.replace("[*]", "").replace("[", "").replace("]", "").split()
    at = len(given) - given.count("*")
    if at < len(kinds):
        return kinds[at]
    return "TEXT" if "TEXT" in kinds else ""


def _commands(word: str) -> Iterator[Completion]:
    helps = {f"/{verb.name}": verb.help for verb in VERBS}
    helps.update(dict.fromkeys(LOCAL_COMMANDS, "at this terminal"))
    for name in sorted(helps):
        if name.startswith(word.casefold()):
            yield Completion(f"{name} ", -len(word), display=name, display_meta=helps[name])


def _emoji(begun: str) -> Iterator[Completion]:
    for name, sign in offered(begun):
        yield Completion(f"{sign} ", -len(begun) - 1, display=f"{steady(sign)} :{name}:")


def _matching(word: str, candidates: Iterable[str], end: str) -> Iterator[Completion]:
    """Yield those that begin with `word`; `end` is put behind them."""
    begun = word.casefold()
    for one in candidates:
        if one.casefold().startswith(begun) and one != word:
            yield Completion(f"{one}{end}", -len(word), display=one)
