"""Columns find their fields by names and values, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.columns import map_columns
from patrolmap.ingest.source import Source


def _source(**columns: list[str]) -> Source:
    table = pd.DataFrame(columns, dtype=object)
    return Source("t.csv", table, np.arange(1, len(table) + 1))


def _cells(head: str, *rows: str) -> Source:
    names = head.split("|")
    cells = [row.split("|") for row in rows]
    return _source(**{name: [row[place] for row in cells] for place, name in enumerate(names)})


@pytest.mark.parametrize(
    ("layer", "head", "row", "expected"),
    [
        (
            "sites",
            "点位编号|点位名称|点位类型|勤务等级|值守时间|责任单位|东经|北纬",
            "K1|东站卡口|卡口|一级|08:30-11:30|一派出所|113.7|34.7",
            {
                "site_id": "点位编号",
                "name": "点位名称",
                "kind": "点位类型",
                "level": "勤务等级",
                "hours": "值守时间",
                "owner": "责任单位",
                "x": "东经",
                "y": "北纬",
            },
        ),
        (
            "sites",
            "Site ID|Site Name|Type|Longitude|Latitude",
            "K1|East gate|checkpoint|113.7|34.7",
            {"site_id": "Site ID", "name": "Site Name", "kind": "Type", "x": "Longitude", "y": "Latitude"},
        ),
        (
            "incidents",
            "警情编号|警情类别|发案时间上限|发案时间下限|经度|纬度",
            "J1|盗窃电动车|2026-01-01 20:00|2026-01-02 07:00|113.7|34.7",
            {
                "incident_id": "警情编号",
                "category": "警情类别",
                "time_from": "发案时间上限",
                "time_to": "发案时间下限",
                "x": "经度",
                "y": "纬度",
            },
        ),
        (
            "incidents",
            "uid|offense_type|date|lng|lat",
            "1|robbery|2026-01-01 20:00|113.7|34.7",
            {"incident_id": "uid", "category": "offense_type", "date": "date", "x": "lng", "y": "lat"},
        ),
        (
            "teams",
            "队伍编号|队名|队长|联系电话|人数|巡逻方式|经纬度",
            "D1|一队|组长01|000-0001|8|步行|113.7,34.7",
            {
                "team_id": "队伍编号",
                "name": "队名",
                "leader": "队长",
                "phone": "联系电话",
                "members": "人数",
                "mode": "巡逻方式",
                "xy": "经纬度",
            },
        ),
        (
            "nodes",
            "全市路口节点标号|路口的横坐标X|路口的纵坐标Y|路口所属区域|发案率(次数)",
            "1|413|359|A|1.7",
            {"node_id": "全市路口节点标号", "x": "路口的横坐标X", "y": "路口的纵坐标Y", "demand": "发案率(次数)"},
        ),
    ],
)
def test_heads_of_both_languages(layer: str, head: str, row: str, expected: dict[str, str]) -> None:
    """Usual heads are mapped completely, and nothing else is."""
    assert map_columns(_cells(head, row), layer, {}).columns == expected


def test_edges_of_a_textbook_table() -> None:
    """Names with brackets, as the well-known police platform case has them, are understood."""
    columns = map_columns(_cells("路线起点(节点标号)|路线终点(节点标号)", "1|75"), "streets", {})
    assert columns.columns == {"from_node": "路线起点(节点标号)", "to_node": "路线终点(节点标号)"}


def test_values_veto_names() -> None:
    """A column called level that holds prose is no level."""
    columns = map_columns(_cells("name|level|lon|lat", "a|see note 7|113|34", "b|unknown|113|34"), "sites", {})
    assert "level" not in columns


def test_user_decides() -> None:
    """What the user says wins over any guess; =value holds for all rows."""
    source = _cells("name|title|lon|lat", "a|b|113|34")
    columns = map_columns(source, "sites", {"name": "title", "kind": "=post", "lon": "lon"})
    assert columns.columns["name"] == "title"
    assert columns.texts(source, "kind").tolist() == ["post"]


def test_category_by_values() -> None:
    """Without a telling name, the one column of few repeated words is the category, and the report says so."""
    rows = [f"2026-01-{day:02d}|{'street' if day % 2 else 'shop'}|{day}|113.7|34.7" for day in range(1, 29)]
    columns = map_columns(_cells("date|loc|district|lon|lat", *rows), "incidents", {})
    assert columns.columns["category"] == "loc"
    assert any("few repeated words" in str(choice) for choice in columns.choices)


def test_coordinates_by_values() -> None:
    """Two columns of Chinese longitudes and latitudes are found without names."""
    columns = map_columns(_cells("名称|甲|乙", "a|113.71|34.72", "b|113.72|34.73"), "sites", {})
    assert (columns.columns["x"], columns.columns["y"]) == ("甲", "乙")


def test_personal_columns_stay_outside() -> None:
    """Names, phones, identity numbers and addresses beside incidents are left out, each by name."""
    source = _cells(
        "类别|发案时间|经度|纬度|受害人|联系电话|证号|地址",
        "盗窃|2026-01-01|113|34|某人|13912345678|11010519491231002X|某路1号",
    )
    columns = map_columns(source, "incidents", {})
    said = " ".join(str(choice) for choice in columns.choices)
    assert not {"受害人", "联系电话", "证号", "地址"} & set(columns.columns.values())
    assert all(f"“{column}” was left out" in said for column in ("受害人", "联系电话", "证号", "地址"))


def test_identity_numbers_never_become_ids() -> None:
    """A column called 编号 that holds identity numbers is not taken, and naming it is refused."""
    source = _cells("编号|类别|发案时间|经度|纬度", "11010519491231002X|盗窃|2026-01-01|113|34")
    assert "incident_id" not in map_columns(source, "incidents", {})
    with pytest.raises(InputError, match="identity documents"):
        map_columns(source, "incidents", {"incident_id": "编号"})


@pytest.mark.parametrize(("column", "what"), [("报警人", "names of persons"), ("备用", "telephone numbers")])
def test_persons_beside_incidents_cannot_be_asked_for(column: str, what: str) -> None:
    """Whoever reported an incident does not come in as its category, even if the user says so."""
    rows = [f"某甲|139{number}|盗窃|2026-01-01|113|34" for number in (12345678, 87650123, 20417733)]
    source = _cells("报警人|备用|类别|发案时间|经度|纬度", *rows)
    with pytest.raises(InputError, match=what):
        map_columns(source, "incidents", {"category": column})


@pytest.mark.parametrize(
    ("told", "message"), [({"colour": "name"}, "no field “colour”"), ({"name": "titel"}, "no column “titel”")]
)
def test_what_does_not_exist(told: dict[str, str], message: str) -> None:
    """A field or column that does not exist is answered with those that do."""
    with pytest.raises(InputError, match=message):
        map_columns(_cells("name|lon|lat", "a|113|34"), "sites", told)
