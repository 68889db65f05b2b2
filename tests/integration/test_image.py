"""What the image has in it, and what not."""

from __future__ import annotations

import os
import tomllib
from typing import Any

import pytest
from docker import DockerClient
from docker.models.images import Image
from tests.integration.inside import run_python
from tests.integration.project import ROOT, Project

BASE = os.environ.get("HUECHAT_BASE_IMAGE") or "python:3.13-slim"
OWN_SIZE_MB = 60

NAMES_IN_THE_IMAGE = """
import os
print("\\n".join(n for _, *names in os.walk("/opt/huechat") for ns in names for n in ns))
"""
TOOLS_FOUND = """
import shutil
print(*filter(shutil.which, ["gcc", "cc", "make", "ld", "cargo"]))
"""
TRACES_FOUND = (
    "import os; print(*filter(os.path.exists, ['/root/.cache/pip', '/build', '/wheels']))"
)


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
    assert image.attrs["Config"]["Healthcheck"]["Test"] == ["CMD", "huechat-server", "health"]


@pytest.mark.parametrize("command", ["huechat-server", "huechat-client"])
def test_both_entrypoints_are_in_it(chat: Project, command: str) -> None:
    done = chat.server.exec_run([command, "--help"])
    assert done.exit_code == 0
    assert f"usage: {command}".encode() in done.output


def test_nothing_is_in_it_that_only_builds_or_tests(chat: Project) -> None:
    names = set(run_python(chat.server, NAMES_IN_THE_IMAGE).splitlines())
    assert "huechat" in names
    unwanted = {"pip", "setuptools", "wheel", "pytest", "test", "tests"}
    assert not {name for name in names if name in unwanted or name.startswith("test_")}


def test_no_build_tool_and_no_trace_of_the_build_is_left(chat: Project) -> None:
    assert run_python(chat.server, TOOLS_FOUND) == ""
    assert run_python(chat.server, TRACES_FOUND, user="0") == ""
