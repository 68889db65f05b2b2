""".env.example and the settings: what one has, the other has."""

import re
from dataclasses import asdict, replace
from pathlib import Path

from dotenv import dotenv_values

from huechat.config import PREFIX, ClientSettings, ServerSettings

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()
ASSIGNED = re.compile(r"^#(?=[A-Z])", re.M)


def defaults() -> dict[str, str]:
    every = {**asdict(ClientSettings()), **asdict(ServerSettings())}
    shown = {k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in every.items()}
    return {PREFIX + name.upper(): value for name, value in shown.items()}


def in_force(folder: Path) -> dict[str, str | None]:
    """What the example says once every line of it is taken in."""
    (folder / ".env").write_text(ASSIGNED.sub("", EXAMPLE))
    return dotenv_values(folder / ".env")


def test_the_example_has_every_setting_with_its_default_and_no_other(tmp_path):
    assert in_force(tmp_path) == defaults()


def test_each_setting_stands_there_once():
    names = re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.M)
    assert sorted(names) == sorted(defaults())


def test_the_example_as_it_is_changes_nothing(tmp_path):
    (tmp_path / ".env").write_text(EXAMPLE)
    assert dotenv_values(tmp_path / ".env") == {}


def test_each_setting_is_explained():
    for name in defaults():
        assert re.search(rf"^# [A-Z].*\.\n#{name}=", EXAMPLE, re.M | re.S), name


def test_the_example_taken_in_whole_is_valid(tmp_path, monkeypatch):
    for name in defaults():
        monkeypatch.delenv(name, raising=False)
    in_force(tmp_path)
    assert ServerSettings.read(folder=tmp_path) == ServerSettings()
    told = ServerSettings().history  # to the client, no number is the server's number
    assert ClientSettings.read(folder=tmp_path) == replace(ClientSettings(), history=told)
