"""Making text harmless to the terminal that shows it.

What a terminal obeys instead of showing it: the C0 and C1 controls (ECMA-48; ESC and CSI begin
sequences), line and paragraph separators, and the bidirectional embeddings, overrides and
isolates, which can make a line read otherwise than it was said (CVE-2021-42574).
Joiners, variation selectors, tags and direction marks stay: emoji and other scripts need them.
"""

from __future__ import annotations

import re
from typing import Final

_OBEYED: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0001\ud800-\udfff]"
)
_RAW_IN_JSON: Final = re.compile(
    "[\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0001]"  # JSON escapes the rest itself
)
NEWLINE_SHOWN: Final = " ⏎ "
_SHOWN: Final = {"\t": "    ", "\n": NEWLINE_SHOWN, "\x7f": "␡"}
_CONTROL_PICTURES: Final = 0x2400
_FIRST_PRINTABLE: Final = 0x20
_LAST_OF_PLANE_0: Final = 0xFFFF


def harmless(text: str) -> str:
    """Return `text` on one line, each character that a terminal would obey replaced by a sign."""
    if text.isprintable() and text.isascii():  # the usual case, at a fraction of the price
        return text
    return _OBEYED.sub(_sign, text)


def harmless_json(line: bytes) -> bytes:
    r"""Return the JSON text `line` with the characters that a terminal would obey as `\uXXXX`."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _RAW_IN_JSON.sub(_escape, line.decode()).encode()


def _sign(found: re.Match[str]) -> str:
    char = found[0]
    if char in _SHOWN:
        return _SHOWN[char]
    if ord(char) < _FIRST_PRINTABLE:
        return chr(_CONTROL_PICTURES + ord(char))
    return f"<U+{ord(char):04X}>"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= _LAST_OF_PLANE_0:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)  # a surrogate pair, RFC 8259 section 7
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
