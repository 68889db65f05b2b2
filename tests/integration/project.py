"""A Compose project from the real compose.yaml, under a name of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.models.containers import Container
from docker.models.networks import Network
from tests.integration.output import line_with, seconds

ROOT: Final = Path(__file__).parents[2]
COLORS: Final = ("red", "blue", "green")
SERVICES: Final = ("server", *(f"client-{color}" for color in COLORS))

CONNECTED: Final = ("Connected to server", "Back at server")

COMMAND_WITHIN_S: Final = 90.0
BUILD_WITHIN_S: Final = 900.0
"""Without a cache the build fetches what it needs over the network."""

_NOT_OURS: Final = ("HUECHAT_", "COMPOSE_", "NO_COLOR", "FORCE_COLOR")
"""What the shell of whoever runs the tests may have set, and would change what is tested."""


class ComposeError(Exception):
    """A `docker compose` command failed; the text is its own words and the containers' logs."""


class Project:
    """The demo. `name`: the project's; `image`: the tag to build and run; `settings`: for all."""

    def __init__(self, engine: DockerClient, name: str, image: str, **settings: str) -> None:
        self.engine = engine
        self.name = name
        self.image = image
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_OURS)}
        self._environment |= {"HUECHAT_IMAGE": image, "HUECHAT_PORT": "0"}  # 0: any free port
        self._environment |= settings
        if base := os.environ.get("HUECHAT_BASE_IMAGE"):
            self._environment["HUECHAT_BASE_IMAGE"] = base

    def compose(
        self,
        *arguments: str,
        typed: str = "",
        within_s: float = COMMAND_WITHIN_S,
        **settings: str,
    ) -> str:
        """Run `docker compose` with `typed` as its input; return what it printed."""
        return self.pipe(*arguments, data=typed.encode(), within_s=within_s, **settings).decode()

    def pipe(
        self,
        *arguments: str,
        data: bytes = b"",
        within_s: float = COMMAND_WITHIN_S,
        **settings: str,
    ) -> bytes:
        """Run `docker compose` in a pipe: `data` goes in, what comes out is returned."""
        ours = ["--project-name", self.name, "--file", str(ROOT / "compose.yaml")]
        done = subprocess.run(
            ["docker", "compose", *ours, "--env-file", os.devnull, *arguments],
            env=self._environment | settings,
            input=data,
            capture_output=True,
            timeout=within_s,
            check=False,
        )
        if done.returncode:
            words = done.stderr.decode(errors="replace")
            said = f"docker compose {' '.join(arguments)}: {done.returncode}\n{words}"
            logs = (f"--- {name}\n{text}" for name, text in self.logs().items())
            raise ComposeError("\n".join((said, *logs)))
        return done.stdout

    def build(self) -> None:
        """Build the image."""
        self.compose("build", within_s=BUILD_WITHIN_S)

    def up_server(self) -> None:
        """Start the server alone, if it does not run; return when it is healthy."""
        self.compose("up", "--detach", "--wait", "--no-build", "server")

    def up(self) -> None:
        """Start what does not run; return when all are healthy, and all clients connected."""
        self.compose("up", "--detach", "--wait", "--no-build")
        for color in COLORS:
            client = self.client(color)
            since = max(started(client), started(self.server))
            line_with(client, *CONNECTED, since=since)

    def stop(self) -> None:
        """End and remove all, as `docker compose down` does: what is on volumes stays."""
        self.compose("--profile", "*", "down", "--timeout", "3")

    def down(self) -> None:
        """Remove all that the project has; check that nothing is left."""
        gone = ("--volumes", "--remove-orphans", "--timeout", "0")
        self.compose("--profile", "*", "down", *gone)
        label = {"label": f"com.docker.compose.project={self.name}"}
        left = self.containers(), self.engine.networks.list(filters=label)
        volumes = self.engine.volumes.list(filters=label)
        assert (*left, volumes) == ([], [], [])

    def containers(self, *more_labels: str) -> list[Container]:
        """Return the project's containers, whether they run or not."""
        labels = [f"com.docker.compose.project={self.name}", *more_labels]
        return self.engine.containers.list(all=True, filters={"label": labels})

    def container(self, service: str) -> Container:
        """Return the one container of `service`, as it is now."""
        (one,) = self.containers(f"com.docker.compose.service={service}")
        return one

    def client(self, color: str) -> Container:
        """Return the container of the client of that colour."""
        return self.container(f"client-{color}")

    def network(self, name: str) -> Network:
        """Return the project's network of that name in compose.yaml."""
        (one,) = self.engine.networks.list(names=[f"{self.name}_{name}"])
        return one

    @property
    def server(self) -> Container:
        """The server's container."""
        return self.container("server")

    @property
    def address(self) -> tuple[str, int]:
        """Where this machine reaches the server now."""
        (binding,) = self.server.ports["3030/tcp"]
        return binding["HostIp"], int(binding["HostPort"])

    def logs(self) -> dict[str, str]:
        """Return what each container printed, with the escape sequences to be seen."""
        return {
            one.name: one.logs(tail=200).decode(errors="replace").replace("\x1b", "␛")
            for one in self.containers()
        }


def started(container: Container) -> float:
    """Return when `container` was last started, by the engine's clock."""
    return seconds(container.attrs["State"]["StartedAt"])
