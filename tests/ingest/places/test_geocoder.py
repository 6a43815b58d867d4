"""Descriptions of places in a town whose junctions are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolmap.ingest.places.answers import HIGH, PlaceStatus, Precision
from patrolmap.ingest.places.reading import read_description

if TYPE_CHECKING:
    from patrolmap.ingest.places.geocoder import Geocoder

CERTAIN = [
    ("车站南大街与河北大道交叉口(江南新城路口)", (0, 0)),
    ("车站南大街/河北大道路口", (0, 0)),
    ("和平路和河北大道交叉口", (-500, 0)),
    ("交通路、和平路路口", (-500, 400)),
    ("交通路和平路交叉口", (-500, 400)),
    ("和平路交通路口", (-500, 400)),
    ("河北大道与和平路口东南角", (-500, 0)),
    ("228国道典字路交叉口", (-1200, 900)),
    ("国道228与典字路T字路口", (-1200, 900)),
    ("G228和典字路十字路口", (-1200, 900)),
    ("某某路(河北大道)与车站南大街交叉口", (0, 0)),
    ("某市某区河北大道与车站南大街交叉口", (0, 0)),
    ("河北大道南段与车站南大街交汇处", (0, 0)),
    ("河北大街与车站南大街交叉口", (0, 0)),
    ("河北与车站南大街交叉口", (0, 0)),
    ("纬一路与创业3街交叉口", (0, 5800)),
    ("迎宾大道与雄石路交叉口", (5000, 0)),
    ("环岛路与广场路环岛", (7000, 5000)),
    ("Main St & St Johns Ave", (11000, 0)),
    ("corner of Main Street and 5th Avenue North", (11500, 0)),
    ("江南新城路口(车站南大街与河北大道交叉口)", (0, 0)),
    ("车站南大街与河北大道交叉口〔江南新城路口〕", (0, 0)),
    ("车站南大街与河北大道交叉口江南新城门口", (0, 0)),
    ("车站南大街与河北大道交叉口——江南新城", (0, 0)),
    ("和平路与河北大道交叉口对面", (-500, 0)),
    ("和平路与河北大道交叉口西进口", (-500, 0)),
    ("和平路与河北大道交叉口由北向南", (-500, 0)),
    ("河北大道与和平路交叉口西侧路南", (-500, 0)),
    ("和平路(河北大道口)", (-500, 0)),
    ("和平路(近河北大道)", (-500, 0)),
    ("和平路近河北大道", (-500, 0)),
    ("和平路(交通路路口)", (-500, 400)),
    ("位于和平路与交通路交叉口", (-500, 400)),
    ("某市某区河北大街与车站南大街交叉口", (0, 0)),
    ("车站南大街与河北大道交叉口", (0, 0)),
    ("和平路（与交通路交汇处）", (-500, 400)),
    ("与和平路交汇的交通路路口", (-500, 400)),
    ("和平路跟交通路交叉的路口", (-500, 400)),
    ("和平路，交通路交叉口", (-500, 400)),
    ("和平路；交通路路口", (-500, 400)),
    ("沿和平路至交通路路口", (-500, 400)),
    ("和平路上与交通路交叉口", (-500, 400)),
    ("【和平路与交通路交叉口】", (-500, 400)),
    ("“和平路与交通路交叉口”", (-500, 400)),
    ("和平路（交通路）路口", (-500, 400)),
    ("雄石路（西街路口）", (5000, 700)),
    ("雄石路(西街路口)", (5000, 700)),
    ("雄石路（西街口）", (5000, 700)),
    ("雄石路（西街交叉口）", (5000, 700)),
    ("雄石路（与西街路口）", (5000, 700)),
    ("雄石路(和西街交叉口)", (5000, 700)),
    ("雄石路（与西街）", (5000, 700)),
    ("雄石路（西街十字路口）", (5000, 700)),
    ("雄石路（西街红绿灯）", (5000, 700)),
    ("西街【雄石路路口】", (5000, 700)),
    ("西街（雄石路口）", (5000, 700)),
    ("西街 ( 雄石路路口 ) 东北角", (5000, 700)),
    ("雄石路（西街路口）附近", (5000, 700)),
    ("雄石路路口（西街）", (5000, 700)),
    ("雄石路口（与西街交叉处）", (5000, 700)),
    ("雄石路与西街（路口）", (5000, 700)),
    ("（雄石路）西街路口", (5000, 700)),
    ("交通路（和平路口）", (-500, 400)),
    ("交通路（和和平路交叉口）", (-500, 400)),
]


@pytest.mark.parametrize(("text", "xy"), CERTAIN)
def test_certain_junctions(geocoder: Geocoder, text: str, xy: tuple[float, float]) -> None:
    """Every style, kind of street, number, bracket and roundabout leads to the crossing's centre, with high confidence."""
    place = geocoder.find(text).place
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx(xy, abs=2.0)
    assert place.precision is Precision.JUNCTION
    assert place.confidence >= HIGH
    assert place.reasons


@pytest.mark.parametrize(
    ("text", "xy"),
    [
        ("车站南大街与河北大道交叉口东100米", (100, 0)),
        ("河北大道/车站南大街路口以北约200m处", (0, 200)),
        ("河北大道与X054县道交叉口西10公里", (-12000, 0)),
        ("河北大道与X054县道西10公里", (-12000, 0)),
        ("河北大道X054县道西10公里", (-12000, 0)),
        ("河北大道与车站南大街交叉口沿车站南大街向南一百五十米", (0, -150)),
        ("迎宾大道与雄石路交叉口东300米", (5300, 0)),
        ("和平路与河北大道交叉口东100米(建设银行门口)", (-400, 0)),
        ("和平路与河北大道交叉口(建设银行门口)以东100米处", (-400, 0)),
        ("河北大道和平路口西200米路北人行道", (-700, 0)),
        ("和平路与河北大道交叉口以东100米处对面", (-400, 0)),
        ("和平路与河北大道交叉口东50米处的公交站", (-450, 0)),
        ("和平路(交通路口)南100米", (-500, 300)),
        ("雄石路（西街路口）南100米", (5000, 600)),
        ("雄石路（西街路口南100米）", (5000, 600)),
        ("100 m east of Main St & St. John's Ave", (11100, 0)),
        ("Main St / 5th Ave N, 100 m west", (11400, 0)),
    ],
)
def test_distances_along_streets(geocoder: Geocoder, text: str, xy: tuple[float, float]) -> None:
    """A distance and a direction are measured along the street, from the centre, between the carriageways."""
    place = geocoder.find(text).place
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx(xy, abs=3.0)
    assert place.precision is Precision.OFFSET


@pytest.mark.parametrize(
    ("text", "xy", "word"),
    [
        ("车占南大街与河北大道交叉口", (0, 0), "slip"),
        ("车南大街与河北大道交叉口", (0, 0), "slip"),
        ("航海路与北大街交叉口", (700, -600), "a part of it"),
        ("Mian St & 5th Ave N", (11500, 0), "slip"),
    ],
)
def test_uncertain_names(geocoder: Geocoder, text: str, xy: tuple[float, float], word: str) -> None:
    """A slip or a part of a street finds the junction, but says so and asks for review."""
    answer = geocoder.find(text)
    assert answer.place is not None
    assert (answer.place.x_m, answer.place.y_m) == pytest.approx(xy, abs=2.0)
    assert answer.needs_review
    assert word in " ".join(map(str, answer.reasons))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("人民路与建设路交叉口", "No street of the project"),
        ("河北大道与人民路交叉口", "Only 河北大道 is known"),
        ("经七路与纬一路交叉口", "differs by a number"),
        ("南大街与河北大道交叉口", "differs by a number or a direction"),
        ("典字路与河北大道交叉口", "do not meet"),
        ("河北大道与车站南大街交叉口东9公里", "lead only 1500 m"),
        ("X054县道西10公里", "no junction to measure from"),
        ("某某小区", "No street of the project"),
        ("()", "No street of the project"),
        ("与", "No street of the project"),
    ],
)
def test_no_place_is_invented(geocoder: Geocoder, text: str, word: str) -> None:
    """Unknown streets, other numbers, streets that do not meet or end too early fail with the reason."""
    answer = geocoder.find(text)
    assert answer.status is PlaceStatus.FAILED
    assert answer.place is None
    assert word in " ".join(map(str, answer.reasons))


def test_streets_that_cross_twice(geocoder: Geocoder) -> None:
    """Both crossings are offered, and none is chosen."""
    answer = geocoder.find("河北大道与月牙街交叉口")
    assert answer.status is PlaceStatus.AMBIGUOUS
    assert sorted(round(candidate.x_m) for candidate in answer.candidates) == [200, 500]


@pytest.mark.parametrize(
    "text",
    [
        "和平路18号",
        "和平路十八号院3号楼",
        "和平路某某家园门前",
        "和平路12-58号",
        "和平路12至58号",
        "和平路12、14号",
        "和平路甲12号附1号",
        "和平路18号对面",
        "和平路建设银行门口",
        "123 Main St",
    ],
)
def test_house_numbers_fall_back_to_the_street(geocoder: Geocoder, text: str) -> None:
    """Without house numbers only the street is known, and that is never certain."""
    answer = geocoder.find(text)
    assert answer.place is not None
    assert answer.place.precision is Precision.STREET
    assert answer.place.streets[0] in {"和平路", "Main Street"}
    assert answer.needs_review


def test_names_in_brackets_are_remembered(geocoder: Geocoder) -> None:
    """A later description may use the name that an earlier one gave to its junction, with a distance too."""
    assert geocoder.find("江南新城路口").place is None
    geocoder.find("车站南大街与河北大道交叉口(江南新城路口)")
    again, beside = geocoder.find("江南新城路口").place, geocoder.find("江南新城路口东100米").place
    assert again is not None
    assert beside is not None
    assert (again.x_m, beside.x_m) == pytest.approx((0, 100), abs=2.0)


@pytest.mark.parametrize("text", ["和平路" + "12" * 200 + "x", "和平路口" + "东西" * 200 + "x", "路口处" * 200])
def test_reading_a_long_text_ends(text: str) -> None:
    """Digits, directions and fillers without end are read in time that does not double with each sign."""
    assert read_description(text).offset is None


@pytest.mark.parametrize(
    ("text", "xy"),
    [
        ("和平路与交通路交叉口（东100米）", (-400, 400)),
        ("和平路与交通路交叉口(东100米)（加油站门口）", (-400, 400)),
        ("交通路（和平路交叉口东100米）", (-400, 400)),
        ("交通路(与和平路交汇处以东100米)", (-400, 400)),
    ],
)
def test_a_distance_in_brackets_counts(geocoder: Geocoder, text: str, xy: tuple[float, float]) -> None:
    """It is no remark that may be passed over: the place lies there, not at the junction."""
    place = geocoder.find(text).place
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx(xy, abs=2.0)
    assert place.precision is Precision.OFFSET
