"""Claims about the words for methods that find hotspots."""

from __future__ import annotations

import pytest

from patrolmap.i18n import speaking, tr
from patrolmap.model.method_names import method_message


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("kde h=300 m, 365 d", "kernel density (300 m, 365 days)", "核密度（300 米，365 天）"),
        ("nkde h=150 m, 90 d", "density along streets (150 m, 90 days)", "沿街密度（150 米，90 天）"),
        ("gi d=12.5 m, 90 d", "local clusters Gi* (12.5 m, 90 days)", "局部聚集 Gi*（12.5 米，90 天）"),
        ("last period count", "count of the last period", "上期件数"),
    ],
)
def test_names_become_words(name, english, chinese):
    with speaking("en"):
        assert tr(method_message(name)) == english
    with speaking("zh"):
        assert tr(method_message(name)) == chinese


def test_an_unknown_name_stays_as_it_is():
    """Files of other programs name their own methods, in whatever signs."""
    assert tr(method_message("my {odd} way")) == "my {odd} way"
