"""Sections of streets and kilometre posts, in a town whose junctions are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolmap.ingest.places.answers import PlaceStatus, Precision
from patrolmap.ingest.places.offsets import halfway
from patrolmap.ingest.places.sections import read_kilometre_post

if TYPE_CHECKING:
    from patrolmap.ingest.places.geocoder import Geocoder
    from patrolmap.streets.network import StreetGraph


@pytest.mark.parametrize(
    "text",
    [
        "河北大道(和平路至车站南大街段)",
        "河北大道（车站南大街至和平路）",
        "河北大道(和平路-车站南大街)",
        "河北大道(和平路到车站南大街之间)",
        "河北大道和平路至车站南大街段",
        "河北大道从和平路至车站南大街路段",
    ],
)
def test_a_section_is_its_middle(geocoder: Geocoder, text: str) -> None:
    """Between x = −500 and x = 0 the middle is −250; the section is 250 m to either side."""
    place = geocoder.find(text).place
    assert place is not None
    assert place.precision is Precision.SECTION
    assert (place.x_m, place.y_m, place.spread_m) == pytest.approx((-250.0, 0.0, 250.0), abs=2.0)


@pytest.mark.parametrize("text", ["河北大道(纬一路至经五路段)", "河北大道(和平路至没有路段)"])
def test_a_section_between_streets_that_do_not_meet_is_no_section(geocoder: Geocoder, text: str) -> None:
    """What does not meet the street bounds no section of it."""
    place = geocoder.find(text).place
    assert place is None or place.precision is not Precision.SECTION


@pytest.mark.parametrize(
    ("text", "at_m"),
    [
        ("G107 K123+400", 123_400.0),
        ("G107 123km+400m", 123_400.0),
        ("国道107线123公里400米处", 123_400.0),
        ("X054县道12公里处", 12_000.0),
        ("G107 K5", 5_000.0),
    ],
)
def test_kilometre_posts_are_read(text: str, at_m: float) -> None:
    """Kilometres and metres come out of every style."""
    post = read_kilometre_post(text)
    assert post is not None
    assert post.at_m == at_m


@pytest.mark.parametrize("text", ["228国道K12+300", "G228 12公里处"])
def test_a_kilometre_post_is_for_review(geocoder: Geocoder, text: str) -> None:
    """Where the kilometres of a road begin is not known, so that no place is made up; the road is named."""
    answer = geocoder.find(text)
    assert answer.status is PlaceStatus.FAILED
    assert "12" in str(answer.reasons[0])


@pytest.mark.parametrize("text", ["X054县道与车站南大街交叉口西10公里", "车站南大街与河北大道交叉口", "河北大道12号"])
def test_other_descriptions_are_no_kilometre_posts(text: str) -> None:
    """A distance from a junction and a house number stay what they are."""
    post = read_kilometre_post(text)
    assert post is None or "交叉口" in post.street


@pytest.mark.parametrize(
    "text",
    [
        "月牙街（河北大道与河北大道之间）",
        "河北大道（和平路与车站南大街之间）",
        "河北大道和平路与车站南大街之间",
        "河北大道上和平路到车站南大街之间路段",
    ],
)
def test_a_section_among_two_streets(geocoder: Geocoder, text: str) -> None:
    """“Between A and B” bounds a section as “from A to B” does; one street alone bounds none."""
    place = geocoder.find(text).place
    if "月牙" in text:
        assert place is None or place.precision is not Precision.SECTION
    else:
        assert place is not None
        assert (place.x_m, place.y_m) == pytest.approx((-250.0, 0.0), abs=2.0)


def test_the_middle_of_a_bent_street_is_halfway_along_it(town: StreetGraph) -> None:
    """Between both mouths of 月牙街 (250, 300 and 250 m) lies the middle of its long side, not of the chord."""
    edges = np.flatnonzero(town.edges["name"].to_numpy() == "月牙街")
    middle = halfway(town, edges, (200.0, 0.0, 0.0), (500.0, 0.0, 0.0))
    assert middle == pytest.approx((350.0, -250.0, 800.0))


@pytest.mark.parametrize(
    "text",
    [
        "河北大道（和平路至车站南大街段）双向区间测速",
        "河北大道（和平路至车站南大街）由东向西方向",
        "河北大道和平路至车站南大街段南北双向",
        "河北大道和平路到车站南大街路段两侧人行道",
    ],
)
def test_a_section_with_words_on_how_it_is_watched(geocoder: Geocoder, text: str) -> None:
    """What a notice adds after a section does not hide it."""
    place = geocoder.find(text).place
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx((-250.0, 0.0), abs=2.0)
