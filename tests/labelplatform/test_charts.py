from datetime import date

import pytest

from labelplatform.certainty import wilson
from labelplatform.charts import (
    CurvePoint,
    Part,
    confusion_matrix,
    day_bars,
    learning_curve,
    parts_of_a_whole,
    reliability_diagram,
    ticks,
)


def test_a_curve_is_drawn_left_to_right_whatever_the_order_given():
    curve = learning_curve([CurvePoint(200, 0.9, 0.85, 0.95, "b"), CurvePoint(100, 0.8, 0.7, 0.9, "a")])
    assert curve is not None
    assert [dot.point.name for dot in curve.dots] == ["a", "b"]
    assert [dot.x for dot in curve.dots] == [50.0, 100.0]
    assert curve.dots[0].y > curve.dots[1].y  # better is higher, and percent counts from the top
    assert curve.last.name == "b"


def test_the_band_goes_along_the_high_ends_and_back_along_the_low_ends():
    curve = learning_curve([CurvePoint(50, 0.5, 0.4, 0.6), CurvePoint(100, 0.7, 0.6, 0.8)])
    assert curve is not None
    assert curve.band == "M50 57.1L100 28.6L100 57.1L50 85.7Z"


def test_every_mark_of_a_curve_lies_inside_the_picture():
    points = [CurvePoint(n, score, max(0.0, score - 0.3), min(1.0, score + 0.3)) for n, score in ((5, 0.1), (900, 1.0))]
    curve = learning_curve(points, goal=0.05)
    assert curve is not None
    assert curve.goal_y is not None
    places = [curve.goal_y, *(y for dot in curve.dots for y in (dot.x, dot.y, dot.low_y, dot.high_y))]
    assert all(0 <= place <= 100 for place in [*places, *(tick.at for tick in curve.x_ticks + curve.y_ticks)])


@pytest.mark.parametrize("percent", range(101))
def test_the_scale_of_a_curve_ends_within_the_picture_wherever_its_lowest_interval_ends(percent: int):
    curve = learning_curve([CurvePoint(276, max(0.5, percent / 100), percent / 100, 1.0)])
    assert curve is not None
    places = [tick.at for tick in curve.y_ticks]
    assert len(places) >= 2
    assert min(places) == 0
    assert max([*places, curve.dots[0].low_y]) <= 100


def test_without_a_measured_model_there_is_no_curve():
    assert learning_curve([]) is None


def test_days_without_answers_keep_their_place():
    bars = day_bars([(date(2026, 1, 1), 0), (date(2026, 1, 2), 8), (date(2026, 1, 3), 0)])
    assert bars is not None
    assert [bar.height for bar in bars.bars] == [0.0, 80.0, 0.0]
    assert bars.total == 8
    assert day_bars([(date(2026, 1, 1), 0)]) is None


def test_parts_fill_the_bar_and_even_one_in_a_million_is_seen():
    parts = parts_of_a_whole([Part("done", "done", 1), Part("open", "to do", 1_000_000), Part("excluded", "out", 0)])
    assert parts[0].width >= 0.4
    assert parts[2].width == 0
    assert abs(sum(part.width for part in parts) - 100) < 0.1


def test_a_large_confusion_matrix_shows_the_options_with_the_most_errors():
    counts = [[10 if i == j else 0 for j in range(30)] for i in range(30)]
    counts[7][21] = 5
    matrix = confusion_matrix([f"option {i}" for i in range(30)], counts, limit=4)
    assert matrix is not None
    assert {"option 7", "option 21"} <= set(matrix.titles)
    assert (len(matrix.rows), matrix.n_hidden) == (4, 26)
    assert [(cell.truth, cell.answer, cell.count) for cell in matrix.worst] == [("option 7", "option 21", 5)]


def test_a_cell_that_is_not_empty_is_never_drawn_as_empty():
    matrix = confusion_matrix(["a", "b"], [[999, 1], [0, 0]])
    assert matrix is not None
    assert [cell.heat for cell in matrix.rows[0].cells] == [9, 1]
    assert confusion_matrix(["a", "b"], [[0, 0], [0, 0]]) is None


def test_ticks_are_round_and_few():
    for top in (*range(1, 300), 1234, 98_765, 1_000_000):
        found = ticks(top)
        assert (found[0], found[-1] <= top, 2 <= len(found) <= 7) == (0, True, True), (top, found)


def test_confidences_that_mean_what_they_say_lie_on_the_diagonal():
    diagram = reliability_diagram([(share, wilson(100 * share, 100)) for share in (0.2, 0.5, 0.9)])
    assert [(dot.x, dot.y) for dot in diagram.dots] == [(20.0, 80.0), (50.0, 50.0), (90.0, 10.0)]
    assert all(dot.high_y <= dot.y <= dot.low_y for dot in diagram.dots)
    assert [(tick.at, tick.text) for tick in diagram.y_ticks][:2] == [(100.0, "0 %"), (80.0, "20 %")]


def test_a_part_with_few_answers_is_a_small_dot_and_without_parts_there_is_no_diagram():
    few, many = reliability_diagram([(0.4, wilson(1, 4)), (0.8, wilson(80, 100))]).dots
    assert few.r < many.r == 8.0
    assert reliability_diagram([]) is None
