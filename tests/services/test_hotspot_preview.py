from __future__ import annotations

import pytest

from patrolmap.progress import CancelledError
from patrolmap.services.hotspot_preview import HotspotPreview
from patrolmap.services.hotspots import HotspotParams, find_hotspots
from tests.services.test_hotspots import project  # noqa: F401 - a fixture


def test_the_preview_is_what_the_search_would_find(project):  # noqa: F811 - the fixture
    """With the same kernel, period and share the first hotspot is the same place, and nothing is stored."""
    before = project.count("hotspots")
    sketched = HotspotPreview(project).hotspots(300.0, 365, 0.02)
    assert project.count("hotspots") == before
    found = find_hotspots(project, HotspotParams(method="kde")).hotspots
    assert sketched[0].polygon.intersection(found[0].polygon).area > 0.8 * found[0].area_m2


def test_cancel_is_heard(project):  # noqa: F811 - the fixture
    """A sketch that nobody waits for any more stops."""
    with pytest.raises(CancelledError):
        HotspotPreview(project).hotspots(300.0, 365, 0.02, cancel=lambda: True)
