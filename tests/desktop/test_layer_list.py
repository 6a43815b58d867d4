"""The layer list: order, opacity, look; kept with the project and taken back by undo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.layers.style_dialog import StyleDialog
from patrolmap.desktop.features.layers.tree import NAME_ROLE
from patrolmap.messages import Message
from patrolmap.model.map_looks import TOP_DOWN, LayerLook
from patrolmap.services.map_looks import map_looks
from patrolmap.services.projects import open_project
from tests.desktop.test_rings_sections import pixel, press, window  # noqa: F401 - fixtures
from tests.desktop.tiny import make_plan, make_project

ALT = Qt.KeyboardModifier.AltModifier


def names(window):  # noqa: F811
    """Read the list from top to bottom."""
    tree = window.layers.tree
    return [tree.topLevelItem(place).data(0, NAME_ROLE) for place in range(tree.topLevelItemCount())]


def take(window, layer):  # noqa: F811
    tree = window.layers.tree
    tree.setCurrentItem(tree.topLevelItem(names(window).index(layer)))
    tree.setFocus()


def kept(window):  # noqa: F811
    return map_looks(window.core.session.project)


def colour_at(window, qtbot, x, y):  # noqa: F811
    plain = window.stage.plain
    qtbot.waitUntil(lambda: plain.is_settled)
    return QColor(plain.grab().toImage().pixel(pixel(window, x, y)))


def test_keys_move_a_layer_and_undo_brings_it_back(window, qtbot):  # noqa: F811
    """Alt+Down lays the topmost below the second; the project keeps it; Ctrl+Z takes it back."""
    take(window, "stops")
    qtbot.keyClick(window.layers.tree, Qt.Key.Key_Down, ALT)
    assert names(window)[:2] == ["sites", "stops"]
    assert kept(window).order[:2] == ("sites", "stops")
    assert window.layers.current_layer() == "stops"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert names(window) == list(TOP_DOWN)


def test_a_layer_is_dropped_where_the_pointer_is(window, qtbot):  # noqa: F811
    """Rings dropped above all others lie on top, and stay there after the project is opened again."""
    take(window, "rings")
    tree = window.layers.tree
    mime = tree.mimeData([tree.currentItem()])
    left = Qt.MouseButton.LeftButton
    drop = QDropEvent(QPointF(20, 1), Qt.DropAction.MoveAction, mime, left, Qt.KeyboardModifier.NoModifier)
    tree.dropEvent(drop)
    qtbot.waitUntil(lambda: names(window)[0] == "rings")
    path = window.core.session.project.path
    window.project_flow.close()
    with open_project(path, read_only=True) as project:
        assert map_looks(project).order[0] == "rings"
    assert window.core.board.looks.order == TOP_DOWN


def test_a_click_hides_a_layer_and_it_stays_hidden(window, qtbot):  # noqa: F811
    """Space on the box; one step of undo."""
    take(window, "rings")
    before = window.core.session.project.undo_label
    qtbot.keyClick(window.layers.tree, Qt.Key.Key_Space)
    assert not kept(window).is_visible("rings")
    assert window.core.session.project.undo_label != before
    window.core.session.undo()
    assert "rings" in window.core.board.visible
    assert window.core.session.project.undo_label == before


def test_opacity_is_one_step_however_it_is_dragged(window, qtbot):  # noqa: F811
    """Three values, one step; the map is painted with the last."""
    take(window, "streets")
    before = window.core.session.project.undo_label
    for percent in (80, 50, 0):
        window.layers.opacity.setValue(percent)
    qtbot.waitUntil(lambda: kept(window).of("streets").opacity == 0)
    paper = colour_at(window, qtbot, 150, 150)
    assert colour_at(window, qtbot, 100, 300) == paper
    window.core.session.undo()
    assert window.core.session.project.undo_label == before
    assert colour_at(window, qtbot, 100, 300) != paper


def test_the_order_is_that_of_the_painting(window, qtbot):  # noqa: F811
    """A site of half its ring's colour: with rings on top the ring is seen over the site."""
    board = window.core.board
    board.set_look("rings", LayerLook(colour="#0072b2", size=4.0))
    board.set_look("sites", LayerLook(colour="#d55e00", symbol="circle", size=2.0))
    site = colour_at(window, qtbot, 450, 600)
    board.set_order(("rings", "sites"))
    assert colour_at(window, qtbot, 450, 600) == QColor("#0072b2")
    assert site != QColor("#0072b2")


def test_the_dialog_shows_each_choice_at_once_and_cancel_takes_all_back(window, qtbot):  # noqa: F811
    """A colour is on the map while the dialog is open; Escape leaves no trace, not even a step of undo."""
    before = window.core.session.project.undo_label
    dialog = StyleDialog(window.core.board, "rings", window)
    qtbot.addWidget(dialog)
    dialog.show()
    press(qtbot, dialog.colours["#d55e00"])
    dialog.size_slider.setValue(300)
    qtbot.waitUntil(lambda: window.core.board.looks.of("rings").size == 3)
    assert colour_at(window, qtbot, 450, 750) == QColor("#d55e00")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not window.core.board.looks.layers
    assert window.core.session.project.undo_label == before


def test_classes_are_chosen_listed_and_kept(window, qtbot):  # noqa: F811
    """Sites by level in two classes: the dialog lists both, the project keeps them, the legend has them."""
    dialog = StyleDialog(window.core.board, "sites", window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.field.setCurrentIndex(dialog.field.findData("level"))
    dialog.method.setCurrentIndex(dialog.method.findData("equal"))
    dialog.count.setValue(2)
    dialog.accept()
    classes = kept(window).of("sites").classes
    assert (classes.field, classes.method, classes.count) == ("level", "equal", 2)
    sites = window.layers.tree.topLevelItem(names(window).index("sites"))
    assert [sites.child(place).text(0) for place in range(sites.childCount())] == ["1 – 2", "2 – 3"]
    window.layers.menu_of("sites").actions()[-1].trigger()
    assert kept(window).of("sites") == LayerLook()


def test_a_read_only_project_is_styled_for_the_look_only(window, qtbot):  # noqa: F811
    """Nothing is written, nothing is refused."""
    path = window.core.session.project.path
    window.project_flow.close()
    with open_project(path) as held:
        window.core.session.open(path)
        assert window.core.session.project.read_only
        qtbot.waitUntil(lambda: not window.core.cache.is_loading)
        take(window, "rings")
        qtbot.keyClick(window.layers.tree, Qt.Key.Key_Space)
        assert "rings" not in window.core.board.visible
        assert map_looks(held).is_visible("rings")


def test_routes_and_stops_are_counted_of_the_shown_plan(tmp_path, qtbot):
    """Two plans are kept; the list counts what the map shows of the one on the desk, and nothing without one."""
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    for plan_id in ("P1", "P2"):
        made.session.project.save_plan(make_plan(plan_id), label=Message(plan_id))
    made.session.refresh()
    qtbot.waitUntil(lambda: not made.cache.is_loading, timeout=20_000)
    counts = {}
    for plan in (make_plan("P2"), None):
        made.desk.put(plan)
        counts[plan is None] = tuple(made.board.rows[name].count for name in ("routes", "stops"))
    assert made.cache.count("stops") == 6
    assert counts == {False: (2, 3), True: (0, 0)}
    made.close()
