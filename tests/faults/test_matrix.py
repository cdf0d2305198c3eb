"""Whatever fault strikes whichever stage: nothing is lost, nothing is doubled, one sentence says what is wrong and what
to do, and the next run is complete. A case is a line in `matrix.py`.
"""

import re

import pytest

from tests.faults.installation import SECRETS, STAGES, Installation
from tests.faults.matrix import MATRIX, Case


def _param(case: Case) -> "pytest.ParameterSet":
    return pytest.param(case, id=f"{case.stage}: {case.fault.name}", marks=[] if case.quick else [pytest.mark.long])


@pytest.mark.parametrize("case", map(_param, MATRIX))
def test_the_next_run_is_complete(installation: Installation, case: Case) -> None:
    before = {"run": 0, "reprocess": len(STAGES)}.get(case.stage)
    installation.run(*STAGES[: STAGES.index(case.stage) if before is None else before])
    said = case.fault.strike(installation, case.stage)
    assert "Traceback" not in said
    assert not any(secret in said for secret in SECRETS)
    if case.says:
        assert any(re.search(case.says, line) for line in said.splitlines()), said
    installation.run(*STAGES)
    installation.check(case.fault.most)
