"""A background from the network: nothing is asked until it is switched on, then it lies under the streets."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from patrolmap.desktop.features.layers.background_dialog import BackgroundDialog
from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.services.workspace import BasemapChoice, load_preferences
from tests.desktop.test_layer_list import colour_at
from tests.desktop.test_rings_sections import window  # noqa: F401 - fixture
from tests.helpers.tile_files import picture
from tests.helpers.tile_server import TileServer

GREEN = (30, 160, 60)


@pytest.fixture
def server():
    with TileServer({}, everywhere=picture(GREEN)) as running:
        yield running


def test_a_chosen_online_map_is_silent_until_it_is_switched_on(window, qtbot, server):  # noqa: F811
    """Chosen, it is told why it is not shown; the switch in the settings lays it; off again, it is taken away."""
    window.core.backgrounds.choose(BasemapChoice(server.address + "/{z}/{x}/{y}.png", credit="Map people"))
    qtbot.waitUntil(lambda: window.core.backgrounds.problem is not None)
    assert (server.asked, window.core.scene.basemap) == ([], None)
    dialog = SettingsDialog(window.core, window)
    qtbot.addWidget(dialog)
    dialog.fields["network_maps"].setChecked(True)
    dialog._save()
    qtbot.waitUntil(lambda: window.core.scene.basemap is not None)
    assert colour_at(window, qtbot, 150, 150) == QColor(*GREEN)
    assert server.asked
    assert window.core.scene.basemap[0].credit == "Map people"
    window.core.session.prefer(network_maps=False)
    assert window.core.scene.basemap is None


def test_nothing_of_the_network_is_on_by_default():
    wish = load_preferences()
    assert (wish.network_maps, wish.tile_key) == (False, "")


def test_the_key_stays_out_of_the_project(window, qtbot, server):  # noqa: F811
    """It is in the address that is asked, and in no byte of the project's files."""
    window.core.session.prefer(network_maps=True, tile_key="key-4711-secret")
    window.core.backgrounds.choose(BasemapChoice(server.address + "/{z}/{x}/{y}.png?tk={key}"))
    qtbot.waitUntil(lambda: any("tk=key-4711-secret" in asked for asked in server.asked))
    project = window.core.session.project.path
    assert not any(b"key-4711-secret" in path.read_bytes() for path in project.parent.glob(project.name + "*"))


def test_an_address_without_a_row_is_explained_in_the_dialog(window, qtbot, server):  # noqa: F811
    window.core.session.prefer(network_maps=True)
    dialog = BackgroundDialog(window.core.backgrounds, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.path.setText(server.address + "/{z}/{x}.png")
    dialog.path.editingFinished.emit()
    qtbot.waitUntil(lambda: "{y}" in dialog.state.text())
    dialog.reject()


def test_a_server_that_fails_is_told_of_once(window, qtbot):  # noqa: F811
    """The message names no address; the map stays usable."""
    with TileServer({}, everywhere=b"no picture") as server:
        window.core.session.prefer(network_maps=True)
        window.core.backgrounds.choose(BasemapChoice(server.address + "/{z}/{x}/{y}.png"))
        qtbot.waitUntil(lambda: "does not answer" in window.message_bar.text.text())
        assert len(server.asked) <= 4
