"""What the containers' tests have: an engine, an image, two projects, and logs on failure."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import closing

import docker
import pytest
from docker.models.images import Image
from tests.integration.project import Project
from tests.reliability.conftest import rng, seed

__all__ = ["rng", "seed"]

Start = Callable[..., Project]
"""Starts a demo, or with `alone` its server: what to call it, and settings."""

TEST_WITHIN_S = 60
"""For a test alone: what it builds on has bounds of its own."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder."""
    item.add_marker(pytest.mark.containers)
    item.add_marker(pytest.mark.timeout(TEST_WITHIN_S, func_only=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the containers printed when a test failed."""
    report = yield
    if report.failed:
        for used in item.funcargs.values():
            if isinstance(used, Project):
                report.sections += [(f"log of {k}", text) for k, text in used.logs().items()]
    return report


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """Give the Docker engine. Without one the tests fail: skipping would look like success."""
    for command in (["docker", "version"], ["docker", "compose", "version"]):
        check_that_it_answers(command)
    with closing(docker.from_env()) as client:
        yield client


def check_that_it_answers(command: list[str]) -> None:
    """Fail with the command's own words if it does."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError as reason:
        code, said = 1, str(reason)
    else:
        code, said = done.returncode, done.stderr.strip()
    if code:
        words = f"`{' '.join(command)}` fails ({said}). scripts/engine sets up what is missing."
        pytest.fail(words, pytrace=False)


@pytest.fixture(scope="session")
def run_name() -> str:
    """Give a name that no other run has."""
    return f"huechat-test-{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def image(engine: docker.DockerClient, run_name: str) -> Iterator[Image]:
    """Give the image, built for this run."""
    tag = f"huechat:{run_name}"
    try:
        Project(engine, run_name, tag).build()
        yield engine.images.get(tag)
    finally:
        if engine.images.list(tag):
            engine.images.remove(tag)


@pytest.fixture(scope="session")
def chat(start: Start) -> Project:
    """Give the running demo, which all tests share that do not break it."""
    return start("shared", HUECHAT_HISTORY="0")


@pytest.fixture(scope="session")
def second_chat(start: Start) -> Project:
    """Give another demo, for tests that leave something to be mended."""
    return start("second", HUECHAT_HISTORY="0")


@pytest.fixture
def breakable(second_chat: Project) -> Iterator[Project]:
    """Give a running demo that may be broken; it is whole again for the next test."""
    yield second_chat
    second_chat.up()


@pytest.fixture(scope="session")
def start(engine: docker.DockerClient, image: Image, run_name: str) -> Iterator[Start]:
    """Give what starts a demo; all are removed in the end."""
    started = []

    def start_one(what: str, *, alone: bool = False, **settings: str) -> Project:
        project = Project(engine, f"{run_name}-{what}", image.tags[0], **settings)
        started.append(project)
        if alone:
            project.up_server()
        else:
            project.up()
        return project

    try:
        yield start_one
    finally:
        for project in started:
            project.down()
