"""Who somebody is to the others."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Person:
    """Somebody who said hello. `name` is empty for one who gave none.

    `sender` is under what their message ids are unique: the name, or the session of the nameless.
    """

    session: str
    name: str
    color: str
    sender: str = field(init=False)

    def __post_init__(self) -> None:
        self.sender = self.name or f"~{self.session}"
