"""Coverage, placement, districts and blocks in the rings panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit

from patrolmap.desktop.features.rings.analysis import Analysis, AnalysisPresenter
from patrolmap.desktop.features.rings.fields import (
    DEMANDS,
    choice,
    count_field,
    mode_choice,
    number_field,
    ring_choice,
    travel_of,
)
from patrolmap.desktop.features.rings.section import AnalysisSection
from patrolmap.desktop.forms import button
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore

    Work = Callable[[ProjectStore, Progress, Cancel], Analysis]

__all__ = ["BlocksSection", "CoverageSection", "DistrictsSection", "PlacementSection", "minutes_of"]


def minutes_of(text: str) -> tuple[float, ...]:
    """
    Read a list of minutes.

    Parameters
    ----------
    text : str
        Such as ``1, 3, 5``; full-width commas too.

    Returns
    -------
    tuple of float
        Ascending, each once.

    Raises
    ------
    InputError
        If it is no list of numbers above 0.
    """
    words = text.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    try:
        found = tuple(sorted({float(word) for word in words if word}))
    except ValueError:
        found = ()
    if not found or found[0] <= 0 or found[-1] > 24 * 60:
        raise InputError(
            N_("“{text}” is no list of minutes."), remedy=N_("Write numbers with commas, such as 1,3,5."), text=text
        )
    return found


class CoverageSection(AnalysisSection):
    """
    What posts reach in 1, 3 and 5 minutes.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        presenter = AnalysisPresenter(
            core, "rings-coverage", N_("Computing the coverage"), frozenset({"streets", "sites"})
        )
        advice = N_("Who is reached in time, from the posts, or without posts from the checkpoints.")
        super().__init__(core, presenter, advice, N_("Compute the coverage"))
        self.mode, self.minutes = mode_choice(self.dress), QLineEdit("1, 3, 5")
        self.speed = number_field(self.dress, 0.0, 150.0, N_("km/h"), step=5.0)
        self.dress.text(self.speed.setSpecialValueText, N_("as usual"))
        self.add_form(((N_("How they move"), self.mode), (N_("Minutes"), self.minutes), (N_("Speed"), self.speed)))
        self.refresh()

    def work(self) -> Work | None:
        """
        Read the fields.

        Returns
        -------
        Callable or None
            As `AnalysisSection.work`.
        """
        try:
            minutes = minutes_of(self.minutes.text())
        except InputError as error:
            self.core.notices.report(error)
            return None
        travel = travel_of(self.mode, self.speed)

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services.ring_cover_views import coverage_view
            from patrolmap.services.rings_cover import cover

            found = cover(project, minutes, travel, progress=progress, cancel=cancel)
            return Analysis(coverage_view(project, found))

        return ask


class PlacementSection(AnalysisSection):
    """
    Where new posts go.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        presenter = AnalysisPresenter(core, "rings-placement", N_("Placing posts"))
        advice = N_("Which junctions for new posts: so many that reach most, or the fewest that reach all.")
        super().__init__(core, presenter, advice, N_("Find places"))
        self.goal = choice(self.dress, ((N_("So many new posts"), "most"), (N_("The fewest for all"), "all")))
        self.count, self.mode = count_field(3, 5_000), mode_choice(self.dress)
        self.minutes, self.demand = number_field(self.dress, 3.0, 120.0, N_("min")), choice(self.dress, DEMANDS)
        self.keep = QCheckBox()
        self.keep.setChecked(True)
        self.dress.text(self.keep.setText, N_("Today's posts stay and count"))
        self.add_form(
            (
                (N_("Goal"), self.goal),
                (N_("New posts"), self.count),
                (N_("Reached within"), self.minutes),
                (N_("How they move"), self.mode),
                (N_("What counts"), self.demand),
            )
        )
        self.fields.addWidget(self.keep)
        self.take_button = button()
        self.dress.text(self.take_button.setText, N_("Take over these posts"))
        self.extras.addWidget(self.take_button)
        self.goal.currentIndexChanged.connect(lambda _place: self.count.setEnabled(self.goal.currentData() == "most"))
        self.take_button.clicked.connect(self.take_over)
        self.refresh()

    def refresh(self) -> None:
        """Show the answer, and whether it can be taken over."""
        super().refresh()
        found = self.presenter.analysis
        self.take_button.setVisible(found is not None)
        self.take_button.setEnabled(found is not None and not self.presenter.is_stale and bool(found.view.marks))

    def work(self) -> Work:
        """
        Read the fields.

        Returns
        -------
        Callable
            As `AnalysisSection.work`.
        """
        travel, minutes, demand = travel_of(self.mode), self.minutes.value(), self.demand.currentData()
        add = self.count.value() if self.goal.currentData() == "most" else None
        keep = self.keep.isChecked()

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services.ring_cover_views import placement_view
            from patrolmap.services.rings_cover import place_posts

            found = place_posts(
                project, minutes, travel, add=add, keep_existing=keep, demand=demand, progress=progress, cancel=cancel
            )
            return Analysis(placement_view(project, found), found)

        return ask

    def take_over(self) -> None:
        """Put the places into the project as posts: one step of undo."""
        found = self.presenter.analysis
        if found is None:
            return
        from patrolmap.services.ring_editing import add_posts

        places = [
            (mark.geometry.x, mark.geometry.y, str(row.cells[1]))
            for mark, row in zip(found.view.marks, found.view.tables[0].rows, strict=True)
        ]
        try:
            add_posts(self.core.session.project, places)
        except InputError as error:
            self.core.notices.report(error)
            return
        self.core.session.refresh()
        self.core.notices.say(
            Message(N_("{count} {count:post|posts} added. Undo takes {count:it|them} back."), {"count": len(places)})
        )


class DistrictsSection(AnalysisSection):
    """
    Which post answers for what.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        presenter = AnalysisPresenter(
            core, "rings-districts", N_("Dividing the streets"), frozenset({"streets", "sites"})
        )
        advice = N_("Which post answers for which streets, with equal loads and within the time.")
        super().__init__(core, presenter, advice, N_("Divide"))
        self.mode, self.minutes = mode_choice(self.dress), number_field(self.dress, 3.0, 120.0, N_("min"))
        self.demand, self.search = (
            choice(self.dress, DEMANDS),
            number_field(self.dress, 20.0, 600.0, N_("s"), step=10.0),
        )
        self.add_form(
            (
                (N_("How they move"), self.mode),
                (N_("There within"), self.minutes),
                (N_("Load"), self.demand),
                (N_("Search at most"), self.search),
            )
        )
        self.refresh()

    def work(self) -> Work:
        """
        Read the fields.

        Returns
        -------
        Callable
            As `AnalysisSection.work`.
        """
        travel, minutes, demand = travel_of(self.mode), self.minutes.value(), self.demand.currentData()
        search_s = max(self.search.value(), 1.0)

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services.ring_cover_views import districts_view
            from patrolmap.services.rings_cover import district

            found = district(
                project, minutes, travel, demand=demand, time_limit_s=search_s, progress=progress, cancel=cancel
            )
            return Analysis(districts_view(project, found))

        return ask


class BlocksSection(AnalysisSection):
    """
    The blocks of the rings.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        presenter = AnalysisPresenter(core, "rings-blocks", N_("Cutting blocks"), frozenset({"streets", "rings"}))
        advice = N_("Blocks between arterials, rivers and railways: who stands at their entrances, what lies in them.")
        super().__init__(core, presenter, advice, N_("Cut into blocks"))
        self.ring = ring_choice(self.dress, N_("All rings"))
        self.add_form(((N_("Ring"), self.ring),))
        self.keep_button, self.kept_button = button(), button()
        self.dress.text(self.keep_button.setText, N_("Keep in the project"))
        self.dress.text(self.kept_button.setText, N_("Show the kept blocks"))
        self.extras.addWidget(self.keep_button)
        self.extras.addWidget(self.kept_button)
        self.keep_button.clicked.connect(self.keep)
        self.kept_button.clicked.connect(self.show_kept)
        core.session.changed.connect(lambda _names: self.refresh())
        core.session.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the answer, whether it can be kept, and whether blocks are kept already."""
        super().refresh()
        found, session = self.presenter.analysis, self.core.session
        fresh = found is not None and found.data is not None and not self.presenter.is_stale
        self.keep_button.setVisible(found is not None and found.data is not None)
        self.keep_button.setEnabled(fresh and bool(found and found.view.marks))
        self.kept_button.setVisible(found is None and bool(session.count("blocks")))

    def keep(self) -> None:
        """Put the blocks into the project, in place of older ones: one step of undo."""
        found = self.presenter.analysis
        if found is None or found.data is None:
            return
        from patrolmap.services.block_layer import save_blocks

        blocks, ring = found.data
        try:
            kept = save_blocks(self.core.session.project, blocks, ring=ring)
        except InputError as error:
            self.core.notices.report(error)
            return
        self.core.session.refresh()
        self.core.notices.say(
            Message(
                N_("{count} {count:block|blocks} kept in the project. Undo takes {count:it|them} back."),
                {"count": kept},
            )
        )

    def show_kept(self) -> None:
        """Show the blocks that the project keeps."""

        def ask(project: ProjectStore, _progress: Progress, _cancel: Cancel) -> Analysis:
            from patrolmap.services.ring_cover_views import kept_blocks_view

            return Analysis(kept_blocks_view(project))

        self.presenter.run(ask)

    def work(self) -> Work:
        """
        Read the fields.

        Returns
        -------
        Callable
            As `AnalysisSection.work`.
        """
        ring = self.ring.currentData()

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services.ring_cover_views import blocks_view
            from patrolmap.services.rings_blocks import ring_blocks

            found = ring_blocks(project, ring, progress=progress, cancel=cancel)
            return Analysis(blocks_view(project, found), (found, ring))

        return ask
