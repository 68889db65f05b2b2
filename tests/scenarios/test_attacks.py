"""Nothing that one user sends can touch another's terminal, on whatever wire it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import listening
from tests.scenarios.screens import NOBODY, Screen
from tests.scenarios.talkers import FirstClient, JsonTalker, PlainTalker

ATTACKS = {
    "clear the screen": ("\x1b[2J\x1b[H", "␛[2J␛[H"),
    "change colours": ("\x1b[31;5mred", "␛[31;5mred"),
    "set the title": ("\x1b]0;owned\x07", "␛]0;owned␇"),
    "set the clipboard": ("\x1b]52;c;cm0gLXJmIC8=\x1b\\", "␛]52;c;cm0gLXJmIC8=␛\\"),
    "ask for an answer typed in": ("\x1b[6n\x1b[c\x05", "␛[6n␛[c␅"),
    "sequences by C1": ("\x9b2J\x9d0;owned\x9c", "<U+009B>2J<U+009D>0;owned<U+009C>"),
    "reset the terminal": ("\x1bc", "␛c"),
    "other letters": ("\x0e\x1b(0", "␎␛(0"),
    "write over the line": ("innocent\rYou: I owe you 100", "innocent␍You: I owe you 100"),
    "rub out": ("12345\b\b\b\b\b\x7f", "12345␈␈␈␈␈␡"),
    "read backwards": ("\u202egnp.exe", "<U+202E>gnp.exe"),
    "isolate": ("\u2066\u2067\u2068\u2069", "<U+2066><U+2067><U+2068><U+2069>"),
    "break the line by Unicode": ("a\u2028b\u2029c\x85d", "a<U+2028>b<U+2029>c<U+0085>d"),
}
NEVER_WRITTEN = (
    *("\x1b]", "\x1b[2J", "\x1b[31;5m", "\x1b[6n", "\x1b[c", "\x1bc", "\x1b(0", "\x1b\\"),
    *("\x05", "\x07", "\x0e", "\x7f", "\x85", "\x9b", "\x9c", "\x9d"),
    *("\u2028", "\u2029", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
)
FORGED = "hi\n[COLOR (red)] said -> I never said this"

_COLORS = re.compile(r"\x1b\[\d*m")
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, FORCE_COLOR="1") as ours:
        ours.shows_prompt()
        yield ours


def test_attacks_are_shown_as_signs_at_a_prompt(screen: Screen, other: JsonTalker) -> None:
    for attack, _ in ATTACKS.values():
        other.says(attack)
    screen.shows(*(f"[COLOR (green)] said -> {shown}" for _, shown in ATTACKS.values()), "You:")


def test_the_bytes_written_to_the_terminal_hold_nothing_of_an_attack(
    screen: Screen, other: JsonTalker
) -> None:
    for attack, _ in ATTACKS.values():
        other.says(attack)
    other.says("done")
    screen.logged("said -> done")
    assert [never for never in NEVER_WRITTEN if never.encode() in screen.raw] == []


@pytest.mark.parametrize("sender", ["json", "plain", "first"])
def test_a_log_has_no_sequence_but_its_own_colors(served: int, tmp_path: Path, sender: str) -> None:
    with Screen(tmp_path, served, size=NOBODY) as log:
        log.logged("Connected to server at")
        kinds = {"json": JsonTalker, "plain": PlainTalker, "first": FirstClient}
        with kinds[sender](served, "red") as attacker:
            for attack, shown in ATTACKS.values():
                attacker.says(attack)
                log.logged(shown)
    written = _COLORS.sub("", log.raw.decode()).replace("\r\n", "\n")
    assert _OBEYED.findall(written) == []


def test_nobody_can_forge_a_line_of_another(served: int, tmp_path: Path) -> None:
    with (
        listening(tmp_path, served) as listener,
        PlainTalker(served) as nc,
        JsonTalker(served, "green", "eva") as eva,
    ):
        eva.says(FORGED)
        eva.says("that was all")
        one_line = "eva [COLOR (green)] said -> hi ⏎ [COLOR (red)] said -> I never said this\n"
        assert listener.line() == nc.line().decode() == one_line
        assert listener.line() == "eva [COLOR (green)] said -> that was all\n"


def test_attacks_are_signs_on_the_plain_wire_too(served: int, other: JsonTalker) -> None:
    with PlainTalker(served) as nc:
        for attack, shown in ATTACKS.values():
            other.says(attack)
            assert nc.line().decode() == f"[COLOR (green)] said -> {shown}\n"


def test_json_lines_are_safe_to_look_at_and_still_whole(served: int, other: JsonTalker) -> None:
    with JsonTalker(served) as listener:
        for attack, _ in ATTACKS.values():
            other.says(attack)
            line = listener.line().decode()
            assert _OBEYED.findall(line) == []
            assert attack == json.loads(line)["text"]


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "e\u0301", "שלום", "مرحبا", "नमस्ते", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👍🏽", "🇮🇹"])
def test_honest_text_of_any_script_is_shown_whole(
    served: int, tmp_path: Path, other: JsonTalker, text: str
) -> None:
    with listening(tmp_path, served) as listener:
        other.says(text)
        assert listener.line() == f"[COLOR (green)] said -> {text}\n"
