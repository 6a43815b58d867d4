"""What the planner draws by hand: river, railway, old core, ring roads, radial roads and the extent of the city."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import shapely
from shapely import LinearRing, LineString, MultiPolygon, Polygon

from tools.make_sample.curves import blob, lines_of, polygons_of, ribbon, smooth
from tools.make_sample.stroke import Stroke

__all__ = ["Ground", "arterials", "ground"]

RIVER: Final = (
    (-11500, 3500), (-10300, 3050), (-9300, 2150), (-8350, 2000), (-7500, 2450), (-6600, 1900), (-6000, 700), (-5250, -250), (-4200, -550),
    (-3300, -1350), (-2200, -1800), (-1100, -1640), (0, -2050), (1050, -2330), (2050, -2020), (3000, -1560), (4100, -1620), (5000, -2350),
    (5800, -2950), (6800, -2800), (7500, -3350), (8300, -4150), (9300, -3950), (10300, -4500), (11500, -4900),
)  # fmt: skip
STREAM: Final = (
    (2450, 11500), (2100, 10100), (2500, 9000), (1900, 7900), (1550, 6900), (2050, 5900), (1950, 5000), (1480, 4200), (1500, 3300),
    (1830, 2500), (1650, 1700), (1420, 900), (1560, 100), (1400, -700), (1520, -1500), (1780, -2150),
)  # fmt: skip
RAILWAY: Final = (
    (2350, -11500),
    (2700, -8800),
    (2950, -6500),
    (3230, -4200),
    (3420, -1900),
    (3560, 300),
    (3740, 2400),
    (4150, 4300),
    (4950, 6600),
    (5750, 8900),
    (6800, 11500),
)
FREIGHT: Final = ((3600, 900), (3740, 2400), (4080, 3350), (4900, 4050), (6050, 4350), (6900, 4300))
CORE: Final = (
    (-960, -830), (-480, -905), (60, -880), (560, -915), (900, -840), (985, -500), (960, -60), (1015, 420), (900, 700), (640, 880), (180, 915),
    (-300, 900), (-720, 925), (-930, 790), (-985, 380), (-950, -30), (-1010, -450),
)  # fmt: skip
SECOND_RING: Final = (
    (4850, 3450), (5120, 3050), (5230, 1800), (5190, 300), (5240, -1200), (5180, -2500), (4900, -3450), (4200, -3850), (2700, -3740), (1200, -3600), (-200, -3640),
    (-1700, -3520), (-2850, -3380), (-3250, -2900), (-3310, -1900), (-3230, -600), (-3270, 700), (-3200, 2100), (-3080, 2850), (-2600, 3180), (-1200, 3260), (200, 3200), (1700, 3290),
    (3300, 3420), (4300, 3560),
)  # fmt: skip
OUTER_RING: Final = (
    (7250, 5300), (7600, 3600), (7700, 1600), (7560, -400), (7750, -2300), (7500, -4300), (6700, -6000), (5300, -6950), (3300, -7150), (1000, -7000), (-1400, -7150),
    (-3700, -6950), (-5500, -6250), (-6700, -4900), (-7050, -3000), (-6850, -1000), (-6980, 1000), (-6900, 3000), (-6600, 4900), (-5500, 6400), (-3800, 7050), (-1700, 6900),
    (400, 7050), (2600, 7250), (4700, 7200), (6300, 6500),
)  # fmt: skip
BUILT_M: Final = (
    6430,
    6550,
    6930,
    7180,
    6800,
    6250,
    6000,
    5900,
    5900,
    6000,
    5850,
    5700,
    5600,
    5650,
    5850,
    6050,
    5950,
    5850,
    5900,
    5950,
    6100,
    6350,
    6400,
    6400,
)
BELT_M: Final = (
    6750,
    6850,
    7200,
    7450,
    7150,
    6700,
    6450,
    6350,
    6500,
    6700,
    6500,
    6250,
    6150,
    6200,
    6450,
    6700,
    6550,
    6350,
    6350,
    6450,
    6700,
    7000,
    6950,
    6800,
)
DISTRICT_M: Final = (
    9700,
    9300,
    9500,
    10000,
    9600,
    9250,
    9450,
    9800,
    9350,
    9550,
    9100,
    9300,
    9650,
    9300,
    9600,
    9850,
    9400,
    9200,
    9500,
    9750,
    9950,
    9600,
    9850,
    9500,
)

_RADIALS: Final = (
    # name, number, class, course from the core outwards
    ("北大街", "", "secondary", ((60, 0), (85, 300), (40, 620), (60, 912))),
    ("解放大街", "S231", "primary", ((60, 912), (40, 1900), (90, 3200), (-60, 4700), (-220, 6970), (-150, 8300), (-620, 10200))),
    ("南大街", "", "secondary", ((-55, 0), (-30, -420), (-70, -892))),
    ("澄南大道", "S231", "primary", ((-70, -892), (-40, -2000), (-130, -3630), (-60, -5300), (-330, -7060), (-820, -8700), (-760, -10300))),
    ("东大街", "", "secondary", ((-55, 0), (60, 0), (520, 30), (966, -60))),
    ("人民东路", "S305", "primary", ((966, -60), (2100, -20), (3545, 60), (5190, 150), (7560, -150), (8700, 300), (10400, 350))),
    ("西大街", "", "secondary", ((-55, 0), (-500, -40), (-950, -30))),
    ("人民西路", "S305", "primary", ((-950, -30), (-2100, 40), (-3250, 150), (-4700, 650), (-5900, 520), (-6950, 900), (-8100, 620), (-10300, 250))),
    ("永宁路", "G519", "primary", ((4850, 3450), (5700, 4900), (6900, 6000), (8000, 7600), (9200, 9000))),
    ("长陵路", "S236", "primary", ((4900, -3450), (6000, -4700), (7000, -5600), (8000, -7100), (9300, -8100))),
    ("云阳路", "G519", "primary", ((-2850, -3380), (-4000, -4550), (-5600, -6150), (-6900, -7100), (-8600, -8200))),
    ("青陂路", "S240", "primary", ((-3080, 2850), (-4100, 4150), (-5550, 6350), (-6500, 7600), (-7300, 9200))),
    ("石梁路", "X054", "secondary", ((3300, 3420), (3500, 5300), (3900, 7230), (3700, 8700), (4300, 10400))),
    ("刘集路", "X061", "secondary", ((-3310, -1900), (-5000, -2300), (-7000, -2600), (-8300, -3500), (-10200, -3700))),
    ("白沙路", "X038", "secondary", ((2700, -3740), (1800, -5300), (2100, -7080), (1700, -8500), (2000, -10300))),
    ("桃园路", "X027", "secondary", ((5240, -1200), (6500, -1500), (7680, -1600), (8800, -1350), (10400, -1800))),
    ("青龙路", "X046", "secondary", ((-3200, 2100), (-4700, 2700), (-6900, 3200), (-8300, 4300), (-10000, 5000))),
    ("中州大道", "", "primary", ((2680, 7240), (2560, 5200), (2450, 3380), (2520, 2000), (2380, 0), (2480, -1750), (2380, -3715))),
    ("劳动路", "", "primary", ((-2250, 3190), (-2080, 1950), (-2180, 0), (-2120, -1780), (-2250, -3460), (-2560, -5200), (-2450, -7050))),
    ("建设路", "", "primary", ((-5850, 2960), (-5250, 2300), (-3215, 2000), (-1400, 1840), (0, 1900), (2500, 2000), (3700, 2080), (5220, 1980), (7690, 2300))),
    ("龙湖大道", "", "primary", ((-7020, -3300), (-5800, -3720), (-4300, -4420), (-2520, -5200), (0, -5480), (1850, -5300), (3100, -5400), (5150, -5200), (7420, -4650))),
    ("北新路", "X019", "secondary", ((-1200, 3260), (-1900, 5000), (-2000, 6920), (-2700, 8300), (-3000, 10000))),
)  # fmt: skip


_GATES: Final = (
    ((-540, 935), (-530, 780)), ((470, 915), (455, 760)), ((1000, 330), (880, 340)), ((990, -480), (860, -470)), ((480, -925), (470, -790)),
    ((-500, -925), (-490, -780)), ((-1010, -440), (-880, -450)), ((-1000, 420), (-850, 410)), ((-860, 890), (-770, 800)),
)  # fmt: skip
"""Small gates in the old wall, opened one after another."""


@dataclass(frozen=True, eq=False)
class Ground:
    """
    What lies there before any street.

    Parameters
    ----------
    river, stream, moat : shapely.Geometry
        Water, as polygons.
    lakes : shapely.MultiPolygon
        Standing water.
    railway : shapely.Geometry
        Lines.
    core : shapely.Polygon
        Inside the road around the old core.
    built, district : shapely.Polygon
        Extent of the built-up area and of the district.
    river_line, stream_line : shapely.LineString
        Centre lines.
    belt_line : shapely.LinearRing
        The middle of the green belt around the city, which few roads cross.
    """

    river: Polygon
    stream: Polygon
    moat: Polygon
    lakes: MultiPolygon
    railway: shapely.Geometry
    core: Polygon
    built: Polygon
    district: Polygon
    river_line: LineString
    stream_line: LineString
    belt_line: LinearRing


@cache
def ground() -> Ground:
    """
    Draw water, railway and extents.

    Returns
    -------
    Ground
        In metres as drawn.
    """
    centre = smooth(RIVER)
    along = np.arange(len(centre))
    widths = 150 + 25 * np.sin(along / 7.0) + 20 * np.sin(along / 3.1 + 1) + np.linspace(-20, 45, len(centre))
    sandbar = blob((-560, -1850), (150, 40, 60, 170, 45, 35))
    river = shapely.union(ribbon(centre, widths), blob((-560, -1840), (420, 190, 330, 420, 160, 230))).difference(
        sandbar
    )
    brook = smooth(STREAM)
    stream = ribbon(brook, 20 + 5 * np.sin(np.arange(len(brook)) / 5.0)).difference(river)
    core = Polygon(smooth(CORE, closed=True))
    gap = blob((-940, 800), (330, 300, 330, 260, 300, 330))
    moat = polygons_of(core.buffer(-32).difference(core.buffer(-62)).difference(gap))
    lakes = (
        blob((700, -4750), (310, 260, 330, 420, 350, 250, 300, 240)),
        blob((1950, 1830), (120, 60, 130, 110, 80, 90)).difference(stream.buffer(8)),
        blob((-6150, -1650), (170, 230, 160, 300, 210, 150)),
        blob((-640, 430), (75, 45, 60, 80, 40, 52)),
        blob((8300, 3300), (280, 190, 260, 350, 240, 170)),
    )
    return Ground(
        river=max(polygons_of(river), key=lambda part: part.area),
        stream=max(polygons_of(stream), key=lambda part: part.area),
        moat=max(moat, key=lambda part: part.area),
        lakes=MultiPolygon([max(polygons_of(lake), key=lambda part: part.area) for lake in lakes]),
        railway=shapely.union_all([LineString(smooth(RAILWAY)), LineString(smooth(FREIGHT)[4:])]),
        core=core,
        built=blob((0, 0), BUILT_M, 150),
        district=blob((0, 0), DISTRICT_M, 150),
        river_line=LineString(centre),
        stream_line=LineString(brook),
        belt_line=LinearRing(blob((0, 0), BELT_M, 640).exterior.coords),
    )


def arterials() -> list[Stroke]:
    """
    Draw the roads that give the city its shape.

    Returns
    -------
    list of Stroke
        Ring roads, radial roads, roads along river, stream and railway.
    """
    land = ground()
    strokes = [
        *_ring(CORE, ("环城东路", "环城北路", "环城西路", "环城南路"), "secondary"),
        *_ring(SECOND_RING, ("东二环路", "北二环路", "西二环路", "南二环路"), "primary"),
        *_ring(OUTER_RING, ("东绕城公路", "北绕城公路", "西绕城公路", "南绕城公路"), "trunk", "G519"),
    ]
    lane = LineString(shapely.get_coordinates(land.core.buffer(-92).simplify(4).exterior))
    strokes.append(Stroke(lane, "residential", "顺城街", over_stream=True, zone="core"))
    for gate, end in _GATES:
        strokes.append(Stroke(LineString([gate, end]), "residential", over_stream=True, zone="core"))
    for name, ref, highway, course in _RADIALS:
        major = highway == "primary" or course[0] in ((60, 0), (-55, 0))
        strokes.append(
            Stroke(
                LineString(smooth(course)), highway, name, ref, over_water=major or ref in {"X038", "X061", "X046"}, over_stream=True,
                over_rail="bridge" if name in {"永宁路", "南二环路"} else "tunnel",
            )
        )  # fmt: skip
    return strokes + _beside(land)


def _ring(course: tuple[tuple[float, float], ...], names: tuple[str, ...], highway: str, ref: str = "") -> list[Stroke]:
    curve = smooth(course, closed=True)
    if not LinearRing(curve).is_ccw:
        curve = curve[::-1]
    middle = curve.mean(axis=0)
    corners = []
    for degrees in (45, 135, 225, 315):
        bearing = np.arctan2(*(curve - middle).T[::-1])
        off = np.abs(np.angle(np.exp(1j * (bearing - np.radians(degrees)))))
        corners.append(int(off[:-1].argmin()))
    open_ring = curve[:-1]
    strokes = []
    order = [corners[3], corners[0], corners[1], corners[2], corners[3]]
    for name, start, end in zip(names, order, order[1:], strict=False):
        count = (end - start) % len(open_ring)
        take = (start + np.arange(count + 1)) % len(open_ring)
        rail = "bridge" if highway == "trunk" or name == "北二环路" else "tunnel"
        strokes.append(
            Stroke(LineString(open_ring[take]), highway, name, ref, over_water=True, over_stream=True, over_rail=rail)
        )
    return strokes


def _beside(land: Ground) -> list[Stroke]:
    urban = land.built.buffer(-150)
    strokes = []

    def add(line: shapely.Geometry, name: str, highway: str, within: shapely.Geometry) -> None:
        strokes.extend(
            Stroke(part, highway, name, over_stream=True)
            for part in lines_of(line.intersection(within))
            if part.length > 500
        )

    swollen = land.river.buffer(0).union(blob((-560, -1850), (150, 40, 60, 170, 45, 35)))
    for distance, highway in ((58, "secondary"),):
        bank = swollen.buffer(distance + 260).buffer(-260).simplify(9).exterior
        for part in lines_of(LineString(bank.coords).intersection(urban)):
            north = part.interpolate(0.5, normalized=True)
            side = "北" if _north_of(land.river_line, north) else "南"
            for box, prefix in (
                (shapely.box(-9000, -9000, -3270, 9000), "滨河西" if side == "北" else "临澄西"),
                (shapely.box(-3270, -9000, 9000, 9000), f"滨河{side}"),
            ):
                add(part, f"{prefix}路", highway, box)
    quiet = shapely.box(-9000, -1650, 9000, 5100)
    for offset, name in ((38, "柳溪西路"), (-38, "柳溪东路")):
        add(land.stream_line.offset_curve(-offset).simplify(3), name, "tertiary", quiet)
    rails = LineString(smooth(RAILWAY))
    add(rails.offset_curve(85).simplify(3), "站前路", "secondary", shapely.box(0, -1300, 9000, 3250))
    add(rails.offset_curve(-45).simplify(3), "铁东路", "tertiary", shapely.box(0, -3600, 9000, 3300))
    add(rails.offset_curve(70).simplify(3), "铁西路", "tertiary", shapely.box(0, -5200, 9000, -1900))
    return strokes


def _north_of(line: LineString, point: shapely.Point) -> bool:
    return line.interpolate(line.project(point)).y < point.y
