from datetime import UTC, datetime

from labelplatform.week import day_start, week_start


def test_a_week_begins_on_monday_at_midnight():
    sunday = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    assert week_start(sunday) == datetime(2026, 11, 16, tzinfo=UTC)
    assert week_start(datetime(2026, 11, 16, tzinfo=UTC)) == datetime(2026, 11, 16, tzinfo=UTC)
    assert day_start(sunday) == datetime(2026, 11, 22, tzinfo=UTC)
