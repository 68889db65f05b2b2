"""What opens a door: tokens, invitation codes, passwords. None of them is ever logged or told."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import Final

from huechat.chat.errors import RefusedError

TOKEN_BYTES: Final = 32
"""256 bits: as many as the hash under which a token is kept."""

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: digits and letters without I, L, O and U, 5 bits each."""

_LOOK_ALIKES: Final = str.maketrans("OILU", "011V")
"""Letters that no code has, and what somebody who reads one meant."""

CODE_LENGTH: Final = 16
"""80 bits: too many to be guessed, few enough to be read out."""

GROUP: Final = 4

MAX_PASSWORD_BYTES: Final = 1024
"""Of UTF-8: room for any sentence, and little to normalize and hash."""

_UNTYPABLE: Final = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters, and of halves of characters, which have no UTF-8."""


def new_token() -> str:
    """Return a new secret for programs to keep: 256 random bits, in 43 characters fit for URLs."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a token, or of a tidy code: what the store keeps in its place.

    A fast hash is right for these. A slow one makes guessing dear where people choose, out of
    few words; out of 2^80 random codes nobody guesses one, however fast. Being without salt, it
    can be looked up in an index. Not for passwords.
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def new_code() -> str:
    """Return a new invitation code that can be read out and typed, like `K7QM-2FXT-9RWB-HC4D`."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))


def tidy_code(text: str) -> str:
    """Return the code that somebody meant who typed `text`, as `new_code` would have written it.

    Small letters, any spaces and dashes, O for 0, I or L for 1, and U for V are forgiven. What is
    no code at all comes back as something that is none either.
    """
    return _grouped("".join(filter(str.isalnum, text.upper())).translate(_LOOK_ALIKES))


def check_password(password: str, *, min_length: int) -> str:
    """Return `password` as it is to be hashed; raise `RefusedError` if nobody may have it.

    `min_length`: the least number of characters; 1 for a password that is only to be compared,
    so that whoever chose a shorter one under older rules still comes in.

    By RFC 8265's OpaqueString: any space is an ASCII space, and the whole in NFC, so that the same
    keys are the same password on every system. Of what the RFC forbids only control characters are
    refused: the rest differs with the version of Unicode, and would forbid some emoji.
    """
    if len(password) <= MAX_PASSWORD_BYTES:  # normalizing long runs of marks takes quadratic time
        password = _opaque(password)
    if len(password.encode(errors="surrogatepass")) > MAX_PASSWORD_BYTES:
        raise RefusedError(
            "bad_password", f"a password has {MAX_PASSWORD_BYTES} bytes at most; take a shorter one"
        )
    if len(password) < max(1, min_length):
        raise RefusedError(
            "bad_password", f"a password has {max(1, min_length)} characters or more; add some"
        )
    if not _UNTYPABLE.isdisjoint(map(unicodedata.category, password)):
        raise RefusedError(
            "bad_password", "a password has no tabs, line ends and other control characters"
        )
    return password


def _opaque(password: str) -> str:
    """Return `password` with its spaces as ASCII has them, in NFC (RFC 8265, section 4.2.1)."""
    spaced = (" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", "".join(spaced))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
