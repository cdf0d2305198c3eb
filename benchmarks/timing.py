"""CPU time of several ways to do the same, in turns, so that none has the quieter machine."""

import time
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import TypeVar

Item = TypeVar("Item")


def median_seconds(
    ways: Mapping[str, Callable[[Item], object]], items: Iterable[Item], rounds: int
) -> dict[str, float]:
    """Of each way, for all items: the median of the rounds, in seconds."""
    items = list(items)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.process_time()
            for item in items:
                way(item)
            seconds[name].append(time.process_time() - started)
    return {name: median(each) for name, each in seconds.items()}
