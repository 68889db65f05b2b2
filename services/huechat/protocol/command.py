"""What all commands are."""

from __future__ import annotations

from msgspec import Struct


class Command(Struct, tag_field="type", frozen=True, omit_defaults=True):
    """What a client asks of the server."""
