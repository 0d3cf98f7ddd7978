"""The first batch, before there is any model: typical rows from all over the pool."""

import numpy as np

from models_app.encoders.rows import Rows
from models_app.selection.clustering import densest_of_clusters, nearest_to_centres
from models_app.selection.grouping import directions

SAMPLE = 2000


def cold_start(
    rows: Rows, topics: np.ndarray, n: int, rng: np.random.Generator, *, typical: bool = False
) -> np.ndarray:
    """``n`` positions, each nearest to the centre of a cluster of the dense rows, or of the topics if there are none.

    Without either they are random. With ``typical`` each is the densest of its cluster instead. A pool of any size is
    represented by a random sample. The order is random, so that a part of the batch is as mixed as the whole.

    References
    ----------
    Yuan, Lin and Boyd-Graber (2020), Cold-start active learning through self-supervised language modeling.
    """
    sample = rng.permutation(rows.shape[0])[:SAMPLE]
    if len(sample) <= n or not (rows.n_dense or topics.shape[1]):
        return sample[:n]
    sampled = rows[sample]
    dense = directions(sampled, topics)
    one_of_each = densest_of_clusters if typical else nearest_to_centres
    chosen = sample[one_of_each(dense, n, weights=np.ones(len(sample)), rng=rng)]
    others = np.setdiff1d(sample, chosen)
    return rng.permutation(np.concatenate([chosen, rng.permutation(others)[: n - len(chosen)]]))
