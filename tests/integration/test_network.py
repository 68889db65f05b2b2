"""Clients have no way out, and only this machine has a way in."""

from __future__ import annotations

import socket

import pytest
from docker.models.containers import Container
from tests.integration.inside import read, run_python
from tests.integration.output import WITHIN_S
from tests.integration.project import COLORS, Project

NOBODY = ("192.0.2.1", 80)
"""An address in TEST-NET (RFC 5737)."""

NO_DEFAULT_ROUTE_SINCE = 25
"""Older engines give an internal network's containers one and drop what takes it (moby#46603)."""

NO_ANSWER = ("TimeoutError", "ENETUNREACH")
"""What meets who has no way out. A connection, but a refusal as well, would be an answer."""

TRY_TO_CONNECT = """
import errno, socket
try:
    socket.create_connection({address!r}, 2).close()
except OSError as reason:
    print(errno.errorcode.get(reason.errno) or type(reason).__name__)
else:
    print("connected")
"""


@pytest.fixture(params=COLORS)
def client(chat: Project, request: pytest.FixtureRequest) -> Container:
    """Give each client in turn."""
    return chat.client(request.param)


@pytest.fixture(scope="module")
def has_no_default_routes(chat: Project) -> bool:
    """Tell whether this engine leaves internal networks without a default route."""
    major, *_ = chat.engine.version()["Version"].split(".")
    return int(major) >= NO_DEFAULT_ROUTE_SINCE


def networks(container: Container) -> dict[str, dict[str, str]]:
    """Return what joins `container` to each of its networks, by the name in compose.yaml."""
    project = container.labels["com.docker.compose.project"]
    joined = container.attrs["NetworkSettings"]["Networks"]
    return {name.removeprefix(f"{project}_"): one for name, one in joined.items()}


def default_routes(container: Container) -> list[str]:
    """Return the routes that lead to everywhere."""
    rows = read(container, "/proc/net/route").splitlines()[1:]
    return [row for row in rows if row.split()[1] == "00000000"]


def connect_from(container: Container, address: tuple[str, int]) -> str:
    """Return what comes of connecting: "connected", or the error's name."""
    return run_python(container, TRY_TO_CONNECT.format(address=address))


def test_a_client_is_on_the_private_network_alone(chat: Project, client: Container) -> None:
    assert list(networks(client)) == ["chat"]
    assert chat.network("chat").attrs["Internal"]


def test_a_client_reaches_the_server(client: Container) -> None:
    assert connect_from(client, ("server", 3030)) == "connected"


def test_a_client_reaches_nobody_outside(client: Container, has_no_default_routes: bool) -> None:
    met = connect_from(client, NOBODY)
    assert met in NO_ANSWER
    if has_no_default_routes:
        assert met == "ENETUNREACH"
        assert default_routes(client) == []


def test_a_client_does_not_reach_the_servers_other_network(
    chat: Project, client: Container
) -> None:
    there = networks(chat.server)["edge"]["IPAddress"]
    assert connect_from(chat.server, (there, 3030)) == "connected"
    assert connect_from(client, (there, 3030)) in NO_ANSWER


def test_clients_publish_no_port(client: Container) -> None:
    assert not any(client.ports.values())


def test_the_servers_port_is_published_for_this_machine_alone(chat: Project) -> None:
    published = chat.server.ports
    assert list(published) == ["3030/tcp"]
    assert [one["HostIp"] for one in published["3030/tcp"]] == ["127.0.0.1"]
    socket.create_connection(chat.address, WITHIN_S).close()


def test_the_servers_port_is_closed_at_this_machines_other_addresses(chat: Project) -> None:
    _, port = chat.address
    ours = networks(chat.server)["edge"]["Gateway"]
    with pytest.raises(OSError):  # noqa: PT011 - refused, or on Docker Desktop unreachable
        socket.create_connection((ours, port), 2).close()
