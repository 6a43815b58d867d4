from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import segno
from PySide6.QtGui import QImage, QPainter

from patrolmap.errors import InputError
from patrolmap.sheets.canvas import Box, Canvas
from patrolmap.sheets.qr import SheetCode, modules_of, read_code, sheet_code
from tests.sheets.samples import made_plan, made_route

if TYPE_CHECKING:
    from pathlib import Path


def test_a_code_names_plan_team_and_stops() -> None:
    """The stops stand in the code in the order of the route."""
    plan = made_plan(made_route(3))
    code = sheet_code(plan, plan.routes[0])
    assert code.plan_id == plan.plan_id
    assert code.team_id == "T07"
    assert len(code.visit_ids) == 3


@pytest.mark.parametrize("ids", [("a", "b"), ("A|B", "50%"), ("%7C", "路口|1"), ()])
def test_a_code_comes_back_as_it_was(ids: tuple[str, ...]) -> None:
    """Separators and percent signs in ids survive."""
    code = SheetCode("P|1", "T%", ids)
    assert read_code(code.text) == code


@pytest.mark.parametrize("text", ["", "https://example.org", "PATROLMAP1|only", "OTHER|a|b"])
def test_another_code_is_refused(text: str) -> None:
    """A code from elsewhere is an input error that says where to scan."""
    with pytest.raises(InputError, match="not from a patrol sheet"):
        read_code(text)


def test_an_outside_tool_reads_the_drawn_code(tmp_path: Path) -> None:
    """Zbar decodes what is painted, Chinese included."""
    code = SheetCode("20261121-1900-a1b2", "T07", tuple(f"路口{n}" for n in range(12)))
    image = QImage(700, 700, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    Canvas(painter, 10.0, "sans").modules(Box(10, 10, 50, 50), modules_of(code))
    painter.end()
    image.save(str(tmp_path / "code.png"))
    words = ["zbarimg", "--quiet", "--raw", "-Sbinary", str(tmp_path / "code.png")]
    done = subprocess.run(words, capture_output=True, check=True)
    assert read_code(done.stdout.decode("utf-8")) == code


@pytest.mark.parametrize("stops", [0, 1, 5, 13, 40])
def test_the_symbol_is_one_of_the_eight_of_another_encoder(stops: int) -> None:
    """Masks are exchanged without touching data or format bits: segno makes the same symbol when told the mask."""
    code = SheetCode("20261121-1900-a1b2", "T07", tuple(f"路口{n}" for n in range(stops)))
    ours = [list(row) for row in modules_of(code)]
    peers = [
        segno.make(code.text, error="m", mode="byte", encoding="utf-8", micro=False, boost_error=False, mask=mask)
        for mask in range(8)
    ]
    assert ours in [[[bool(module) for module in row] for row in peer.matrix] for peer in peers]


@pytest.mark.parametrize("typed", ["caps", "wide", "marked"])
def test_a_scanner_that_types_through_the_keyboard(typed: str) -> None:
    """Caps Lock swaps the case of letters, a Chinese keyboard may widen them, and a file may begin with a byte order mark."""
    code = SheetCode("20261121-1900-ab12cd", "T07", ("S1#1", "h2.3#1"))
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.text)
    assert (
        read_code({"caps": code.text.swapcase(), "wide": wide, "marked": "\ufeff" + code.text + "\r\n"}[typed]) == code
    )
