"""huechat: coloured group chat over plain sockets.

The two classes to build on are here: `ChatServer` and `ChatClient`.
"""

from huechat.client.chat_client import ChatClient
from huechat.server.chat_server import ChatServer

__version__ = "0.1.0"

__all__ = ["ChatClient", "ChatServer", "__version__"]
