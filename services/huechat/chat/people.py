"""Who somebody is to the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Person:
    """Somebody who said hello. `name` is empty for one who gave none."""

    session: str
    name: str
    color: str

    @property
    def sender(self) -> str:
        """Under what their message ids are unique: the name, or the session of one who has none."""
        return self.name or f"~{self.session}"
