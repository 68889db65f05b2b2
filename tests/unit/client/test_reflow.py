"""Where the cursor of a prompt is once the terminal broke its lines anew."""

import pytest

from huechat.client.reflow import rows_above, rows_of
from huechat.config import terminal_reflows


@pytest.mark.parametrize(
    ("widths", "columns", "rows"),
    [
        ([], 4, []),
        ([1] * 4, 4, [0, 0, 0, 0]),
        ([1] * 6, 4, [0, 0, 0, 0, 1, 1]),
        ([1, 2, 2], 4, [0, 0, 1]),  # a wide letter is not torn
        ([2, 2], 1, [0, 1]),
    ],
)
def test_a_line_is_broken_where_a_terminal_breaks_it(widths, columns, rows):
    assert list(rows_of(widths, columns)) == rows


def test_a_cursor_is_as_far_down_as_the_lines_before_it_take():
    prompt = [1] * 60
    assert rows_above([prompt], 10, 40) == 0
    assert rows_above([prompt], 50, 40) == 1
    assert rows_above([prompt, prompt, [1] * 5], 2, 40) == 4
    assert rows_above([prompt, prompt], 45, 15) == 7


def test_a_cursor_behind_the_last_letter_stays_in_its_row():
    assert rows_above([[1] * 40], 40, 40) == 0
    assert rows_above([[1] * 80], 80, 40) == 1
    assert rows_above([[]], 0, 40) == 0


def test_an_empty_line_takes_a_row():
    assert rows_above([[], [], [1]], 0, 40) == 2


@pytest.mark.parametrize(
    ("variables", "reflows"),
    [
        ({}, True),
        ({"XTERM_VERSION": "XTerm(390)"}, False),
        ({"STY": "1.pts-0"}, False),
        ({"XTERM_VERSION": "XTerm(390)", "TMUX": "/tmp/tmux-0/default,1,0"}, True),
    ],
)
def test_which_terminals_break_their_lines_anew(monkeypatch, variables, reflows):
    for name in ("TMUX", "STY", "XTERM_VERSION"):
        monkeypatch.setenv(name, variables.get(name, ""))
    assert terminal_reflows() == reflows
