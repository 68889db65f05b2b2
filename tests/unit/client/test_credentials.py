"""Passwords from a file: which line, and no word of it in an error."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from huechat.client.credentials import credentials
from huechat.config import ClientSettings, SettingError
from huechat.protocol import Login, Register

SECRET = "correct horse"


def settings(file: Path | str, name: str = "ana") -> ClientSettings:
    return ClientSettings(name=name, password_file=str(file), invitation="CODE")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "password"
    found.write_text(f"{SECRET}\nnot this\n", encoding="utf-8")
    return found


def test_who_names_no_password_is_a_guest() -> None:
    assert credentials(settings(""), "") is None


@pytest.mark.parametrize("how", ["", "login"])
def test_a_file_with_a_password_is_a_login(file: Path, how: str) -> None:
    assert credentials(settings(file), how) == Login("ana", SECRET)


def test_registering_brings_the_invitation(file: Path) -> None:
    asked = credentials(settings(file), "register")
    assert asked == Register(SECRET, "ana", "CODE", color="blue")


@pytest.mark.parametrize("text", [f"{SECRET}", f"{SECRET}\r\nx", f"\ufeff{SECRET}\r\n"])
def test_the_password_is_the_first_line_whoever_wrote_the_file(file: Path, text: str) -> None:
    file.write_bytes(text.encode())
    assert credentials(settings(file), "login") == Login("ana", SECRET)


def test_spaces_are_part_of_a_password(file: Path) -> None:
    file.write_bytes(b" a b \n")
    assert credentials(settings(file), "login") == Login("ana", " a b ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "has no password in its first line"),
        (b"\ncorrect horse\n", "has no password in its first line"),
        (b"correct horse" * 100, "has no password in its first line"),
        (b"correct horse\xff\n", "is not UTF-8"),
    ],
)
def test_a_file_that_has_no_password_is_named_and_nothing_of_it_is_shown(
    file: Path, content: bytes, why: str
) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingError) as error:
        credentials(settings(file), "login")
    assert str(error.value) == f"HUECHAT_PASSWORD_FILE, {file}, {why}"
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(("name", "why"), [("none", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named_with_why(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(SettingError, match=f"cannot read HUECHAT_PASSWORD_FILE, .*: {why}"):
        credentials(settings(tmp_path / name), "login")


def test_a_password_wants_a_name(file: Path) -> None:
    with pytest.raises(SettingError, match="set HUECHAT_NAME"):
        credentials(settings(file, name=""), "")


def test_nobody_is_asked_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    with pytest.raises(SettingError, match="name a file that has it"):
        credentials(settings(""), "login")
