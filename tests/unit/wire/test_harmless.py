"""Nothing that one user sends can touch another's terminal; all that people write comes through."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.protocol import Message, Say
from huechat.wire.harmless import harmless
from huechat.wire.jsonlines import JsonLinesClient, encode_line
from huechat.wire.plain import Plain

ATTACKS = {
    "clear the screen": "\x1b[2J\x1b[H",
    "colour that stays": "\x1b[31m",
    "write the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "set the title": "\x1b]0;root@prod\x1b\\",
    "answer back as if typed": "\x1bP$q\x1b\\\x1b[6n\x1b[c",
    "tmux passthrough": "\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\",
    "hyperlink": "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "CSI in one character": "\u009b2J",
    "OSC in one character": "\u009d52;c;eA==\u009c",
    "next line (C1)": "\u0085[COLOR (red)] said -> I quit",
    "bell": "\x07",
    "backspaces": "hello\b\b\b\b\bbyebye",
    "delete": "\x7f",
    "back to the line's start": "hi\rana [COLOR (red)] said -> I quit",
    "a second line": "hi\nana [COLOR (red)] said -> I quit",
    "vertical tab and form feed": "\x0b\x0c",
    "another character set": "\x0e",
    "NUL": "\0",
    "Trojan source": "/*\u202e } \u2066if (admin)\u2069 \u2066 begin */",
    "isolates": "\u2066\u2067\u2068\u2069",
    "embeddings": "\u202a\u202b\u202c\u202d",
    "line separator": "hi\u2028ana",
    "paragraph separator": "hi\u2029ana",
    "hidden annotation": "\ufff9seen\ufffahidden\ufffb",
    "language tag": "\U000e0001",
    "deprecated shaping": "\u206a\u206f",
}
WRITTEN = {
    "family (joined)": "👨‍👩‍👧‍👦",
    "rainbow flag": "🏳️‍🌈",
    "flag of Wales (tags)": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "skin tone": "👍🏽",
    "flag of two letters": "🇬🇭",
    "keycap": "1️⃣",
    "combining": "e\u0301 n\u0303 Z͑ͫ",
    "Arabic": "مرحبا بالعالم",
    "Hebrew with points": "שָׁלוֹם",
    "Persian (ZWNJ)": "می\u200cخواهم",
    "Hindi (ZWJ)": "क्\u200dष",
    "direction marks": "a\u200fb\u200ec\u061cd",
    "Chinese": "你好，世界",
    "Thai": "สวัสดี",
    "box drawing": "┌─┐",
    "no-break and wide spaces": "a\u00a0b\u3000c",
    "soft hyphen": "co\u00adoperate",
    "plain": r"ls -la | grep 'x' > ~/[31m \x1b",
}
OBEYED = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0001]")
REORDERS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # Unicode's UAX 9

attacks = pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
written = pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
anything = st.text(st.characters())  # surrogates too


def message(text: str) -> Message:
    return Message("lobby", 1, "a", "2026-11-22T19:00:00.000Z", "ana", "red", text)


@attacks
def test_an_attack_is_an_attack(text):
    assert OBEYED.search(text)


@attacks
def test_an_attack_is_harmless_on_the_plain_wire(text):
    line = b"".join(Plain.encode([message(text)])).decode()
    assert line.endswith("\n")
    assert not OBEYED.search(line.removesuffix("\n"))


@attacks
def test_an_attack_is_harmless_even_to_one_who_looks_at_the_json(text):
    line = encode_line(message(text)).decode()
    assert not OBEYED.search(line.removesuffix("\n"))


@attacks
def test_json_still_carries_what_was_really_said(text):
    assert JsonLinesClient().receive(encode_line(message(text))) == [message(text)]


@attacks
def test_an_attack_leaves_a_sign_of_each_character_it_used(text):
    assert len(harmless(text)) >= len(text)


@written
def test_what_people_write_comes_through_whole_on_the_plain_wire(text):
    assert b"".join(Plain.encode([message(text)])).decode() == f"ana [COLOR (red)] said -> {text}\n"


@written
def test_what_people_write_stands_in_the_json_as_it_is(text):
    assert message(text) in JsonLinesClient().receive(encode_line(message(text)))
    assert text.replace("\\", r"\\") in encode_line(Say("a", text)).decode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("one\ntwo", "one ⏎ two"),
        ("a\tb", "a    b"),
        ("\x7f", "␡"),
        ("\0", "␀"),
        ("\u009b2J", "<U+009B>2J"),
        ("\u202e", "<U+202E>"),
        ("\U000e0001", "<U+E0001>"),
        ("\udc80", "<U+DC80>"),
    ],
)
def test_signs_tell_what_stood_there(text, shown):
    assert harmless(text) == shown


@given(anything)
def test_no_control_character_and_no_surrogate_is_ever_left(text):
    assert not {unicodedata.category(char) for char in harmless(text)} & {"Cc", "Cs", "Zl", "Zp"}


@given(anything)
def test_what_was_made_harmless_stays_as_it_is(text):
    assert harmless(harmless(text)) == harmless(text)


@given(st.text())
def test_no_text_whatever_leaves_a_raw_control_in_the_json(text):
    assert not OBEYED.search(encode_line(Say("a", text)).decode().removesuffix("\n"))


def test_no_character_that_unicode_itself_calls_a_control_slips_through():
    every = map(chr, range(0x110000))
    assert [
        char
        for char in every
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in REORDERS
        if char in harmless(char)
    ] == []
