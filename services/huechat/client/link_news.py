"""What a link tells besides what the server says."""

from __future__ import annotations

from dataclasses import dataclass

from huechat.addresses import place
from huechat.protocol import Welcome


class RefusedByServerError(Exception):
    """The server did not let us in; the text is its reason, `code` one of `protocol.ERRORS`."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NotHuechatError(Exception):
    """Something answered that is no huechat server."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"what listens at {place(host, port)} is no huechat server")


class ClosedError(Exception):
    """The client was closed, or is let in no more: what one wanted to say cannot be sent."""

    def __init__(self) -> None:
        super().__init__("this client is closed; connect another one")


@dataclass(frozen=True)
class Lost:
    """The connection ended and is being made again; `waiting` messages are not confirmed yet."""

    waiting: int


@dataclass(frozen=True)
class Back:
    """The connection is made again; `resent` messages that waited were sent."""

    resent: int
    welcome: Welcome


@dataclass(frozen=True)
class KeptOut:
    """The server is there again and does not let us in, for now; it is tried again."""

    message: str


@dataclass(frozen=True)
class HeldBack:
    """What was said waits, and is sent when it may be. Empty: for a moment, as it was a lot."""

    message: str


@dataclass(frozen=True)
class ShutOut:
    """The server does not let us in any more, and says why. There is no more to come."""

    message: str


News = Lost | Back | KeptOut | HeldBack | ShutOut
