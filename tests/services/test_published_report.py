"""Claims about the report for publication as files: what only the office should know is nowhere in them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import subprocess
import zipfile

import docx
import geopandas as gpd
import pytest
import shapely
from PIL import Image

from patrolmap.cli import main
from patrolmap.i18n import speaking
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.model.patrol_log import LogState
from patrolmap.project.store import ProjectStore
from patrolmap.services.events import SaidOfEvent, add_event
from patrolmap.services.patrol_log import SaidOfStop, record_stops
from patrolmap.services.publishing import set_publish_threshold
from patrolmap.services.report import make_report, write_report
from tests.exchange.conftest import on_earth
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets
from tests.sheets.samples import PLACES, made_plan, made_route

END = dt.date(2026, 11, 30)
NOW = dt.datetime(2026, 12, 1, 9)
SECRETS = (
    "暗哨点", "暗处巷", "密办", "组长07", "000-0007", "第七巡逻队", "夜班", "20261121-1900-a1b2", "经1路机密楼",
    *(name for name, _ in PLACES),
)  # fmt: skip
COUNTS = {"盗窃电动车": 40, "入室盗窃": 12, "抢夺": 3, "诈骗": 9}


def at(column: float, row: float) -> shapely.Point:
    return shapely.Point(ORIGIN_XY[0] + column * 200.0, ORIGIN_XY[1] + row * 200.0)


def put(project, name, rows):
    columns = list(empty_layer(name, None).columns)
    frame = gpd.GeoDataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns, geometry="geometry")
    project.apply(InsertRows(name, frame.set_crs(METRIC_CRS).to_crs("EPSG:4326")), Message("test"))


def incidents():
    for place, (category, count) in enumerate(COUNTS.items()):
        for number in range(count):
            moment = dt.datetime(2026, 11, 1 + number % 28, 20)
            yield {
                "category": category,
                "time_from": moment.isoformat(),
                "geometry": at(1 + place + 0.01 * number, 2.05),
            }


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "p.gpkg"
    frame = SpatialFrame("EPSG:4326", METRIC_CRS)
    with ProjectStore.create(path, name="测试区", frame=frame) as project:
        put(project, "streets", city_streets(6, 6).to_dict("records"))
        put(project, "boundary", [{"name": "测试区", "geometry": at(2.5, 2.5).buffer(900)}])
        put(project, "rings", [{"kind": "core", "geometry": at(2, 2).buffer(250)}])
        sites = [("k1", "key_site", 4, 4), ("p1", "post", 0, 0), ("c1", "checkpoint", 1, 2)]
        put(
            project,
            "sites",
            [
                {"site_id": one, "name": f"暗哨点{one}", "kind": kind, "level": 2, "geometry": at(x, y)}
                for one, kind, x, y in sites
            ],
        )
        put(project, "incidents", list(incidents()))
        spots = ((1, 60, "盗窃电动车 40、入室盗窃 12"), (2, 4, "抢夺 3、诈骗 1"), (3, 20, "诈骗 9"))
        put(
            project,
            "hotspots",
            [
                {
                    "hotspot_id": f"H{rank}", "name": f"经{rank}路", "rank": rank, "incidents": count, "area_m2": 9e3,
                    "peak_hours": f"{18 + rank}:00-23:00", "categories": words, "method": "kde",
                    "period": "2026-11-01 / 2026-11-30", "score": 1.0, "provenance": "{}",
                    "geometry": at(rank, 2).buffer(90),
                }
                for rank, count, words in spots
            ],
        )  # fmt: skip
        plan = made_plan(on_earth(made_route(4, "T07")))
        project.save_plan(plan, label=Message("plan"))
        record_stops(project, plan, "T07", ["1"], SaidOfStop(LogState.DONE, arrived="19:40", left="19:55"))
        for number in range(7):
            kind = "street_light" if number < 5 else "fire_hazard"
            moment = dt.datetime(2026, 11, 10 + number, 12)
            add_event(project, SaidOfEvent(kind, f"暗处巷{number}号", at(3, 3), note="经1路机密楼"), now=moment)
    return path


@pytest.fixture(scope="module", params=["zh", "en"])
def files(path, request, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    with speaking(request.param), ProjectStore.open(path, read_only=True) as project:
        report = make_report(project, "month", END, now=NOW, publish=True)
        hashes = [project.content_hash(layer)[:12] for layer in ("incidents", "streets", "plans", "events", "hotspots")]
        write_report(report, out / "r.docx", pdf=out / "r.pdf")
    return out / "r.docx", out / "r.pdf", hashes


def test_no_secret_is_in_the_word_file(files):
    """Neither in its text nor in properties, headers, relations or names of parts; it embeds pictures and nothing else."""
    word, _, hashes = files
    with zipfile.ZipFile(word) as packed:
        names = packed.namelist()
        texts = [packed.read(name).decode("utf-8", "ignore") for name in names if not name.endswith((".png", ".jpeg"))]
        pictures = [packed.read(name) for name in names if name.endswith(".png")]
    said = re.sub(r"<[^>]+>", "", "\n".join(texts)) + "\n".join([*texts, *names])
    for secret in (*SECRETS, *hashes):
        assert secret not in said
    assert not any("embed" in name.lower() or "chart" in name.lower() for name in names)
    assert pictures
    assert not any(Image.open(io.BytesIO(picture)).text for picture in pictures)


def test_no_secret_is_in_the_pdf(files):
    """Neither in what can be read of its pages nor in its properties; nothing is attached."""
    _, paper, hashes = files
    read = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    told = subprocess.run(["pdfinfo", paper], capture_output=True, text=True, check=True).stdout
    flat = re.sub(r"\s", "", read + told)
    for secret in (*SECRETS, *hashes):
        assert secret.replace(" ", "") not in flat
    assert b"/EmbeddedFile" not in paper.read_bytes()


def test_small_counts_and_what_would_give_them_away_are_hidden(files):
    """Three snatchings are hidden, and the nine frauds that the total would give them away by; shares of them too."""
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(files[0])).tables
    ]
    counts = {row[0]: row[1] for row in tables[0][1:]}
    assert [counts[name] for name in COUNTS] == ["40", "12", "<5", "*"]
    assert [counts[name] for name in counts if name not in COUNTS] == ["64"]
    hidden = [row for row in tables[0][1:] if row[1] in {"<5", "*"}]
    assert all(row[2] == row[4] == "–" for row in hidden)
    spots = next(table for table in tables if table[1][1].startswith("经"))
    assert [row[3] for row in spots[1:]] == ["60", "<5", "*"]
    assert [row[4] for row in spots[1:]] == ["19:00-23:00", "–", "–"]
    assert [row[5] for row in spots[1:]] == ["盗窃电动车、入室盗窃", "–", "诈骗"]


def test_the_commands_answer_is_the_suppressed_one(path, tmp_path, capsys):
    """What ``--json`` prints holds no secret and no hidden number."""
    words = ["report", str(path), "--period", "month", "--end", END.isoformat(), "--out", str(tmp_path / "r.docx")]
    assert main([*words, "--publish", "--json", "--quiet"]) == 0
    printed = capsys.readouterr().out
    answer = json.loads(printed)
    assert not any(secret in printed for secret in SECRETS)
    values = {one["part"]: one["count"]["value"] for one in answer["incidents"]["categories"]}
    assert values == {"盗窃电动车": 40, "入室盗窃": 12, "抢夺": None, "诈骗": None}
    assert "rings" not in answer


def test_the_number_of_the_exports_counts(path, tmp_path):
    """With 13 as what counts must reach, twelve burglaries are small too."""
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(path.read_bytes())
    with ProjectStore.open(copy) as project:
        set_publish_threshold(project, 13)
        facts = make_report(project, "month", END, now=NOW, publish=True).facts
    assert {one.part: one.count.shown for one in facts.incidents.categories} == {
        "盗窃电动车": "40", "入室盗窃": "<13", "诈骗": "<13", "抢夺": "<13",
    }  # fmt: skip
