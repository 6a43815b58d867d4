"""On the sample district every planted gap is found and none is invented."""

from __future__ import annotations

import json
from pathlib import Path

import pyproj
import pytest

from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from patrolmap.services.rings import ring_closure, ring_nesting
from patrolmap.services.sample import sample_files

TRUTH = Path(__file__).resolve().parents[1] / "reference" / "sample_truth.json"


def test_the_planted_gaps_are_the_leaks(tmp_path):
    """Each ring leaks exactly at its unguarded crossings, by place and street, and its crossings are as many as made."""
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    with create_project(tmp_path / "p.gpkg", "样例") as project:
        for file in sample_files():
            if file.layer in {"streets", "rings", "sites"}:
                import_file(project, file.path, file.layer, mapping=None)
        to_metric = pyproj.Transformer.from_crs("EPSG:4326", project.frame.metric_crs, always_xy=True)
        assert ring_nesting(project) == ()
        for answer in ring_closure(project):
            planted = truth["unguarded"][answer.line.ring]
            gaps = [one for one in answer.line.crossings if not one.controlled and not one.dips]
            assert len(answer.line.crossings) == truth["crossings"][answer.line.ring]
            assert len(answer.closure.leaks) == len(gaps) == len(planted)
            assert answer.closure.certificate.holds
            expected = sorted((to_metric.transform(*one["lon_lat"]), one["street"]) for one in planted)
            for gap, (xy, street) in zip(sorted(gaps, key=lambda one: one.xy), expected, strict=True):
                assert gap.xy == pytest.approx(xy, abs=1.0)
                assert gap.name == street
