"""Typical rows first: begin in the thick of every cluster, then go on as the default does."""

from typing import ClassVar

from models_app.selection.kmeans_margin import KMeansMargin


class TypicalFirst(KMeansMargin):
    """Start with the densest row of each cluster; from the first model on, smallest margin made diverse.

    References
    ----------
    Hacohen, Dekel and Weinshall (2022), Active learning on a budget: opposite strategies suit high and low budgets.
    """

    starts_typical: ClassVar[bool] = True
