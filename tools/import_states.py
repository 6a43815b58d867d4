"""The states of an import that are photographed: its wizard, page by page, at work, in error, and the panel after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from patrolmap.desktop.features.importing.presenter import ImportOrder
from patrolmap.desktop.features.importing.wizard import ImportWizard

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.desktop.features.importing.panel import ImportPanel
    from tools.screenshots import Photographer

__all__ = ["take_import", "take_wizard"]

_MANY: Final = 120_000
_SITES: Final = 40
_EVERY_WITHOUT_PLACE: Final = 11


def take_wizard(shot: Photographer) -> None:
    """
    Take the wizard's pages, its reading of a large file, and what it says of a broken one.

    Parameters
    ----------
    shot : Photographer
        Has the sample district open.
    """
    panel = cast("ImportPanel", shot.window.tasks.panel("import"))
    large, broken = shot.folder / "incidents.csv", shot.folder / "broken.xlsx"
    rows = (f"{place},盗窃,2026-10-{1 + place % 28:02d} 21:{place % 60:02d},113.6,34.7\n" for place in range(_MANY))
    large.write_text("编号,类别,时间,经度,纬度\n" + "".join(rows), encoding="utf-8")
    broken.write_bytes(b"PK no workbook")
    wizard = ImportWizard(shot.window.core, panel.presenter, _sites_file(shot), shot.window)
    wizard.show()
    for page in (1, 2, 3):
        shot.wait(lambda: wizard.draft.job is None)
        shot.rest(0.3)
        shot.keep(wizard, f"wizard-{page}")
        if page < 3:
            wizard.next_button.button.click()
    wizard.close()
    reading = ImportWizard(shot.window.core, panel.presenter, large, shot.window)
    reading.show()
    shot.wait(lambda: reading.draft.job is None)
    for _ in range(2):
        reading.next_button.button.click()
        shot.rest(0.1)
    shot.wait(lambda: reading.draft.job is not None and reading.draft.job.fraction > 0.02, 3.0)
    shot.keep(reading, "loading-import")
    reading.draft.stop()
    shot.wait(lambda: not shot.window.core.jobs.alive)
    reading.close()
    failing = ImportWizard(shot.window.core, panel.presenter, broken, shot.window)
    failing.show()
    shot.rest(0.4)
    shot.wait(lambda: not shot.window.core.jobs.alive)
    shot.rest(0.2)
    shot.keep(failing, "error-import")
    failing.close()


def take_import(shot: Photographer) -> None:
    """
    Take the import panel with a file in hand, and after its import.

    Parameters
    ----------
    shot : Photographer
        Has the sample district open.
    """
    panel = cast("ImportPanel", shot.window.tasks.panel("import"))
    core, path = shot.window.core, _sites_file(shot)
    shot.window.show_task("import")
    panel.take_file(path)
    shot.save("import-file")
    before = len(panel.presenter.reports)
    panel.presenter.run(ImportOrder(path, "sites"))
    shot.wait(lambda: len(panel.presenter.reports) > before and not core.jobs.alive)
    shot.wait(lambda: not core.cache.is_loading)
    shot.save("import-done")
    core.session.undo()
    shot.come_back()


def _sites_file(shot: Photographer) -> Path:
    """Write sites of the district as an office keeps them: some of them without a place."""
    path = shot.folder / "点位 2026.csv"
    if not path.exists():
        sites = shot.window.core.cache["sites"]
        if sites is None:
            msg = "the sample district is not read"
            raise ValueError(msg)
        places = sites.geometry.iloc[:_SITES].to_crs(4326)
        names = sites["name"].iloc[:_SITES]
        lines = [
            f"N{number:03d},{name},卡口,{point.x:.5f},{point.y:.5f}"
            if number % _EVERY_WITHOUT_PLACE
            else f"N{number:03d},{name},卡口,,"
            for number, (name, point) in enumerate(zip(names, places, strict=True), 1)
        ]
        path.write_text("编号,名称,类别,经度,纬度\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path
