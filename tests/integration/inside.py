"""Programs run inside a container."""

from __future__ import annotations

from docker.models.containers import Container


def run_python(container: Container, program: str, user: str = "") -> str:
    """Run `program`, Python, in `container`, as the container's own user if none is given.

    Returns what it printed.
    """
    done = container.exec_run(["python3", "-c", program], user=user)
    printed = done.output.decode()
    assert done.exit_code == 0, printed
    return printed.strip()


def read(container: Container, path: str) -> str:
    """Return what the file at `path` has in it."""
    return run_python(container, f"print(open({path!r}).read())")


def program_of(container: Container) -> int:
    """Return the number, inside, of the process that the container's init (1) runs."""
    return int(read(container, "/proc/1/task/1/children"))
