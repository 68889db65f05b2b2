"""Members that talk and listen through all troubles, and remember all that they were told.

These use what we ship, a `Link` and a `ChatClient`; `raw_member` has one that speaks by itself.
"""

from __future__ import annotations

import random
import threading
from typing import Any, NamedTuple, Self

from tests.scenarios.talkers import FAILURE_S

from huechat import ChatClient
from huechat.client.link import Back, Link, Lost
from huechat.config import ClientSettings
from huechat.protocol import VERSION, Ack, Hello, Message

QUICK = ClientSettings(reconnect_max_s=0.2)


class Told(NamedTuple):
    """A message's place, as somebody was told."""

    seq: int
    id: str
    name: str
    text: str


class Member:
    """Somebody in the lobby. `name` is nobody else's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said: list[str] = []
        """The ids of what was said, in order."""
        self.acked: dict[str, int] = {}
        self.heard: list[Told] = []
        self.here = True
        """Whether it thinks that it has a connection."""
        self.losses = 0
        self.news = threading.Condition()  # of all above
        self._saying = threading.Lock()  # guards that `said` is in the order of saying
        self._stop_talking = threading.Event()
        self._talking: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_talking.set()
        self.close()
        if self._talking:
            self._talking.join()

    def say(self, text: str) -> None:
        """Say it now, or once there is a connection again."""
        with self._saying:
            self.said.append(self._say(text))

    def start_talking(self, rng: random.Random) -> None:
        """Go on saying something, in pieces of some messages, until `finish`."""
        self._talking = threading.Thread(target=self._talk, args=(rng,), name=f"{self.name} talks")
        self._talking.start()

    def finish(self) -> None:
        """End talking, and wait until all that was said is confirmed."""
        self._stop_talking.set()
        if self._talking:
            self._talking.join()
        self.confirmed()

    def until(self, condition: Any, what: str) -> None:
        """Wait for something to be true of what was told."""
        with self.news:
            assert self.news.wait_for(condition, FAILURE_S), f"{self.name} waits for {what}"

    def _talk(self, rng: random.Random) -> None:
        while not self._stop_talking.is_set():
            for _ in range(rng.randint(1, 30)):
                self.say("x" * rng.choice((1, 10, 100, 1000)))
            self.confirmed()

    def _note_message(self, event: Message) -> None:
        with self.news:
            self.heard.append(Told(event.seq, event.id, event.name, event.text))
            self.news.notify_all()

    def _note_ack(self, message_id: str, seq: int) -> None:
        with self.news:
            assert self.acked.setdefault(message_id, seq) == seq
            self.news.notify_all()

    def _note_loss(self) -> None:
        with self.news:
            self.here = False
            self.losses += 1
            self.news.notify_all()

    def _note_return(self) -> None:
        with self.news:
            self.here = True

    def _say(self, text: str) -> str:
        """Say it, and return its id."""
        raise NotImplementedError

    def confirmed(self) -> None:
        """Wait until all that was said is confirmed."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class LinkMember(Member):
    """Uses our `Link`."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(name)
        hello = Hello(VERSION, name, "red", history=0)
        self._link = Link("127.0.0.1", port, hello, QUICK)
        self._link.connect()
        self._thread = threading.Thread(target=self._listen, name=f"{name} listens")
        self._thread.start()

    def confirmed(self) -> None:
        missing = self._link.wait_confirmed(FAILURE_S)
        assert missing == 0, f"{self.name} waits for {missing} acks"

    def close(self) -> None:
        self._link.close()
        self._thread.join()

    def _say(self, text: str) -> str:
        return self._link.say(text)

    def _listen(self) -> None:
        for event in self._link.events():
            match event:
                case Message():
                    self._note_message(event)
                case Ack(id=message_id, seq=seq):
                    self._note_ack(message_id, seq)
                case Lost():
                    self._note_loss()
                case Back():
                    self._note_return()


class ClientMember(Member):
    """Uses our `ChatClient`."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(name)
        self._client = ChatClient(
            port=port,
            name=name,
            show=lambda _: None,
            show_status=self._look,
            on_message=self._note_message,
            settings=QUICK,
        )
        self._client.connect()

    def confirmed(self) -> None:
        missing = self._client.wait_confirmed(FAILURE_S)
        assert missing == 0, f"{self.name} waits for {missing} acks"

    def close(self) -> None:
        self._client.close()

    def _say(self, text: str) -> str:
        return self._client.say(text)

    def _look(self, status: str) -> None:
        if "Disconnected" in status:
            self._note_loss()
        elif "Back" in status:
            self._note_return()
