"""What is wrong in a `.env`, or with a setting's name, is said: where, and what was meant."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from huechat.config import PREFIX, ClientSettings, ServerSettings, SettingError
from huechat.env_file import OF_COMPOSE

PROJECT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("cls", [ServerSettings, ClientSettings])


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch):
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def doubts(folder: Path, text: str = "", cls=ClientSettings) -> list[str]:
    """Return what is said of a `.env` with this text, and of the environment."""
    (folder / ".env").write_bytes(text.encode())
    said: list[str] = []
    cls.read(folder=folder, doubt=said.append)
    return said


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("HUECHAT_NAME 'ana'\n", [1]),
        ("# a comment\n\n\nHUECHAT_NAME='ana\n", [4]),
        ('HUECHAT_FORMAT="a\n{text}"\n\nHUECHAT_NAME ana\r\nHUECHAT_COLOR=red\nx y', [4, 6]),
        ("=x\n", [1]),
        ("HUECHAT_NAME\nexport HUECHAT_PORT\nHUECHAT_COLOR=\n", [1, 2]),
    ],
)
def test_a_line_that_says_nothing_is_told_with_its_number_and_the_file(tmp_path, text, lines):
    file = tmp_path / ".env"
    assert doubts(tmp_path, text) == [
        f"{file}, line {line}, was passed over: it is not NAME=value" for line in lines
    ]


def test_the_lines_around_a_bad_one_are_read(tmp_path):
    (tmp_path / ".env").write_text("HUECHAT_NAME=ana\nHUECHAT_COLOR red\nHUECHAT_PORT=4000\n")
    settings = ClientSettings.read(folder=tmp_path)
    assert (settings.name, settings.color, settings.port) == ("ana", "blue", 4000)


def test_nobody_else_says_anything_of_a_bad_line(tmp_path, caplog):
    doubts(tmp_path, "HUECHAT_NAME 'ana'\n")
    assert caplog.records == []


@BOTH
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("HUECHAT_PROT", "did you mean HUECHAT_PORT?"),
        ("HUECHAT_COLOUR", "did you mean HUECHAT_COLOR?"),
        ("HUECHAT_KEEPDAYS", "did you mean HUECHAT_KEEP_DAYS?"),
        ("huechat_port", "did you mean HUECHAT_PORT?"),
        ("HUECHAT_BASEIMAGE", "did you mean HUECHAT_BASE_IMAGE?"),
        ("HUECHAT_Q", "the README lists them all"),
    ],
)
def test_a_name_that_is_no_settings_is_told_with_the_one_like_it(
    cls, monkeypatch, tmp_path, name, hint
):
    words = f"there is no setting {name}: {hint}"
    assert doubts(tmp_path, f"\n{name}=1\n", cls) == [f"{tmp_path / '.env'}, line 2: {words}"]
    assert doubts(tmp_path, f"{name}=\n", cls) == [f"{tmp_path / '.env'}, line 1: {words}"]
    monkeypatch.setenv(name, "1")
    assert doubts(tmp_path, "", cls) == [words]


def test_no_value_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("HUECHAT_PASSWORT", "s3cret")
    said = doubts(tmp_path, "HUECHAT_PASSWD=s3cret\nHUECHAT_PASSWORD 's3cret'\n")
    assert len(said) == 3
    assert "s3cret" not in " ".join(said)


@BOTH
def test_what_is_a_setting_of_either_or_of_compose_is_right(cls, monkeypatch, tmp_path):
    example = (PROJECT / ".env.example").read_text().replace("\n#HUECHAT_", "\nHUECHAT_")
    assert doubts(tmp_path, example, cls) == []
    for one in (*fields(ServerSettings), *fields(ClientSettings)):
        value = "a" if one.metadata["setting"].parse is str else str(one.default or "")
        monkeypatch.setenv(PREFIX + one.name.upper(), value)
    for name in OF_COMPOSE:
        monkeypatch.setenv(name, "x")
    assert doubts(tmp_path, "", cls) == []


def test_all_that_compose_and_the_scripts_read_is_known():
    texts = [(PROJECT / "compose.yaml").read_text()]
    texts += [one.read_text() for one in (PROJECT / "scripts").iterdir() if one.is_file()]
    both = (*fields(ServerSettings), *fields(ClientSettings))
    known = {PREFIX + one.name.upper() for one in both} | set(OF_COMPOSE)
    assert set(re.findall(r"\bHUECHAT_[A-Z_]*[A-Z]", "\n".join(texts))) <= known


@pytest.mark.parametrize(
    "text", ["OTHER_PROT=1\n", "OTHER_PROT=\n", "HUECHAT_PORT=\n", "#HUECHAT_PROT=1\n"]
)
def test_what_is_not_ours_or_is_not_set_is_not_spoken_of(tmp_path, text):
    assert doubts(tmp_path, text) == []


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    assert doubts(tmp_path, "\ufeffHUECHAT_PORT=4000\n") == []
    assert ClientSettings.read(folder=tmp_path).port == 4000


def test_a_folder_of_that_name_is_not_the_file(tmp_path):
    (tmp_path / ".env").mkdir()
    assert ClientSettings.read(folder=tmp_path) == ClientSettings()


def test_a_file_that_is_no_text_is_an_error(tmp_path):
    (tmp_path / ".env").write_bytes(b"HUECHAT_NAME=\xff\n")
    with pytest.raises(SettingError, match=r"cannot read .*mend it, or take it away"):
        ClientSettings.read(folder=tmp_path)
