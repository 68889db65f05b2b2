"""What the image has in it, and what not."""

from __future__ import annotations

import os
import sys
import tomllib
from typing import Any

import pytest
from docker import DockerClient
from docker.models.images import Image
from tests.integration.inside import run_python
from tests.integration.project import ROOT, Project

BASE = os.environ.get("HUECHAT_BASE_IMAGE") or "python:3.13-slim"
OWN_SIZE_MB = 60

HEALTH_CHECK = [
    "CMD-SHELL",
    'python3 -m huechat.server.health "$HUECHAT_HOST" "$HUECHAT_PORT"',
]
LOADED_FOR_HEALTH = """
import os, runpy, sys
sys.argv = ["health", os.environ["HUECHAT_HOST"], os.environ["HUECHAT_PORT"]]
try:
    runpy.run_module("huechat.server.health", run_name="__main__")
except SystemExit as end:
    print(end.code, *{name.partition(".")[0] for name in sys.modules})
"""

NAMES_IN_THE_IMAGE = """
import os
print("\\n".join(n for _, *names in os.walk("/opt/huechat") for ns in names for n in ns))
"""
TOOLS_FOUND = """
import shutil
print(*filter(shutil.which, ["gcc", "cc", "make", "ld", "cargo"]))
"""
TRACES_FOUND = """
import os
left = [os.path.expanduser("~root/.cache/pip"), "/build", "/wheels"]
print(*filter(os.path.exists, left))
"""


@pytest.fixture(scope="module")
def project_table() -> dict[str, Any]:
    """Give what pyproject.toml says of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_it_is_small_above_its_base(engine: DockerClient, image: Image) -> None:
    own_size = image.attrs["Size"] - engine.images.get(BASE).attrs["Size"]
    assert 0 < own_size < OWN_SIZE_MB * 1_000_000


def test_it_says_what_it_is(image: Image, project_table: dict[str, Any]) -> None:
    prefix = "org.opencontainers.image."
    assert image.labels == image.labels | {
        f"{prefix}title": project_table["name"],
        f"{prefix}description": project_table["description"],
        f"{prefix}licenses": project_table["license"],
        f"{prefix}version": project_table["version"],
    }


def test_it_runs_as_nobody_in_particular_and_has_a_health_check(image: Image) -> None:
    assert image.attrs["Config"]["User"] == "10001:10001"
    assert image.attrs["Config"]["Healthcheck"]["Test"] == HEALTH_CHECK


def test_a_health_check_loads_next_to_nothing(chat: Project) -> None:
    code, *loaded = run_python(chat.server, LOADED_FOR_HEALTH).split()
    assert code == "0"
    assert {"huechat", "socket"} <= set(loaded)
    assert set(loaded) - sys.stdlib_module_names <= {"huechat", "__main__", "sitecustomize"}


@pytest.mark.parametrize("command", ["huechat-server", "huechat-client"])
def test_both_entrypoints_are_in_it(chat: Project, command: str) -> None:
    done = chat.server.exec_run([command, "--help"])
    assert done.exit_code == 0
    assert f"usage: {command}".encode() in done.output


def test_nothing_is_in_it_that_only_builds_or_tests(chat: Project) -> None:
    names = set(run_python(chat.server, NAMES_IN_THE_IMAGE).splitlines())
    assert "huechat" in names
    unwanted = {"pip", "setuptools", "wheel", "pytest", "test", "tests", "testing"}
    assert not {name for name in names if name in unwanted or name.startswith("test_")}


def test_no_build_tool_and_no_trace_of_the_build_is_left(chat: Project) -> None:
    assert run_python(chat.server, TOOLS_FOUND) == ""
    assert run_python(chat.server, TRACES_FOUND, user="0") == ""
