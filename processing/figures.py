"""Precision and recall."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """How often what was found is right.

    Attributes:
        right: what is there and was found.
        found: what was found.
        there: what is there.
    """

    right: int = 0
    found: int = 0
    there: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.right + other.right, self.found + other.found, self.there + other.there)

    @property
    def precision(self) -> float:
        """Share of the found that are right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of those there that were found."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 1.0
