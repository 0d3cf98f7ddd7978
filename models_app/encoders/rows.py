"""Encoded texts as learners and strategies take them: sparse words and, with a semantic table, dense meaning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

# Dense rows are kept as float16: so many at a time are made float32, so that they stay in the processor's cache.
_BLOCK = 2048


class Rows:
    """Texts as ``sparse`` rows and, optionally, ``dense`` ones beside them; a column counts through both.

    Index it by positions, a mask or a slice to get fewer rows; ``rows @ coef`` multiplies with the coefficients of
    all columns, the sparse ones first. ``dense`` may be mapped from disk: only what is looked at is read.

    >>> rows = Rows(sp.csr_matrix([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0], [4.0]], dtype=np.float16))
    >>> rows.shape, (rows[[1]] @ np.array([[1.0], [1.0], [10.0]], dtype=np.float32)).tolist()
    ((2, 3), [[42.0]])
    """

    def __init__(self, sparse: sp.csr_matrix, dense: np.ndarray | None = None) -> None:
        if dense is not None and dense.shape[0] != sparse.shape[0]:
            raise ValueError(f"There are {sparse.shape[0]} sparse rows but {dense.shape[0]} dense ones.")
        self.sparse = sparse
        self.dense = dense

    @classmethod
    def of(cls, rows: Any) -> "Rows":
        """``rows`` as they are, or a sparse matrix or array as rows without a dense part."""
        return rows if isinstance(rows, cls) else cls(sp.csr_matrix(rows))

    @property
    def n_dense(self) -> int:
        return 0 if self.dense is None else int(self.dense.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        return self.sparse.shape[0], self.sparse.shape[1] + self.n_dense

    def __len__(self) -> int:
        return int(self.sparse.shape[0])

    def __getitem__(self, which: Any) -> "Rows":
        return Rows(self.sparse[which], None if self.dense is None else self.dense[which])

    def __matmul__(self, coef: np.ndarray) -> np.ndarray:
        n_sparse = self.sparse.shape[1]
        products = np.asarray(self.sparse @ coef[:n_sparse])
        if self.dense is not None:
            dense_coef = coef[n_sparse:]
            for start in range(0, len(self), _BLOCK):
                products[start : start + _BLOCK] += self.dense[start : start + _BLOCK].astype(np.float32) @ dense_coef
        return products

    def inner_products(self) -> np.ndarray:
        """The product of each row with each other, float32: for a few thousand rows at most."""
        products = (self.sparse @ self.sparse.T).toarray().astype(np.float32, copy=False)
        if self.dense is not None:
            dense = self.dense.astype(np.float32)
            products += dense @ dense.T
        return np.asarray(products)

    def joined(self) -> sp.csr_matrix:
        """Both parts as one sparse float32 matrix, for learners that know nothing else; for few rows."""
        if self.dense is None:
            return self.sparse
        return sp.hstack([self.sparse, sp.csr_matrix(self.dense.astype(np.float32))], format="csr")


def stacked(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, one part after the other; all have the same columns."""
    dense = [part.dense for part in parts if part.dense is not None]
    return Rows(sp.vstack([part.sparse for part in parts], format="csr"), np.concatenate(dense) if dense else None)
