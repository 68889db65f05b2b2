"""Draws how figures grow with the crowd, as an SVG that is readable on white and on black."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from bench.measures import Figures

INK: Final = "#7a8594"
"""A grey that stands out from white as from black; the colours below do, too."""

BLUE: Final = "#3b8eea"
ORANGE: Final = "#e07b28"
GREEN: Final = "#2fa36b"

WIDTH, HEIGHT = 340, 280  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 62, 22, 56, 52  # around its plot
FLAT: Final = 0.3
"""What counts as flat: this much up or down from the smallest crowd."""

COST: Final = f"server CPU µs a delivery (band: ±{FLAT:.0%})"

ROUND: Final = ((1, 5), (1.5, 3), (2, 4), (3, 3), (4, 4), (5, 5), (6, 3), (8, 4), (10, 5))
"""Ends of an axis, and steps to them, whose marks are round numbers."""

STEEP: Final = 0.12
"""Where the line comes from, or goes to, a point so much higher (as a share of the axis), a label
above this one would be in its way."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One figure over the number of members. `flat`: show what counts as flat."""

    title: str
    unit: str
    points: Sequence[Point]
    color: str
    flat: bool = False

    @property
    def top(self) -> float:
        """The end of the y axis."""
        return self.axis[0]

    @property
    def axis(self) -> tuple[float, int]:
        """The end of the y axis, and how many steps lead to it."""
        band = self.points[0][1] * (1 + FLAT) if self.flat else 0
        return nice(max(band, *(y * 1.1 for _, y in self.points)))


def growth(rows: Sequence[Figures]) -> str:
    """Return the picture of what `plans.growth` measured. There must be two sizes at least."""
    grown = [row for row in rows if "failed" not in row and not row.get("by_history")]
    of = {
        (load, figure): [(row["members"], row[figure]) for row in grown if row["load"] == load]
        for load, figure in (
            ("closed", "deliveries_per_s"),
            ("closed", "server_cpu_us_per_delivery"),
            ("open", "server_cpu_us_per_delivery"),
        )
    }
    millions = [(n, value / 1e6) for n, value in of["closed", "deliveries_per_s"]]
    closed, open_ = (of[load, "server_cpu_us_per_delivery"] for load in ("closed", "open"))
    return svg(
        [
            Panel("Closed loop: throughput", "million deliveries/s", millions, GREEN),
            Panel("Closed loop: cost", COST, closed, BLUE, flat=True),
            Panel("Open loop, 20,000/s: cost", COST, open_, ORANGE, flat=True),
        ]
    )


def svg(panels: Sequence[Panel]) -> str:
    """Return `panels` side by side."""
    drawn = "\n".join(
        f'<g transform="translate({index * WIDTH} 0)">\n{_panel(panel)}\n</g>'
        for index, panel in enumerate(panels)
        if panel.points
    )
    width = WIDTH * len(panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}"'
        f' height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">\n'
        f"{drawn}\n</svg>\n"
    )


def nice(value: float) -> tuple[float, int]:
    """Return the next round number that is not below `value`, and how many steps lead to it."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next((top * power, steps) for top, steps in ROUND if value <= top * power)


def _panel(panel: Panel) -> str:
    xs = [x for x, _ in panel.points]
    left = LEFT - 44
    parts = [
        f'<text x="{left}" y="22" font-size="14" font-weight="600">{escape(panel.title)}</text>',
        f'<text x="{left}" y="40">{escape(panel.unit)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 12}" text-anchor="middle">'
        "members in the room</text>",
    ]
    parts += _y_axis(panel)
    parts += [
        f'<text x="{_x(x, xs):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:,.0f}</text>'
        for x in xs
    ]
    if panel.flat:
        parts.append(_band(panel))
    line = " ".join(f"{_x(x, xs):.1f},{_y(y, panel):.1f}" for x, y in panel.points)
    parts.append(
        f'<polyline points="{line}" fill="none" stroke="{panel.color}" stroke-width="2.5"'
        ' stroke-linejoin="round"/>'
    )
    ys = [y for _, y in panel.points]
    for (x, y), before, after in zip(panel.points, ys[:1] + ys, ys[1:] + ys[-1:], strict=False):
        at = f'cx="{_x(x, xs):.1f}" cy="{_y(y, panel):.1f}"'
        aside = 18 if max(before, after) - y > STEEP * panel.top else -10
        parts.append(f'<circle {at} r="4" fill="{panel.color}"/>')
        parts.append(
            f'<text x="{_x(x, xs):.1f}" y="{_y(y, panel) + aside:.1f}" text-anchor="middle"'
            f' fill="{panel.color}" font-weight="600">{y:.3g}</text>'
        )
    return "\n".join(parts)


def _y_axis(panel: Panel) -> list[str]:
    parts = []
    top, steps = panel.axis
    for step in range(steps + 1):
        value = top * step / steps
        y = _y(value, panel)
        strength = 0.9 if step == 0 else 0.25
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK}"'
            f' stroke-opacity="{strength}"/>'
        )
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    return parts


def _band(panel: Panel) -> str:
    """Return what counts as flat, as a band behind the line."""
    first = panel.points[0][1]
    high, low = _y(first * (1 + FLAT), panel), _y(first * (1 - FLAT), panel)
    return (
        f'<rect x="{LEFT}" width="{WIDTH - LEFT - RIGHT}" y="{high:.1f}"'
        f' height="{low - high:.1f}" fill="{panel.color}" fill-opacity="0.13"/>'
    )


def _x(x: float, xs: Sequence[float]) -> float:
    """Return where `x` is: the axis is logarithmic, with room at its ends."""
    low, high = math.log(min(xs)), math.log(max(xs))
    share = (math.log(x) - low) / (high - low) if high > low else 0.5
    return LEFT + 22 + share * (WIDTH - LEFT - RIGHT - 44)


def _y(y: float, panel: Panel) -> float:
    return HEIGHT - BOTTOM - y / panel.top * (HEIGHT - TOP - BOTTOM)
