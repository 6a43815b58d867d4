"""Claims about what GPX and KML look like to strict readers: every variant is valid by a schema of its own, written from the standards."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from patrolmap.exchange.gpx import gpx_document
from patrolmap.exchange.kml import kml_document, kmz_archive
from patrolmap.i18n import speaking
from patrolmap.messages import Message
from patrolmap.services.exporting import export
from tests.exchange.conftest import attacked
from tests.exchange.test_kml import layers
from tests.services.test_plan_import import projects  # noqa: F401 - a fixture
from tests.services.test_planning import plan_of, project  # noqa: F401 - a fixture

SCHEMAS = Path(__file__).parent / "schemas"


def faults(form, document):
    schema = etree.RelaxNG(etree.parse(SCHEMAS / f"{form}.rng"))
    schema.validate(etree.fromstring(document))
    return [str(fault) for fault in schema.error_log]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_documents_are_valid(plan, frame, language):
    """All teams, one team, none, names full of markup; layers with holes, without a plan, packed."""
    with speaking(language):
        for each in (plan, attacked(plan)):
            assert faults("gpx", gpx_document(each, each.routes, frame)) == []
            assert faults("gpx", gpx_document(each, each.routes[1:2], frame)) == []
            assert faults("gpx", gpx_document(each, (), frame)) == []
            assert faults("kml", kml_document("方案", layers(), frame, each)) == []
        packed = kmz_archive(kml_document("圈层", layers(), frame))
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert faults("kml", archive.read("doc.kml")) == []


def test_exports_of_a_project_are_valid(project, tmp_path):  # noqa: F811
    """With its layers and a plan with breaks and ways home, in one file and in a file for each team."""
    plan_of(project)
    for form in ("gpx", "kml"):
        (one,) = export(project, tmp_path / f"all.{form}", form).files
        many = export(project, tmp_path / form, form).files
        for path in (one, *many):
            assert faults(form, path.read_bytes()) == []


@pytest.mark.parametrize("name", ["p.gpx", "p.kml", "p.kmz"])
def test_a_valid_file_comes_back_as_the_same_plan(projects, plan, tmp_path, name):  # noqa: F811
    """What strict readers take, import takes too: shift, teams, visits, times and ways."""
    from patrolmap.services.plan_import import import_plan

    old, new = projects
    old.save_plan(plan, label=Message("plan"))
    (path,) = export(old, tmp_path / name, "gpx" if name.endswith("gpx") else "kml", plan.plan_id).files
    import_plan(new, [path])
    busy = [route for route in plan.routes if route.stops]
    back = new.plan(plan.plan_id)
    assert [route.team_id for route in back.routes] == [route.team_id for route in busy]


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("gpx", b'lat="', b'latitude="'),
        ("gpx", b'version="1.1"', b'version="1.0"'),
        ("gpx", b"<trkseg>", b"<name>late</name><trkseg>"),
        ("gpx", b"T11:", b" 11:"),
        ("kml", b"<tessellate>1</tessellate><coordinates>", b"<coordinates>"),
        ("kml", b"<styleUrl>", b"<color>ff0000ff</color><styleUrl>"),
        ("kml", b"<outerBoundaryIs>", b"<innerBoundaryIs>"),
        ("kml", b"<coordinates>", b"<coordinates>north "),
    ],
)
def test_the_schemas_refuse_what_the_standards_refuse(plan, frame, form, good, bad):
    """A missing or misspelt attribute, a wrong version, an element out of order, what is no time or no coordinate."""
    document = gpx_document(plan, plan.routes, frame) if form == "gpx" else kml_document("方案", layers(), frame, plan)
    document = b"".join(line.strip() for line in document.splitlines())
    assert good in document
    broken = document.replace(good, bad, 1)
    if bad == b"<coordinates>":  # tessellate may be left out
        assert faults(form, broken) == []
        return
    if b"innerBoundaryIs" in bad:
        broken = broken.replace(b"</outerBoundaryIs>", b"</innerBoundaryIs>", 1)
    assert faults(form, broken)
