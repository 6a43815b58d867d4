"""Claims about the district's template: kept with undo, read from a file with its logo, and used by all sheets."""

from __future__ import annotations

import base64
import json

import pytest
from pypdf import PdfReader

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, Orientation, PaperSize, SheetTemplate
from patrolmap.project.store import ProjectStore
from patrolmap.services.sheet_templates import read_template, set_sheet_template, sheet_template
from patrolmap.services.sheets import write_sheets
from tests.sheets.samples import made_plan, made_route

pytestmark = pytest.mark.usefixtures("qapp")
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def project(tmp_path):
    plan = made_plan(made_route(3, "T01"), made_route(2, "T02"), made_route(0, "T03"))
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame.around(109, 34)) as store:
        store.save_plan(plan, label=Message("plan"))
        yield store


def test_a_template_is_kept_and_undone(project):
    """One step back and it is plain again; to set what is set already is no step."""
    set_sheet_template(project, SheetTemplate(office="测试分局", logo=DOT))
    assert sheet_template(project) == SheetTemplate(office="测试分局", logo=DOT)
    steps = len(list(project.journal()))
    set_sheet_template(project, SheetTemplate(office="测试分局", logo=DOT))
    assert len(list(project.journal())) == steps
    project.undo()
    assert sheet_template(project) == PLAIN_TEMPLATE


def test_a_file_names_its_logo(tmp_path):
    """The picture stands beside the file; what is wrong with either is said."""
    (tmp_path / "logo.png").write_bytes(DOT)
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"paper": "A3", "phones": "000-1234", "logo": "logo.png"}), "utf-8-sig")
    assert read_template(path) == SheetTemplate(PaperSize.A3, phones="000-1234", logo=DOT)
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    with pytest.raises(InputError, match="no picture"):
        read_template(path)
    path.write_text("{", "utf-8")
    with pytest.raises(InputError, match="no JSON"):
        read_template(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_template(tmp_path / "missing.json")


def test_all_teams_in_one_file(project, tmp_path):
    """One file has the pages that the files of each team have together, on the paper of the template."""
    apart = write_sheets(project, None, tmp_path / "each")
    together = write_sheets(project, None, tmp_path / "one", template=SheetTemplate(one_file=True))
    assert (len(apart.sheets), len(together.sheets), together.pages) == (2, 1, apart.pages)
    pages = sum(len(PdfReader(path).pages) for path in apart.sheets)
    assert len(PdfReader(together.sheets[0]).pages) == pages


def test_the_project_template_is_used(project, tmp_path):
    """Overview and sheets are on the paper that the project says."""
    set_sheet_template(project, SheetTemplate(PaperSize.A3, Orientation.LANDSCAPE, logo=DOT))
    done = write_sheets(project, None, tmp_path / "s")
    for path in (done.overview, *done.sheets):
        box = PdfReader(path).pages[0].mediabox
        assert (float(box.width), float(box.height)) == pytest.approx((1190.6, 841.9), abs=1.5)


def test_a_template_that_could_not_be_read_is_not_kept(project):
    """A text with a sign that is not seen is refused, and the project stays as it was."""
    with pytest.raises(InputError):
        set_sheet_template(project, SheetTemplate(phones="0371\u200b"))
    assert sheet_template(project) == PLAIN_TEMPLATE
