"""What is told once more on the other database, and what need not be."""

import pytest
from django.db import connection


def test_a_test_that_is_given_no_database_says_so_and_is_refused_it(request):
    assert request.node.get_closest_marker("no_database")
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


def test_one_that_gets_it_with_a_member_does_not_say_so(request, ben):
    assert not request.node.get_closest_marker("no_database")


@pytest.mark.django_db
def test_one_that_asks_for_it_does_not_say_so(request):
    assert not request.node.get_closest_marker("no_database")


@pytest.mark.whole_site
def test_one_that_starts_the_site_does_not_say_so(request):
    assert not request.node.get_closest_marker("no_database")
