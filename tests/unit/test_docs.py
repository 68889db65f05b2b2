"""What scripts/docs writes, that what it wrote is what stands here, and that it is true."""

import json
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from string import Template
from typing import Any

import msgspec
import pytest

from huechat import ChatServer
from huechat.chat.roles import LEAST, Role
from huechat.config import ServerSettings
from huechat.protocol import ERRORS, AnyCommand, AnyEvent, Command, Ping, Pong
from huechat.wire.jsonlines import JsonLines, JsonLinesClient
from huechat.wire.typed import VERBS
from manual import page as pages
from manual import plain_text, sections
from manual.samples import TIME, example, line
from manual.talks import MADE_UP, TALKS

PROJECT = Path(__file__).parents[2]
MARKED = "# x\n\n<!-- settings -->\nwhat stood here\n<!-- /settings -->\n\nend\n"
KINDS = [*AnyCommand.__args__, *AnyEvent.__args__, *sections.objects()]
FAILURE_S = 20.0
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def docs(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROJECT / "scripts/docs", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture(scope="module")
def page() -> str:
    return pages.protocol_page()


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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_type_has_a_section_with_an_example_of_it(page, kind):
    assert sections.section(kind).count("```json\n") == 1
    assert pages.linked(f"{page}{sections.section(kind)}").removeprefix(page) in page


@pytest.mark.parametrize("kind", AnyCommand.__args__, ids=lambda kind: kind.__name__)
def test_the_example_of_a_command_is_one_that_the_wire_takes(kind):
    assert JsonLines(65_536).receive(f"{line(example(kind))}\n".encode()) == [example(kind)]


@pytest.mark.parametrize("kind", AnyEvent.__args__, ids=lambda kind: kind.__name__)
def test_the_example_of_an_event_is_one_that_the_wire_takes(kind):
    assert JsonLinesClient().receive(f"{line(example(kind))}\n".encode()) == [example(kind)]


@pytest.mark.parametrize("kind", sections.objects(), ids=lambda kind: kind.__name__)
def test_the_example_of_an_object_is_one(kind):
    assert msgspec.json.decode(line(example(kind)), type=kind) == example(kind)


def test_each_error_code_is_on_the_page(page):
    assert [code for code in ERRORS if f"| `{code}` |" not in page] == []


def test_each_link_within_the_page_leads_to_a_heading(page):
    there = {slug for _, slug in pages.slugs(page)}
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= there


def test_a_heading_that_comes_again_is_found_by_a_number():
    slugs = [slug for _, slug in pages.slugs("## Rooms: a, b\n### `rooms`\n## `rooms`\n# no")]
    assert slugs == ["rooms-a-b", "rooms", "rooms-1"]


def test_the_prose_uses_all_that_is_known_and_nothing_else():
    prose = Template(pages.PROSE.read_text())
    assert prose.is_valid()
    assert set(prose.get_identifiers()) == set(pages.facts())


def test_what_a_role_may_do_is_on_the_page(page):
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in sections.roles().split("\n")]
    assert rows[0] == ["", *(role.word for role in Role if role is not Role.OUTSIDER)]
    able = {row[0]: sum(cell != "" for cell in row[1:]) for row in rows[2:]}
    assert able == {sections.ACTIONS[one]: 5 - least for one, least in LEAST.items()}
    assert sections.roles() in page


def test_each_command_that_can_be_typed_is_on_the_page(page):
    assert [verb.usage for verb in VERBS if f"| `{verb.usage}` |" not in page] == []


def test_each_event_is_told_in_plain_text_or_said_not_to_be(page):
    told = set(re.findall(r"^\| \[`(\w+)`\]", plain_text.told(), re.M))
    untold = set(re.findall(r"`(\w+)`", plain_text.untold()))
    assert told & untold == set()
    assert told | untold == {kind.__struct_config__.tag for kind in AnyEvent.__args__}
    assert pages.linked(f"{page}{plain_text.told()}").removeprefix(page) in page
    assert plain_text.untold() in page


class Player:
    """Has a conversation with a server, and holds it against what the page says."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        self._port = port
        self._stack = stack
        self._clients: dict[str, tuple[socket.socket, Any]] = {}
        self._meant: dict[str, str] = {}  # what the server said for what it is on the page

    def send(self, who: str, command: Command) -> None:
        text = line(command)
        for shown, meant in self._meant.items():
            text = text.replace(shown, meant)
        self._client(who)[0].sendall(f"{text}\n".encode())

    def told(self, who: str) -> Any:
        return json.loads(self._client(who)[1].readline())

    def leave(self, who: str) -> None:
        for one in reversed(self._clients.pop(who)):
            one.close()

    def as_shown(self, told: Any, shown: Any) -> Any:
        """Return `told` with what stands on the page for what the server makes up."""
        if isinstance(told, dict) and isinstance(shown, dict):
            return {key: self.as_shown(value, shown.get(key)) for key, value in told.items()}
        if isinstance(told, list) and isinstance(shown, list) and len(told) == len(shown):
            return [self.as_shown(*both) for both in zip(told, shown, strict=True)]
        if shown == TIME and A_TIME.fullmatch(told):
            return TIME
        if shown in MADE_UP and self._meant.setdefault(shown, told) == told:
            return shown
        return told

    def end(self) -> None:
        """See that nobody was told anything besides."""
        for who in self._clients:
            self.send(who, Ping("end"))
            assert self.told(who) == json.loads(line(Pong("end")))

    def _client(self, who: str) -> tuple[socket.socket, Any]:
        if who not in self._clients:
            sock = socket.create_connection(("127.0.0.1", self._port), FAILURE_S)
            self._stack.enter_context(sock)
            self._clients[who] = sock, self._stack.enter_context(sock.makefile("rb"))
        return self._clients[who]


@pytest.mark.parametrize("name", TALKS)
def test_a_server_says_what_it_says_on_the_page(name, tmp_path, page):
    talk = TALKS[name]
    settings = ServerSettings(data=str(tmp_path), access=talk.access)
    with ChatServer(port=0, settings=settings) as server, ExitStack() as stack:
        player = Player(server.port, stack)
        for who, what, is_shown in talk.turns:
            assert not is_shown or what is None or line(what) in page
            if what is None:
                player.leave(who)
            elif isinstance(what, Command):
                player.send(who, what)
            else:
                on_page = json.loads(line(what))
                assert player.as_shown(player.told(who), on_page) == on_page
        player.end()
