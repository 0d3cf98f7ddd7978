"""The pace of learning: when the next training is due, and how far ahead of people the queue is filled.

Trainings come after a growing number of new labels, so that a project's cost stays in proportion.
"""

from datetime import timedelta

FIRST_TRAINING = 20
FEWEST_NEW_LABELS = 5
# While people label, a model is never older than this for lack of a full step of new labels.
_OLDEST_MODEL = timedelta(minutes=5)
# The queue is kept this many tasks ahead: fifty for one person, ten more for each other one at work.
BATCH, BATCH_PER_PERSON, LARGEST_BATCH = 50, 10, 150
SMALLEST_BATCH = 20  # of one question among several
_GROWTH_PERCENT = 5


def labels_until_next_training(labels_at_last: int, *, project_setting: int = 0) -> int:
    """How many new final labels make a training worth its while; a project may name its own number.

    >>> [labels_until_next_training(labels) for labels in (0, 300, 1000)]
    [20, 20, 50]
    """
    return project_setting or max(FIRST_TRAINING, labels_at_last * _GROWTH_PERCENT // 100)


def is_time_for_training(age: timedelta, n_new: int, *, hours: int | None = None) -> bool:
    """Whether a model is old enough for few new labels to be learned: by the ``hours`` a project names one label is
    enough; by default a few are after some minutes.

    >>> is_time_for_training(timedelta(minutes=6), 5), is_time_for_training(timedelta(minutes=6), 5, hours=24)
    (True, False)
    """
    if hours is not None:
        return n_new >= 1 and age >= timedelta(hours=hours)
    return n_new >= FEWEST_NEW_LABELS and age > _OLDEST_MODEL
