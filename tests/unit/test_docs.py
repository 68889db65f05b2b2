"""What scripts/docs writes, and that what it wrote is what stands here."""

import subprocess
import sys
from pathlib import Path

import pytest

from huechat.protocol import ERRORS, AnyCommand, AnyEvent
from huechat.wire.jsonlines import JsonLines, JsonLinesClient

PROJECT = Path(__file__).parents[2]
MARKED = "# x\n\n<!-- settings -->\nwhat stood here\n<!-- /settings -->\n\nend\n"


def docs(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROJECT / "scripts/docs", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    root = tmp_path_factory.mktemp("docs")
    docs("--root", root)
    return (root / "docs/protocol.md").read_text()


def test_the_generated_files_are_up_to_date():
    done = docs("--check")
    assert done.returncode == 0, done.stderr


def test_what_was_just_written_is_up_to_date(tmp_path):
    assert docs("--root", tmp_path).returncode == 0
    assert docs("--root", tmp_path, "--check").returncode == 0


@pytest.mark.parametrize("name", [".env.example", "docs/protocol.md", "README.md"])
def test_a_file_out_of_date_is_named_and_left_as_it_is(tmp_path, name):
    (tmp_path / "README.md").write_text(MARKED)
    docs("--root", tmp_path)
    changed = (tmp_path / name).read_text().replace("HUECHAT_PORT", "X").replace("welcome", "x")
    (tmp_path / name).write_text(changed)
    done = docs("--root", tmp_path, "--check")
    assert done.returncode == 1
    assert done.stderr == f"docs: {name} is out of date: run scripts/docs\n"
    assert (tmp_path / name).read_text() == changed


def test_the_settings_stand_between_the_marks_and_the_rest_stays(tmp_path):
    (tmp_path / "README.md").write_text(MARKED)
    docs("--root", tmp_path)
    written = (tmp_path / "README.md").read_text()
    assert written.startswith("# x\n\n<!-- settings -->\n")
    assert written.endswith("<!-- /settings -->\n\nend\n")
    assert "| `HUECHAT_PORT` | `--port` | `3030` |" in written
    assert "what stood here" not in written


def test_a_readme_without_the_marks_is_left_as_it_is(tmp_path):
    (tmp_path / "README.md").write_text("# x\n")
    done = docs("--root", tmp_path)
    assert (tmp_path / "README.md").read_text() == "# x\n"
    assert "README.md has no <!-- settings -->" in done.stderr


def test_help_says_what_it_does():
    assert ".env.example, docs/protocol.md" in docs("--help").stdout


def test_each_example_on_the_page_is_one_that_the_wire_takes(page):
    lines = [one.lstrip("<> ") for one in page.splitlines() if '{"type":' in one]
    as_command = [JsonLines(65_536).receive(f"{one}\n".encode())[0] for one in lines]
    as_event = [JsonLinesClient().receive(f"{one}\n".encode()) for one in lines]
    seen = {type(one) for one in as_command} | {type(one) for many in as_event for one in many}
    assert seen == set(AnyCommand.__args__) | set(AnyEvent.__args__)


def test_each_error_code_is_on_the_page(page):
    assert [code for code in ERRORS if f"| `{code}` |" not in page] == []
