"""compose.yaml is valid, and passes on every setting that there is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.integration.project import COLORS, Project

from huechat.config import PREFIX, ClientSettings, ServerSettings, described

FIXED = {"HUECHAT_HOST", "HUECHAT_PORT"}
"""Where the server is among the containers is not for the shell to say."""

FIXED_OF_THE_SERVER = FIXED | {"HUECHAT_DATA"}
"""It is where the volume is."""

OF_ONE_PERSON = {
    "HUECHAT_COLOR",
    "HUECHAT_NAME",
    "HUECHAT_INVITATION",
    "HUECHAT_PASSWORD_FILE",
}
"""Three clients of one name, or of one colour, would be no demo."""


@pytest.fixture(scope="module")
def services(chat: Project) -> dict[str, Any]:
    """Give compose.yaml's services as Compose reads them, every setting being "given"."""
    names = variables(ServerSettings) | variables(ClientSettings)
    given = dict.fromkeys(names - FIXED, "given")
    whole = chat.compose("--profile", "*", "config", "--format", "json", **given)
    return json.loads(whole)["services"]


def variables(settings: type[ServerSettings | ClientSettings]) -> set[str]:
    """Return the names that the settings have in the environment."""
    return {PREFIX + name.upper() for name, _, _ in described(settings)}


def passed_on(service: dict[str, Any]) -> set[str]:
    """Return the settings that come from the shell or .env."""
    return {name for name, value in service["environment"].items() if value == "given"}


def known(service: dict[str, Any]) -> set[str]:
    """Return the settings that the service gets at all."""
    return {name for name in service["environment"] if name.startswith(PREFIX)}


def test_it_is_valid(chat: Project) -> None:
    assert chat.compose("--profile", "*", "config", "--quiet") == ""


def test_the_server_gets_every_setting(services: dict[str, Any]) -> None:
    assert passed_on(services["server"]) == variables(ServerSettings) - FIXED_OF_THE_SERVER
    assert known(services["server"]) == variables(ServerSettings)


def test_one_more_client_gets_every_setting(services: dict[str, Any]) -> None:
    assert passed_on(services["client"]) == variables(ClientSettings) - FIXED
    assert known(services["client"]) == variables(ClientSettings)


@pytest.mark.parametrize("color", COLORS)
def test_a_coloured_client_gets_every_setting_but_who_it_is(
    services: dict[str, Any], color: str
) -> None:
    service = services[f"client-{color}"]
    assert variables(ClientSettings) - FIXED - OF_ONE_PERSON == passed_on(service)
    assert service["environment"]["HUECHAT_COLOR"] == color
    assert OF_ONE_PERSON & known(service) == {"HUECHAT_COLOR"}


def test_all_services_are_confined_alike(services: dict[str, Any]) -> None:
    for service in services.values():
        assert service["read_only"]
        assert service["init"]
        assert service["restart"] == "unless-stopped"
        assert service["stop_grace_period"] == "3s"
