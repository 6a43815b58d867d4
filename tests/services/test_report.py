"""Claims about making a report: an empty project, cancelling, periods, and a language of its own."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading

import docx
import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import current_language, set_language, speaking, tr
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.reports.binding import interval_words
from patrolmap.services.report import make_report, write_report
from patrolmap.services.report_facts import incident_facts, period_of

END = dt.date(2026, 11, 22)


@pytest.fixture
def project(tmp_path):
    set_language("en")
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame.around(113, 34)) as store:
        yield store


@pytest.mark.parametrize(
    ("kind", "first"), [("day", END), ("week", dt.date(2026, 11, 16)), ("month", dt.date(2026, 11, 1))]
)
def test_periods(kind, first):
    """A day, seven days, and a month from its first day."""
    assert period_of(kind, END) == (first, END)


def test_an_unknown_period_is_refused(project):
    """The message names what can be chosen."""
    with pytest.raises(InputError, match="day, week or month"):
        make_report(project, "year", END)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_project_says_so_in_every_chapter(project, tmp_path, language):
    """Each chapter of a project without data holds a sentence; Word and PDF are written all the same."""
    with speaking(language):
        report = make_report(project, "week", END)
        write_report(report, tmp_path / "a.docx", pdf=tmp_path / "a.pdf")
    assert set(report.facts.missing) == {"incidents", "hotspots", "rings", "coverage", "patrols", "events"}
    book = docx.Document(str(tmp_path / "a.docx"))
    styles = [p.style.name for p in book.paragraphs]
    chapters = [place for place, name in enumerate(styles) if name == "Heading 1"]
    assert len(chapters) == 8
    assert all(book.paragraphs[place + 1].text for place in chapters)
    read = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert ("治安态势周报" if language == "zh" else "Weekly situation report") in read


def test_cancelling_writes_nothing(project, tmp_path):
    """A cancelled report raises and leaves no file."""
    with pytest.raises(CancelledError):
        make_report(project, "week", END, cancel=lambda: True)
    assert list(tmp_path.glob("*.docx")) == []


def test_a_language_for_a_while_is_of_one_thread():
    """Another thread keeps the language of the process, and this one has it back afterwards."""
    set_language("en")
    heard = []
    with speaking("zh"):
        other = threading.Thread(target=lambda: heard.append(current_language()))
        other.start()
        other.join()
        assert tr("Events") == "事件"
    assert heard == ["en"]
    assert tr("Events") == "Events"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "2026-01-01 至 2026-11-20"), ("en", "2026-01-01 to 2026-11-20")]
)
def test_the_days_of_hotspots_are_said_as_readers_write_them(language, words):
    """Not as the ISO interval that the layer keeps; what is no interval stays."""
    with speaking(language):
        assert interval_words("2026-01-01 / 2026-11-20") == words
        assert interval_words("") == ""


def test_the_year_before_is_compared_when_its_day_is_in_the_data(project):
    """Data from 30 March 2025 on reach the year before 30 March 2026, but not that of the 29th."""
    columns = list(empty_layer("incidents", None).columns)
    days = ("2025-03-30T09:00:00", "2026-03-29T09:00:00", "2026-03-30T09:00:00")
    where = shapely.Point(113, 34)
    rows = [
        {**dict.fromkeys(columns), "category": "盗窃", "time_from": day, "geometry": where.buffer(0.001).centroid}
        for day in days
    ]
    project.apply(
        InsertRows("incidents", gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=4326)), Message("test")
    )
    area = {**dict.fromkeys(empty_layer("boundary", None).columns), "geometry": where.buffer(0.01)}
    project.apply(InsertRows("boundary", gpd.GeoDataFrame([area], geometry="geometry", crs=4326)), Message("test"))
    year = [incident_facts(project, day, day).total.year_before for day in (dt.date(2026, 3, 30), dt.date(2026, 3, 29))]
    assert year == [1, None]
