"""The whole corpus: each file is imported right, or refused with a reason; nothing in between."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.ingest.corpus.cases import all_cases, make
from tests.ingest.corpus.judge import judge

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = 28
_SEED = int(os.environ.get("PATROLMAP_CORPUS_SEED", "1"))


def test_the_corpus_is_large_and_has_no_case_twice():
    """At least 2,000 files, each another."""
    titles = [case.title for case in all_cases()]
    assert len(titles) >= 2_000
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_file_is_imported_right_or_refused_with_a_reason(part: int, tmp_path: Path):
    """Count, names, positions within 0.5 m and moments are those of the generator's truth, or an error says why not."""
    wrong = []
    for number, case in enumerate(all_cases()[part::_PARTS]):
        verdict = judge(make(case, tmp_path / str(number), _SEED))
        wrong += [f"{case.title}: {verdict}"] if verdict else []
    assert not wrong, "\n".join(wrong)
