"""Terminal windows drawn as SVG, with the text as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final, NamedTuple

import pyte
from pyte.screens import Char

from manual.pictures.window import COLUMNS, Still, Window

FONT: Final = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'
FONT_SIZE: Final = 14
CELL: Final = 8.4
LINE: Final = 20
BASE: Final = 15
"""How far below a row's top its letters stand."""

BAR: Final = 32
PAD: Final = 14
GAP: Final = 14
CORNER: Final = 9

PAPER, BAR_COLOR, EDGE, TITLE = "#161b22", "#2a313c", "#57606a", "#b3bdc9"
DOTS: Final = ("#ff5f57", "#febc2e", "#28c840")
INK: Final = {
    "default": "#d9e0e8",
    "black": "#7d8590",
    "red": "#ff7b72",
    "green": "#4ad164",
    "brown": "#e3b341",
    "blue": "#6ea8ff",
    "magenta": "#d8a0ff",
    "cyan": "#4fd8e0",
    "white": "#d9e0e8",
    "brightblack": "#8b949e",
    "brightred": "#ffa198",
    "brightgreen": "#7ee787",
    "brightbrown": "#f2cc60",
    "brightblue": "#a5c8ff",
    "bfightmagenta": "#e8c7ff",  # pyte writes it so
    "brightmagenta": "#e8c7ff",
    "brightcyan": "#9becf2",
    "brightwhite": "#ffffff",
}


BAR_BEHIND: Final = "#2f3846"
"""What stands behind the status bar."""


class Run(NamedTuple):
    """Letters that stand side by side in one look, from a column on."""

    column: int
    columns: int
    text: str
    ink: str
    bold: bool
    wide: bool


def drawn(windows: Sequence[Window | Still], about: str) -> str:
    """Return a picture of windows, one above the other."""
    width = round(COLUMNS * CELL + 2 * PAD)
    body, top = "", 0
    for window in windows:
        rows = used_rows(window.screen)
        height = BAR + rows * LINE + 2 * PAD
        inside = frame(width, height, window.title) + contents(window.screen, rows)
        body += f'<g transform="translate(0 {top})">\n{inside}</g>\n'
        top += height + GAP
    total = top - GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2} {total + 2}"'
        f' width="{width + 2}" height="{total + 2}" role="img" aria-labelledby="about">\n'
        f'<title id="about">{escape(about)}</title>\n'
        f"<style>text{{font:{FONT_SIZE}px {FONT};fill:{INK['default']};white-space:pre}}"
        "tspan.wide{text-anchor:middle}tspan.bold{font-weight:bold}</style>\n"
        f"{body}</svg>\n"
    )


def used_rows(screen: pyte.Screen) -> int:
    """Return how many rows there are down to the cursor, or the last with something on it."""
    filled = [y for y, row in enumerate(screen.display) if row.strip()]
    return max([screen.cursor.y, *filled]) + 1


def frame(width: int, height: int, title: str) -> str:
    """Return an empty window with its title bar."""
    top = f"M0 {BAR}V{CORNER}Q0 0 {CORNER} 0H{width - CORNER}Q{width} 0 {width} {CORNER}V{BAR}Z"
    dots = "".join(
        f'<circle cx="{18 + 20 * number}" cy="{BAR / 2:g}" r="6" fill="{color}"/>'
        for number, color in enumerate(DOTS)
    )
    box = f'width="{width}" height="{height}" rx="{CORNER}"'
    return (
        f'<rect {box} fill="{PAPER}"/><path d="{top}" fill="{BAR_COLOR}"/>{dots}\n'
        f'<text x="{width / 2:g}" y="{BAR / 2 + 5:g}" text-anchor="middle"'
        f' style="fill:{TITLE};font-size:13px">{escape(title)}</text>\n'
        f'<rect {box} fill="none" stroke="{EDGE}"/>\n'
    )


def contents(screen: pyte.Screen, rows: int) -> str:
    """Return what is on the screen, and the cursor."""
    cursor = screen.cursor
    block = (
        f'<rect x="{across(cursor.x)}" y="{BAR + PAD + cursor.y * LINE + 1}" width="{CELL}"'
        f' height="{LINE - 2}" fill="{INK["default"]}" opacity=".75"/>\n'
    )
    behind = "".join(map("".join, (papers(screen, y) for y in range(rows))))
    lines = "".join(line(y, list(runs(screen, y))) for y in range(rows))
    return behind + block + lines


def papers(screen: pyte.Screen, y: int) -> Iterator[str]:
    """Yield what stands behind a row's letters, where it is not the window's own paper."""
    row = [paper(screen.buffer[y][x]) for x in range(screen.columns)]
    column = 0
    for color, group in groupby(row):
        columns = len(list(group))
        if color:
            yield (
                f'<rect x="{across(column)}" y="{BAR + PAD + y * LINE}" fill="{color}"'
                f' width="{columns * CELL:.5g}" height="{LINE}"/>\n'
            )
        column += columns


def line(y: int, runs_of_it: list[Run]) -> str:
    """Return a row of the screen as text."""
    if not runs_of_it:
        return ""
    spans = "".join(map(span, runs_of_it))
    return f'<text y="{BAR + PAD + y * LINE + BASE}">{spans}</text>\n'


def span(run: Run) -> str:
    """Return a run, held to its columns whatever the font's widths are."""
    names = " ".join(["wide"] * run.wide + ["bold"] * run.bold)
    place = f'x="{across(run.column + run.wide)}"'
    if not run.wide:
        place += f' textLength="{run.columns * CELL:.5g}"'
    look = f' style="fill:{run.ink}"' if run.ink != INK["default"] else ""
    named = f' class="{names}"' if names else ""
    return f"<tspan {place}{named}{look}>{escape(run.text, quote=False)}</tspan>"


def runs(screen: pyte.Screen, y: int) -> Iterator[Run]:
    """Yield a row's runs; a wide letter is one of its own, and so stands in its place."""
    row = [screen.buffer[y][x] for x in range(screen.columns)]
    cells = [
        (x, cell, 2 if x + 1 < len(row) and not row[x + 1].data else 1)
        for x, cell in enumerate(row)
        if cell.data
    ]

    def look(one: tuple[int, Char, int]) -> tuple[str, bool, int]:
        x, cell, width = one
        return ink(cell), cell.bold, x if width > 1 else -1

    for (color, bold, _), group in groupby(cells, look):
        members = list(group)
        text = "".join(cell.data for _, cell, _ in members)
        bare = text.strip()
        start = len(text) - len(text.lstrip())
        columns = sum(width for _, _, width in members) - (len(text) - len(bare))
        if bare:
            yield Run(members[0][0] + start, columns, bare, color, bold, members[0][2] > 1)


def ink(cell: Char) -> str:
    """Return the colour of a letter; one of the 256 is given by its number."""
    if cell.reverse and cell.bg != "default":
        return named(cell.bg)
    return named(cell.fg)


def paper(cell: Char) -> str:
    """Return the colour behind a letter; nothing for the window's own."""
    if cell.reverse:
        return BAR_BEHIND if cell.fg == "default" else named(cell.fg)
    return "" if cell.bg == "default" else named(cell.bg)


def named(color: str) -> str:
    """Return a colour of pyte's as SVG has it."""
    return INK.get(color) or f"#{color}"


def across(columns: float) -> str:
    """Return where a column begins."""
    return f"{PAD + columns * CELL:.5g}"
