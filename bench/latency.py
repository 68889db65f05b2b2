"""Latencies: one sample a received piece, counted for all the lines that the piece had."""

from __future__ import annotations

from array import array
from itertools import accumulate


class Latencies:
    """Collects latencies, in ns."""

    def __init__(self) -> None:
        self._ns = array("q")
        self._weights = array("q")
        self._slowest_ns = 0

    def add(self, ns: int, weight: int) -> None:
        """Note that one line took `ns`, and stands for `weight` lines."""
        self._ns.append(ns)
        self._weights.append(weight)

    def saw(self, ns: int) -> None:
        """Note that one line took `ns`: it counts for the slowest, and for nothing else."""
        self._slowest_ns = max(self._slowest_ns, ns)

    def in_ms(self) -> dict[str, float]:
        """Return the percentiles in milliseconds; all are 0 if nothing was noted."""
        half, most = percentiles(self._ns, self._weights, (0.5, 0.99))
        slowest = max(self._slowest_ns, most)
        return {"p50_ms": half / 1e6, "p99_ms": most / 1e6, "max_ms": slowest / 1e6}


def percentiles(
    values: array[int], weights: array[int], shares: tuple[float, ...]
) -> tuple[int, ...]:
    """Return the values up to which `shares` of the whole weight lie (nearest rank)."""
    if not values:
        return (0,) * len(shares)
    order = sorted(range(len(values)), key=values.__getitem__)
    reached = list(accumulate(weights[index] for index in order))
    return tuple(values[order[_first(reached, share * reached[-1])]] for share in shares)


def _first(reached: list[int], least: float) -> int:
    return next(place for place, weight in enumerate(reached) if weight >= least)
