"""What fails at one outlet and stops none of the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rasid.errors import RasidError, told_by_system
from rasid.reports import Event, Stage

Tell = Callable[[Event], None]


class Failures:
    """What failed at single outlets: told at once, and raised at the end of the context, when the others are done."""

    def __init__(self) -> None:
        self._all: list[tuple[str, Exception]] = []

    def __enter__(self) -> "Failures":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and len(self._all) == 1:
            raise self._all[0][1]
        if kind is None and self._all:
            raise RasidError("\n".join(f"{outlet}: {reason_of(error)}" for outlet, error in self._all))

    @contextmanager
    def noted(self, stage: Stage, outlet: str, tell: Tell) -> Iterator[None]:
        """Notes what is raised within the context."""
        try:
            yield
        except Exception as error:  # whatever it is, the other outlets are not to suffer
            self.add(stage, outlet, error, tell)

    def add(self, stage: Stage, outlet: str, error: Exception, tell: Tell) -> None:
        """Notes a failure."""
        self._all.append((outlet, error))
        tell(Event(stage, outlet, "failed", message=reason_of(error)))


def reason_of(error: Exception) -> str:
    """Why something failed, in words."""
    told = told_by_system(error) if isinstance(error, OSError) else None
    return told or str(error) or repr(error)
