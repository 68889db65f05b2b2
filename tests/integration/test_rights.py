"""What a container may do: nothing but chat. Looked up, and tried."""

from __future__ import annotations

import pytest
from docker.models.containers import Container
from tests.integration.inside import program_of, read, run_python
from tests.integration.project import COLORS, SERVICES, Project

MIB = 1024 * 1024
USER = "10001"

TRY_TO_WRITE = """
import errno
try:
    open({path!r}, "a").close()
except OSError as reason:
    print(errno.errorcode[reason.errno])
else:
    print("written")
"""


OWNER = "import os; it = os.stat({path!r}); print(it.st_uid, it.st_gid)"


@pytest.fixture(params=SERVICES)
def container(chat: Project, request: pytest.FixtureRequest) -> Container:
    """Give each container in turn."""
    return chat.container(request.param)


def status(container: Container, process: int) -> dict[str, str]:
    """Return what the kernel says of a process inside."""
    lines = read(container, f"/proc/{process}/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_nothing_runs_as_root(container: Container) -> None:
    for process in (1, program_of(container)):
        found = status(container, process)
        assert found["Uid"].split() == [USER] * 4
        assert found["Gid"].split() == [USER] * 4
        assert found["Groups"].split() in ([], [USER])


def test_no_process_has_capabilities(container: Container) -> None:
    assert container.attrs["HostConfig"]["CapDrop"] == ["ALL"]
    assert not container.attrs["HostConfig"]["CapAdd"]
    assert not container.attrs["HostConfig"]["Privileged"]
    for process in (1, program_of(container)):
        found = status(container, process)
        sets = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
        assert {name: int(found[name], 16) for name in sets} == dict.fromkeys(sets, 0)


def test_no_process_can_gain_privileges(container: Container) -> None:
    assert "no-new-privileges:true" in container.attrs["HostConfig"]["SecurityOpt"]
    for process in (1, program_of(container)):
        assert status(container, process)["NoNewPrivs"] == "1"


@pytest.mark.parametrize("path", ["/x", "/etc/passwd", "/opt/huechat/x"])
def test_not_even_root_could_write_to_the_disk(container: Container, path: str) -> None:
    assert container.attrs["HostConfig"]["ReadonlyRootfs"]
    assert run_python(container, TRY_TO_WRITE.format(path=path), user="0") == "EROFS"


def test_there_is_room_for_temporary_files(container: Container) -> None:
    assert run_python(container, TRY_TO_WRITE.format(path="/tmp/x")) == "written"


def test_memory_and_processes_are_limited(container: Container) -> None:
    limits = container.attrs["HostConfig"]
    is_server = container.labels["com.docker.compose.service"] == "server"
    assert limits["Memory"] == (1024 if is_server else 128) * MIB
    assert limits["PidsLimit"] == (12_000 if is_server else 64)


def test_nothing_of_this_machine_is_mounted(container: Container) -> None:
    assert [one for one in container.attrs["Mounts"] if one["Type"] == "bind"] == []


def test_the_server_can_write_where_it_keeps_what_was_said(chat: Project) -> None:
    found = run_python(chat.server, OWNER.format(path="/data"))
    assert found == f"{USER} {USER}"
    assert run_python(chat.server, TRY_TO_WRITE.format(path="/data/x")) == "written"
    (mount,) = chat.server.attrs["Mounts"]
    assert (mount["Destination"], mount["Type"], mount["RW"]) == ("/data", "volume", True)


@pytest.mark.parametrize("color", COLORS)
def test_a_client_keeps_nothing(chat: Project, color: str) -> None:
    assert chat.client(color).attrs["Mounts"] == []
