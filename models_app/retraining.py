"""The pace of learning: when the next training is due, and how far ahead of people the queue is filled.

Trainings come after a growing number of new labels, so that a project's cost stays in proportion.
"""

FIRST_TRAINING = 20
# The queue is kept this many tasks ahead: fifty for one person, ten more for each other one at work.
BATCH, BATCH_PER_PERSON, LARGEST_BATCH = 50, 10, 150
_GROWTH_PERCENT = 5


def labels_until_next_training(labels_at_last: int, *, project_setting: int = 0) -> int:
    """How many new final labels make a training worth its while; a project may name its own number.

    >>> [labels_until_next_training(labels) for labels in (0, 300, 1000)]
    [20, 20, 50]
    """
    return project_setting or max(FIRST_TRAINING, labels_at_last * _GROWTH_PERCENT // 100)
