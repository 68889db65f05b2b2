"""huechat: coloured group chat over plain sockets.

The two classes to build on are here: `ChatServer` and `ChatClient`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huechat.client.chat_client import ChatClient
    from huechat.server.chat_server import ChatServer

__version__ = "0.1.0"

__all__ = ["ChatClient", "ChatServer", "__version__"]

_HOMES = {"ChatClient": "huechat.client.chat_client", "ChatServer": "huechat.server.chat_server"}


def __getattr__(name: str) -> Any:
    """Import the classes when they are asked for: a health check needs neither, and is frequent."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
