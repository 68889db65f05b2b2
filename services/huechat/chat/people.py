"""Who somebody is to the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Person:
    """Somebody who said hello. `name` is empty for one who gave none."""

    session: str
    name: str
    color: str
