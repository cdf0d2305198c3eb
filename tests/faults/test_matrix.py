"""Whatever fault strikes whichever stage: nothing is lost, nothing is doubled, one sentence says what is wrong and what
to do, and the next run is complete. A case is a line in `matrix.py`.
"""

import re

import pytest

from tests.faults.installation import STAGES, Installation
from tests.faults.matrix import MATRIX, Case


def _param(case: Case) -> "pytest.ParameterSet":
    return pytest.param(case, id=f"{case.stage}: {case.fault.name}", marks=[] if case.quick else [pytest.mark.long])


@pytest.mark.parametrize("case", map(_param, MATRIX))
def test_the_next_run_is_complete(installation: Installation, case: Case) -> None:
    installation.run(*STAGES[: STAGES.index(case.stage)] if case.stage in STAGES else ())
    said = case.fault.strike(installation, case.stage)
    assert "Traceback" not in said
    if case.says:
        assert any(re.search(case.says, line) for line in said.splitlines()), said
    installation.run(*STAGES)
    installation.check(case.fault.most)
