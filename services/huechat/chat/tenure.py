"""Since when a guest has had the name they chose: what was said under it before is another's."""

from __future__ import annotations

from typing import Final, NamedTuple

from huechat.chat.times import next_now, now

MOST: Final = 20_000
"""How many names are remembered with who had them last: some 400 bytes each."""


class _Tenure(NamedTuple):
    identity: str
    since: str


class Tenures:
    """Who had which name last, of the `most` names that were taken last.

    One who comes back to their name, when nobody else had it meanwhile, has had it all the time.
    Not for several threads at once.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._last: dict[str, _Tenure] = {}

    def since(self, name: str, identity: str) -> str:
        """Return from when on the guest has had the name; note that they have it.

        If it was another's, what that one said must be stored by now.
        """
        last = self._last.pop(name, None)
        if last is None:
            last = _Tenure(identity, now())
        elif last.identity != identity:
            last = _Tenure(identity, next_now())
        self._last[name] = last
        if len(self._last) > self._most:
            del self._last[next(iter(self._last))]
        return last.since
