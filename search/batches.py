"""Items in the portions that one request takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Runs of `size` items in their order; the last one may be shorter."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
