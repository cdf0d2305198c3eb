"""Answers that are remembered: words come back again and again, and a dictionary is the fastest way to ask."""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class Remembered(dict[str, Answer]):
    """What a function makes of each text, made once: ``remembered[text]``. Unlike `functools.lru_cache` it keeps no
    order of use, which costs more than the answer; when it is full it begins anew.

    Args:
        make: the function.
        most: texts that are remembered.
    """

    def __init__(self, make: Callable[[str], Answer], most: int) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, text: str) -> Answer:
        answer = self._make(text)
        if len(self) >= self._most:
            self.clear()
        self[text] = answer
        return answer
