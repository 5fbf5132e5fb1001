import pandas as pd
import pytest

from draw_training_curves import draw, over_runs
from regrade.plots import COLOURS, save


def history(*losses, **more):
    epochs = range(1, len(losses) + 1)
    return pd.DataFrame({"epoch": epochs, "loss": losses, "seconds": 1.0} | more)


def test_each_epoch_has_mean_and_span_over_the_runs():
    curves = over_runs([history(3.0, 1.0), history(1.0, 0.5)])
    assert curves["loss"].to_numpy().tolist() == [[2, 1, 3], [0.75, 0.5, 1]]
    assert list(curves["loss"]) == ["mean", "min", "max"]
    assert curves.index.tolist() == [1, 2]
    assert "validation_f1" not in curves


def test_a_panel_shows_the_loss_and_where_there_is_one_the_score(tmp_path):
    chosen = history(2.0, 1.0, validation_f1=[0.2, 0.6])
    other = history(2.0, 3.0, validation_f1=[0.4, 0.8])
    figure = draw({"2D": [history(5.0, 4.0)], "3D": [chosen, other]})
    first, second, score = figure.axes
    assert [axes.get_title() for axes in (first, second)] == ["2D", "3D"]
    assert first.lines[0].get_ydata().tolist() == [5, 4]
    assert second.lines[0].get_ydata().tolist() == [2, 2]
    assert score.lines[0].get_ydata() == pytest.approx([0.3, 0.7])
    span = score.collections[0].get_paths()[0].get_extents()
    assert (span.ymin, span.ymax) == (0.2, 0.8)
    assert score.lines[0].get_color() == COLOURS[1]
    assert second.get_ylim()[0] == 0
    assert second.get_ylim()[1] > 3
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["Training loss", "Macro F1 of the validation subjects"]
    save(figure, "Training curves", "demo", tmp_path / "figure.svg")


def test_a_score_that_no_network_has_is_not_in_the_legend():
    figure = draw({"2D": [history(5.0, 4.0)]})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "Training loss"
    ]
