"""Colours that can be read on the terminal's background, in the palettes that terminals have."""

from statistics import median

import pytest
from termcolor.termcolor import COLORS as CODES

from huechat.client.look import readable
from huechat.protocol import COLORS

PALETTES = (
    # xterm, VGA, GNOME's Tango, Windows' Campbell, VS Code, macOS; each from code 30 and from 90 on
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
    " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa"
    " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf"
    " 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
    "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc"
    " 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
    "000000 cd3131 00bc00 949800 0451a5 bc05bc 0598bc 555555"
    " 666666 cd3131 14ce14 b5ba00 0451a5 bc05bc 0598bc a5a5a5",
    "000000 990000 00a600 999900 0000b2 b200b2 00a6b2 bfbfbf"
    " 666666 e50000 00d900 e5e500 0000ff e500e5 00e5e5 e5e5e5",
)
BACKGROUNDS = {"dark": "000000", "light": "ffffff"}
LEAST = 3.0
"""The contrast of what can be read if it is large or bold (WCAG 2.2, 1.4.3)."""


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def usual_contrast(color: str, background: str) -> float:
    code = CODES[color]
    at = code - 30 if code < 90 else code - 90 + 8
    behind = BACKGROUNDS[background]
    return median(contrast(palette.split()[at], behind) for palette in PALETTES)


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("color", COLORS)
def test_every_color_can_be_read_on_the_background(color, background):
    assert usual_contrast(readable(color, background), background) >= LEAST


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("color", COLORS)
def test_only_what_could_not_be_read_has_another_color(color, background):
    if usual_contrast(color, background) >= LEAST:
        assert readable(color, background) == color
