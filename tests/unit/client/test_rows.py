"""Lines that are longer than the terminal is wide."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from termcolor.termcolor import can_colorize

from huechat.client.rows import in_rows
from huechat.client.widths import widest
from huechat.palette import paint
from huechat.wire.typed import help_text

HEADING = "[COLOR (red)] said ->"
FORGED = f"{HEADING} I owe lou money"
BLANKS = [" ", "\xa0", "\u2003", "\u202f", "\u2800", "\u3000", "\u3164", "\u115f", "\uffa0"]
FAMILY = "👨\u200d👩\u200d👧"
ADDRESS = f"https://example.org/{'a' * 40}?b=(c)&d=%20"
SEPARATE = [
    *BLANKS,
    "word",
    "日本",
    "語。",
    "é",
    "e\u0301",
    FAMILY,
    "☀\ufe0f",
    "🇩🇪",
    "👍🏽",
    "-" * 50,
]


@pytest.fixture(autouse=True)
def colors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FORCE_COLOR", "1")
    can_colorize.cache_clear()  # it remembers what it once saw
    yield
    can_colorize.cache_clear()


def on_a_terminal(text: str, columns: int) -> list[str]:
    """Return the rows that a terminal shows, which breaks lines at its edge."""
    rows: list[str] = []
    for line in text.split("\n"):
        rows.append("")
        for char in line:
            if widest(rows[-1] + char) > columns:
                rows.append("")
            rows[-1] += char
    return rows


def test_a_line_is_broken_between_words_and_its_further_rows_are_indented():
    assert in_rows("one two three four five six seven", 16) == (
        "one two three\n    four five\n    six seven"
    )


def test_a_line_that_fits_exactly_stays_as_it_is():
    assert in_rows("exactly twenty wide.", 20) == "exactly twenty wide."
    assert in_rows("exactly twenty wide.", 19) == "exactly twenty\n    wide."


def test_each_line_of_several_is_broken_by_itself():
    assert in_rows("one two three four\n    five six seven\nx\n", 16) == (
        "one two three\n    four\n    five six\n     seven\nx\n"
    )


@pytest.mark.parametrize("columns", [20, 24, 40])
def test_a_row_that_goes_on_looks_like_no_entry_of_help_or_of_a_table(columns):
    for line in help_text().split("\n"):
        first, *more = in_rows(paint(line, "cyan"), columns).replace("\x1b[36m", "").split("\n")
        assert all(indent(row) > indent(first) for row in more)
    assert in_rows("  one two three four\n    five six seven eight nine", 24) == (
        "  one two three four\n    five six seven eight\n        nine"
    )


def indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))


def test_many_blanks_before_a_line_leave_room_for_its_words():
    assert in_rows(f"{' ' * 20}one two three", 30).split("\n")[1:] == [f"{' ' * 10}three"]


def test_colors_notes_and_bells_take_no_room():
    line = paint("exactly twenty wide.", "red", strong=True)
    note = f"\x1b]9;{'long ' * 20}\x07\x07"
    assert in_rows(note + line, 20) == note + line
    assert in_rows(note + line + "\n", 20) == note + line + "\n"


def test_a_color_goes_on_in_the_next_row_and_ends_where_it_ended():
    assert in_rows(paint("one two three four", "red"), 16) == (
        "\x1b[31mone two three\n    four\x1b[0m"
    )
    assert in_rows(paint("one two three four   ", "red"), 18) == (
        "\x1b[31mone two three four\x1b[0m"
    )


def test_a_color_within_a_word_is_no_place_to_break_it():
    assert in_rows(f"one two thr <{paint('name', 'red')}> x", 16) == (
        "one two thr\n    <\x1b[31mname\x1b[0m> x"
    )


def test_blanks_between_words_of_a_row_stay():
    table = "    | a    | b  |    c |  d |"
    assert in_rows(table, 22) == "    | a    | b  |    c\n       |  d |"


def test_signs_are_as_wide_as_the_widest_terminal_shows_them():
    assert [widest(text) for text in ("é", "e\u0301", "日本", "👍", "☀", "☀\ufe0f", FAMILY)] == [
        *(1, 1, 4, 2, 1, 2, 6)
    ]


def test_chinese_and_japanese_is_broken_anywhere_but_before_what_ends_a_sentence():
    assert in_rows("louise: 私は昨日、東京に行きました。", 17) == (
        "louise: 私は昨\n    日、東京に行\n    きました。"
    )


@pytest.mark.parametrize("letter", ["e\u0301", FAMILY, "☀\ufe0f", "🇩🇪", "👍🏽"])
def test_what_is_one_letter_to_people_is_not_torn(letter):
    rows = in_rows(letter * 30, 21).replace(" ", "").split("\n")
    assert len(rows) > 1
    assert all(row == letter * row.count(letter) for row in rows)


def test_an_address_is_not_broken_and_nothing_else_stands_in_its_last_row():
    assert in_rows(f"see {ADDRESS} and {FORGED}", 40).split("\n") == [
        *("see", f"    {ADDRESS}", f"    and {HEADING} I owe lou", "    money")
    ]


def test_an_address_that_fits_in_a_row_is_a_word_like_others():
    assert in_rows("see http://example.org x", 26) == "see http://example.org x"
    assert in_rows("see http://example.org x", 23) == "see http://example.org\n    x"
    assert in_rows("see http://example.org x", 21) == "see\n    http://example.org\n    x"


@pytest.mark.parametrize("columns", [20, 40, 79, 80, 132])
@pytest.mark.parametrize("blank", BLANKS)
def test_no_number_of_blanks_makes_a_row_look_like_somebody_elses(blank, columns):
    for number in range(columns // 4, columns + 5):
        rows = on_a_terminal(in_rows(f"{HEADING} hi{blank * number}{FORGED}", columns), columns)
        assert rows[0].startswith("[COLOR")
        assert all(row.startswith("    ") for row in rows[1:])


@pytest.mark.parametrize("filling", ["x", "日", FAMILY, "☀\ufe0f", "[", "https://x.y/z"])
def test_no_long_word_makes_a_row_look_like_somebody_elses(filling):
    for number in range(1, 100):
        rows = on_a_terminal(in_rows(f"{HEADING} {filling * number}{FORGED}", 40), 40)
        assert not any(row.startswith("[COLOR (") for row in rows[1:])


@given(st.lists(st.sampled_from(SEPARATE), max_size=30), st.integers(16, 60), st.booleans())
def test_whatever_is_said_all_of_it_is_shown_and_no_row_is_too_long(pieces, columns, painted):
    said = "".join(pieces)
    shown = in_rows(paint(said, "cyan") if painted else said, columns)
    shown = shown.replace("\x1b[36m", "").replace("\x1b[0m", "")
    assert all(widest(row) <= columns for row in shown.split("\n"))
    assert all(row.startswith("    ") for row in shown.split("\n")[1:])
    assert without_blanks(shown) == without_blanks(said)


def without_blanks(text: str) -> str:
    return "".join(char for char in text if char not in "\n" and char not in BLANKS)


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 8])
def test_the_narrowest_terminal_shows_all_words(columns):
    shown = in_rows("one 日本 three", columns)
    assert "".join(shown.split()) == "one日本three"
    assert shown.count("\n") < 20
