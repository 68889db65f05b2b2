"""Containers beside the demo's: a client's with a person at it, and one more server's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from docker.models.containers import Container
from docker.types import Mount
from docker.utils.socket import frames_iter
from tests.integration.project import Project
from tests.integration.terminal import Terminal, attached
from tests.scenarios.talkers import JsonTalker

SECRET: Final = "/run/secrets/password"
"""Where Compose puts a secret of that name: a file of this machine's, mounted."""

CONFINED: Final[dict[str, Any]] = {
    "init": True,
    "read_only": True,
    "tmpfs": {"/tmp": "", "/data": "uid=10001"},
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
}
"""What compose.yaml has for every container; here nothing is kept."""


@contextmanager
def container(
    project: Project, *command: str, alias: str = "", secret: Path | None = None, **more: Any
) -> Iterator[Container]:
    """Run `command` in a container of its own, beside the project's; remove it in the end.

    `alias`: its name on the network; `secret`: a file to be mounted.
    """
    mounts = [Mount(SECRET, str(secret), "bind", read_only=True)] if secret else []
    network = project.network("chat").name
    labels = {"project": project.name, "service": "beside"}  # not those of the image
    endpoint = project.engine.api.create_endpoint_config(aliases=[alias] if alias else None)
    one = project.engine.containers.create(
        project.image,
        list(command),
        mounts=mounts,
        labels={f"com.docker.compose.{k}": v for k, v in labels.items()},
        network=network,
        networking_config={network: endpoint},
        **CONFINED,
        **more,
    )
    try:
        one.start()
        yield one
    finally:
        one.remove(force=True, v=True)


@contextmanager
def client(project: Project, *flags: str, **settings: Any) -> Iterator[Container]:
    """Run a client in a container; `settings` without HUECHAT_, and a `secret`."""
    secret = settings.pop("secret", None)
    given = {"HOST": "server", "RECONNECT_MAX_S": "0.5"} | settings
    if secret:
        given["PASSWORD_FILE"] = SECRET
    environment = {f"HUECHAT_{name}": value for name, value in given.items()}
    terminal = {"tty": True, "stdin_open": True}
    with container(
        project, "huechat-client", *flags, secret=secret, environment=environment, **terminal
    ) as one:
        yield one


@contextmanager
def person(project: Project, name: str, color: str, **settings: Any) -> Iterator[Terminal]:
    """Give the terminal of somebody who attached to a client of their own; they are in."""
    with client(project, NAME=name, COLOR=color, **settings) as one, attached(one) as terminal:
        terminal.size()
        terminal.wait_for(lambda it: it.cursor == "You: " and "here" in it.status, "the prompt")
        yield terminal


def run(container: Container, *command: str, typed: str = "") -> tuple[int, str]:
    """Run `command` inside, with `typed` as its input; return its exit code and what it printed."""
    api = container.client.api
    number = api.exec_create(container.id, list(command), stdin=True)["Id"]
    stream = api.exec_start(number, socket=True)
    with closing(stream._response):  # closing the stream alone would leave the connection
        stream._sock.sendall(typed.encode())
        stream._sock.shutdown(socket.SHUT_WR)
        printed = b"".join(data for _, data in frames_iter(stream, tty=False))
    return api.exec_inspect(number)["ExitCode"], printed.decode()


def administrate(project: Project, *words: str, typed: str = "") -> str:
    """Run `huechat-server` with these words in the server's container; return what it printed."""
    code, printed = run(project.server, "huechat-server", *words, typed=typed)
    assert code == 0, printed
    return printed


def logged_in(port: int, name: str, password: str) -> JsonTalker:
    """Return somebody who logged in and said hello."""
    talker = JsonTalker(port, hello=False)
    talker.token = talker.answer("token", type="login", name=name, password=password)["token"]
    talker.ask(type="hello", v=1)
    talker.welcome = talker.event("welcome")
    return talker
