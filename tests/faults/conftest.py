"""What the cases share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.node.local_node import LocalNode
from tests.faults.installation import SECRETS, Installation, Outside, install, outside


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    """One outlet for all cases."""
    with outside() as given:
        yield given


@pytest.fixture(scope="module")
def doomed_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    """A node that may be ended."""
    node = LocalNode(tmp_path_factory.mktemp("doomed"))
    yield node
    node.stop()


@pytest.fixture
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """One that has yet to run."""
    given = getattr(request.node, "callspec", None)
    case = given.params.get("case") if given else None
    node = request.getfixturevalue("doomed_node" if case and case.fault.ends_node else "local_node")
    node.start()
    monkeypatch.setenv("TEST_HOOK", world.hook)
    monkeypatch.setenv("TEST_KEY", SECRETS[1])
    return install(tmp_path, world, node)
