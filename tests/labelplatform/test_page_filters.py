from datetime import timedelta

import pytest
from django.utils import timezone

from labelplatform.page_filters import ago, counted, duration, money, percent, spelled, thousands


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.13, "4.1 s"), (42, "42 s"), (95, "2 min"), (5400, "1 h 30 min"), (40_000, "11 h"), (None, "")],
)
def test_a_duration_reads_in_the_unit_that_fits(seconds, text):
    assert duration(seconds) == text


def test_a_small_share_is_not_rounded_to_nothing():
    assert (percent(0.862), percent(0.001), percent(0.0), percent(None), percent(0.8649, 1)) == (
        "86 %",
        "< 1 %",
        "0 %",
        "",
        "86.5 %",
    )


def test_how_long_ago_is_said_in_one_unit():
    now = timezone.now()
    assert ago(now) == "just now"
    assert ago(now - timedelta(minutes=1, seconds=5)) == "1 minute ago"
    assert ago(now - timedelta(hours=30)) == "1 day ago"
    assert ago(None) == "never"


def test_counted_words_agree_with_their_number():
    assert (counted(1, "task"), counted(2, "task"), counted(1200, "person,people")) == (
        "1 task",
        "2 tasks",
        "1,200 people",
    )
    assert (thousands(1284), thousands(None), spelled("import_tasks")) == ("1,284", "", "Import tasks")


@pytest.mark.parametrize(
    ("amount", "text"),
    [(213.4, "210 €"), (7.254, "7.25 €"), (0, "0.00 €"), (15.6, "16 €"), (12_345, "12,000 €"), (None, "")],
)
def test_money_is_told_no_finer_than_it_is_known(amount, text):
    assert money(amount, "€") == text
