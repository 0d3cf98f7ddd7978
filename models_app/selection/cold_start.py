"""The first batch, before there is any model: typical rows from all over the pool."""

import numpy as np
import scipy.sparse as sp

from models_app.selection.clustering import nearest_to_centres

SAMPLE = 2000


def cold_start(rows: sp.csr_matrix, topics: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` positions, each nearest to the centre of a cluster of the topics; random ones where there are no topics.

    A pool of any size is represented by a random sample. The order is random, so that a part of the batch is as
    mixed as the whole.

    References
    ----------
    Yuan, Lin and Boyd-Graber (2020), Cold-start active learning through self-supervised language modeling.
    """
    sample = rng.permutation(rows.shape[0])[:SAMPLE]
    if len(sample) <= n or not topics.shape[1]:
        return sample[:n]
    dense = rows[sample] @ topics
    lengths = np.linalg.norm(dense, axis=1, keepdims=True)
    dense /= np.where(lengths == 0, 1, lengths)
    chosen = sample[nearest_to_centres(dense, n, weights=np.ones(len(sample)), rng=rng)]
    others = np.setdiff1d(sample, chosen)
    return rng.permutation(np.concatenate([chosen, rng.permutation(others)[: n - len(chosen)]]))
