"""A server that listens on IPv6, alone or beside IPv4."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from tests.scenarios.processes import SERVER, Running, run_client


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@pytest.mark.parametrize("written", ["::1", "[::1]"])
def test_it_is_written_with_brackets_and_taken_with_and_without(
    tmp_path: Path, written: str
) -> None:
    with Running([*SERVER, "--host", written, "--port", "0"], tmp_path) as server:
        started = server.line()
        assert started.startswith("Server started on [::1]:")
        port = started.rpartition(":")[2].strip()
        where = ("--host", written, "--port", port)
        client = run_client(tmp_path, *where, given="hi\n")
        assert (client.returncode, client.stdout) == (0, "")
        assert f"Connected to server at [::1]:{port}" in client.stderr


def test_one_who_comes_by_ipv4_is_written_so(tmp_path: Path) -> None:
    with Running([*SERVER, "--host", "::", "--port", "0"], tmp_path) as server:
        port = server.line().rpartition(":")[2].strip()
        assert run_client(tmp_path, "--port", port, "--name", "ana", given="hi\n").returncode == 0
        lines = iter(server.line, "")
        assert any(line.endswith(" ana (blue) connected from 127.0.0.1\n") for line in lines)
