"""Figures as a table for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from bench.check import Limit, is_kept
from bench.measures import LATE, Figures

Column = tuple[str, str, Callable[[Any], str]]


def whole(value: float) -> str:
    """Return a large number."""
    return f"{value:,.0f}"


def three(value: float) -> str:
    """Return a number with three digits that count."""
    return whole(value) if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


COLUMNS: Final[tuple[Column, ...]] = (
    ("name", "what", str),
    ("load", "load", str),
    ("connects_per_s", "connects/s", whole),
    ("joined_s", "all in after s", three),
    ("server_cpu_ms_per_join", "CPU ms a join", three),
    ("deliveries_per_s", "deliveries/s", whole),
    ("server_cpu_us_per_delivery", "CPU µs a delivery", three),
    ("p50_ms", "p50 ms", three),
    ("p99_ms", "p99 ms", three),
    ("max_ms", "max ms", three),
    ("calm_p99_ms", "p99 ms if all read", three),
    ("p99_ratio", "ratio", three),
    ("grown_mb", "memory grown MB", three),
    ("caught_up_s", "caught up after s", three),
    ("kb_per_connection", "KB a connection", three),
    ("server_mb", "server MB", whole),
    ("crowd_busy", "crowd busy", lambda share: f"{share:.0%}"),
)

FOOT: Final = "The crowd was busy for most of its core: what is slow may be it, not the server."


def headline(machine: Figures) -> str:
    """Return what the figures depend on most, in a line."""
    pinned = "server and crowd each on its own" if machine["pinned"] else "not pinned"
    return (
        f"{machine['cores']} cores, {pinned}; {machine['python']}; {machine['kernel']};"
        f" {machine['file_system']}, fsync {machine['fsync_us']:,} µs"
    )


def table(rows: Sequence[Figures]) -> str:
    """Return a Markdown table that is straight on a terminal, too; and what could not be done."""
    good = [row for row in rows if "failed" not in row]
    shown = [column for column in COLUMNS if any(column[0] in row for row in good)]
    if all(row["load"] in row["name"] for row in good):
        shown = [column for column in shown if column[0] != "load"]
    cells = [[title for _, title, _ in shown]]
    cells += [[write(row[key]) if key in row else "" for key, _, write in shown] for row in good]
    lines = _aligned(cells) if good else []
    lines += [f"{row['name']}: {row['failed']}" for row in rows if "failed" in row]
    if any(row.get("crowd_busy", 0) > LATE for row in good):
        lines.append(FOOT)
    return "\n".join(lines)


def verdict(judged: Sequence[tuple[Limit, float | None]]) -> str:
    """Return the ratios of --check beside their limits, and which are over."""
    cells = [["ratio", "is", "may be", "verdict"]]
    for limit, ratio in judged:
        said = "well" if is_kept(limit, ratio) else "WORSE"
        shown = "not measured" if ratio is None else f"{ratio:.2f}"
        cells.append([limit.name, shown, f"{limit.most:.2f}", said])
    lines = _aligned(cells)
    for limit, ratio in judged:
        if not is_kept(limit, ratio):
            lines.append(f"bench: over its limit: {limit.name}; look for {limit.why}")
    return "\n".join(lines)


def write_json(file: Path, machine: Figures, rows: Sequence[Figures]) -> None:
    """Write the figures, and the machine that they are of."""
    whole_thing = {"machine": machine, "figures": [_rounded(row) for row in rows]}
    file.write_text(json.dumps(whole_thing, indent=2) + "\n", encoding="utf-8")


def _rounded(row: Figures) -> Figures:
    return {
        name: float(f"{value:.5g}") if isinstance(value, float) else value
        for name, value in row.items()
    }


def _aligned(cells: list[list[str]]) -> list[str]:
    """Return a Markdown table: the first column to the left, figures to the right."""
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]

    def line(row: list[str]) -> str:
        padded = [
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [f"{'-' * (width - 1)}{':' if at else '-'}" for at, width in enumerate(widths)]
    return [line(cells[0]), line(rule), *map(line, cells[1:])]
