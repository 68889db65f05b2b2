"""How a place on the network is written for people."""

from __future__ import annotations


def place(host: str, port: int) -> str:
    """Return where that is, in one word: an IPv6 address stands in brackets (RFC 5952, 6)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
