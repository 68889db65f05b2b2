"""Who of those in one room has another name, though names may have gone from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from huechat.server.logs.outlet import Outlet


class Renames:
    """What the connections in a room were called before, since it was told last.

    Not for several threads at once.
    """

    def __init__(self) -> None:
        self._log: list[tuple[Outlet, str]] = []  # each change, with the name before
        self._since: dict[Outlet, int] = {}  # from where on, for who came in meanwhile
        self._any = False

    def note(self, outlet: Outlet, before: str, now: str) -> None:
        """Note what one is called `now` who was called `before`; empty: they are not here."""
        if before != now:
            self._log.append((outlet, before))
            self._any = self._any or bool(before and now)

    def from_now(self, watcher: Outlet) -> None:
        """Note that `watcher` is told now who everybody is."""
        self._since[watcher] = len(self._log)

    def since(self, watcher: Outlet) -> int:
        """Return from where on the changes are news to `watcher`, for `pairs`."""
        return self._since.get(watcher, 0)

    def pairs(self, since: int, called: Mapping[Outlet, str]) -> list[tuple[str, str]]:
        """Return the old name and the new one of each who has another than they had at `since`.

        `called` has what each is called now who is here. A name that somebody had then and has
        still was not given up, and is nobody's new one: they have several connections.
        They are in the order in which names become free: swapped names never do.
        """
        if not self._any:
            return []
        before: dict[Outlet, str] = {}
        for outlet, name in self._log[since:]:
            before.setdefault(outlet, name)
        kept = {name for one, name in called.items() if before.get(one, name) == name}
        moved = {(old, called[one]) for one, old in before.items() if old and one in called}
        return list(_in_turn([two for two in sorted(moved) if kept.isdisjoint(two)]))

    def forget(self) -> None:
        """Note that all was told."""
        self._log.clear()
        self._since.clear()
        self._any = False


def _in_turn(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield first who gives up a name, then who takes it; who swap come one after the other."""
    while pairs:
        taken = {old for old, _ in pairs}
        ready = [two for two in pairs if two[1] not in taken] or pairs[:1]
        yield from ready
        pairs = [two for two in pairs if two not in ready]
