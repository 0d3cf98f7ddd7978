"""Shares of tasks: sums, weights, and nobody beyond their fair share."""

from hypothesis import given
from hypothesis import strategies as st

from projects.assignment.distribution import FairShares, shares

WEIGHTS = st.dictionaries(st.integers(1, 60), st.floats(0.0, 100.0).map(lambda w: round(w, 2)), min_size=1, max_size=50)


@given(WEIGHTS, st.integers(0, 300))
def test_every_task_goes_to_somebody_and_nobody_is_a_whole_task_away_from_their_share(weights, n_tasks):
    given_tasks = dict.fromkeys(weights, 0)
    sharing = FairShares(weights, given_tasks)
    total = sum(weights.values())
    for count in range(1, n_tasks + 1):
        person = sharing.give(list(weights))
        assert (person is None) == (not total)
        if person is None:
            return
        assert sum(given_tasks.values()) == count
        for one, weight in weights.items():
            assert abs(given_tasks[one] - weight * count / total) < 1 + 1e-9


def slowly_chosen(weights, has, among):
    """The rule in words: of those below their share rounded up, or else of all, who lacks most of it."""
    total, count = sum(weights.values()), sum(has.values()) + 1
    may = [person for person in among if weights[person] > 0]
    below = [person for person in may if has[person] * total < weights[person] * count] or may
    return min(below, key=lambda person: ((has[person] + 1) / weights[person], person), default=None)


@given(WEIGHTS, st.data())
def test_groups_that_overlap_and_people_left_out_change_nothing_of_the_rule(weights, data):
    has = dict.fromkeys(weights, 0)
    sharing = FairShares(weights, has)
    people = st.lists(st.sampled_from(sorted(weights)), unique=True)
    groups = data.draw(st.lists(people, min_size=1, max_size=4))
    for among, but_not in data.draw(st.lists(st.tuples(st.sampled_from(groups), people), max_size=60)):
        expected = slowly_chosen(weights, has, [person for person in among if person not in but_not])
        assert sharing.give(among, but_not) == expected


@given(WEIGHTS, st.integers(0, 5_000))
def test_shares_add_up(weights, n_tasks):
    found = shares(weights, n_tasks)
    assert sum(found.values()) == (n_tasks if any(weights.values()) else 0)
    assert all(count == 0 for person, count in found.items() if not weights[person])


@given(st.integers(1, 40), st.integers(0, 2_000))
def test_even_shares_differ_by_one_at_most(n_people, n_tasks):
    counts = shares(dict.fromkeys(range(n_people), 1.0), n_tasks).values()
    assert max(counts) - min(counts) <= 1


def test_what_only_one_person_can_do_goes_to_them_however_much_they_have():
    sharing = FairShares({1: 1.0, 2: 1.0}, {1: 5, 2: 0})
    assert sharing.give([1]) == 1
    assert sharing.give([]) is None
    assert sharing.give([1, 2]) == 2
    assert sharing.given == {1: 6, 2: 1}
