from __future__ import annotations

from patrolmap.sheets.flow import A4, Flow


def nothing(_canvas: object, _box: object) -> None:
    """Draw nothing."""


def test_blocks_stand_below_each_other() -> None:
    """The second block begins where the first ends."""
    flow = Flow(A4, nothing, 10.0)
    flow.add(20.0, nothing)
    flow.add(30.0, nothing)
    first, second = (box for _, box in flow.pages[0].drawings)
    assert second.y_mm == first.bottom_mm


def test_a_block_that_does_not_fit_goes_to_a_new_page_below_its_head() -> None:
    """Every page after the first carries the head, then the block."""
    flow = Flow(A4, nothing, 10.0)
    flow.add(200.0, nothing)
    flow.add(100.0, nothing)
    assert len(flow.pages) == 2
    head, block = (box for _, box in flow.pages[1].drawings)
    assert head.height_mm == 10.0
    assert block.y_mm == A4.inner.y_mm + 10.0


def test_nothing_reaches_into_the_foot() -> None:
    """However many blocks, none ends below the inner part of the page."""
    flow = Flow(A4, nothing, 10.0)
    for _ in range(100):
        flow.add(9.5, nothing)
        flow.space(1.0)
    bottoms = [box.bottom_mm for page in flow.pages for _, box in page.drawings]
    assert max(bottoms) <= A4.inner.bottom_mm + 0.011


def test_space_at_the_top_of_a_page_is_dropped() -> None:
    """A page does not begin with a gap."""
    flow = Flow(A4, nothing, 10.0)
    flow.space(50.0)
    flow.add(5.0, nothing)
    assert flow.pages[0].drawings[0][1].y_mm == A4.inner.y_mm
