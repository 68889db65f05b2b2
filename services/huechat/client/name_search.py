"""Names that are not known here: of large rooms a server tells how many are there, and not who."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from huechat.client.conversation import Conversation
from huechat.protocol import AnyEvent, Error, ListPeople, People

MOST_FOUND: Final = 20
"""Names that are asked for at once: who wants another one types a letter more."""

PATIENCE_S: Final = 0.3
"""How long Tab waits for them: an answer that is later is there at the next Tab."""


class NameSearch:
    """Asks the server for names that begin as a word does.

    `send` sends a command, and returns whether there is a connection; `new_id` makes its id.
    """

    def __init__(
        self,
        conversation: Conversation,
        *,
        send: Callable[[ListPeople], bool],
        new_id: Callable[[], str],
    ) -> None:
        self._conversation = conversation
        self._send = send
        self._new_id = new_id
        self._asked = ""  # the id of what was asked last, until it is answered
        self._answered = threading.Event()

    def learn(self, begun: str) -> None:
        """Have the conversation know those in the room looked at whose names begin with `begun`.

        Does nothing if all who are there are known. Blocks for 0.3 s at the most. For the thread
        of the prompt.
        """
        here = self._conversation.here
        if not begun or here.here <= len(here.names):
            return
        self._answered.clear()
        self._asked = self._new_id()
        if self._send(ListPeople(here.name, begun, MOST_FOUND, self._asked)):
            self._answered.wait(PATIENCE_S)

    def takes(self, event: AnyEvent) -> bool:
        """Return whether `event`, which was noted, answers this and nobody else.

        For the thread that receives.
        """
        if not self._asked or not isinstance(event, People | Error) or event.id != self._asked:
            return False
        self._asked = ""
        self._answered.set()
        return True
