"""What a chart shows, apart from how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BarChart", "BarSeries", "HeatChart"]


@dataclass(frozen=True)
class BarSeries:
    """
    Bars of one kind.

    Parameters
    ----------
    title : str
        What they are, in the reader's language; empty if there is one kind only.
    values : tuple of float
        One for each label of the chart, 0 or more.
    intervals : tuple of (float, float), default ()
        Lower and upper limit of each value; empty for none.
    """

    title: str
    values: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class BarChart:
    """
    Upright bars.

    Parameters
    ----------
    labels : tuple of str
        Below the bars, in the reader's language.
    series : tuple of BarSeries
        At least one; side by side.
    unit : str, default ""
        What the axis counts.
    """

    labels: tuple[str, ...]
    series: tuple[BarSeries, ...]
    unit: str = ""


@dataclass(frozen=True)
class HeatChart:
    """
    A table of tinted squares.

    Parameters
    ----------
    rows, columns : tuple of str
        Labels.
    values : tuple of tuple of float
        A row each, 0 or more.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
