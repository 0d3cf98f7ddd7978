"""What learners that weigh columns share: rows of two parts, active columns, and scores as one product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from models_app.learners.softmax import softmax_weights

_MOST_WEIGHTS = 60_000_000  # 240 MB of float32; a fit holds up to sixteen times as much


def parts_of(X: Any) -> tuple[sp.csr_matrix, np.ndarray | None]:
    """The sparse and the dense part of rows: of a sparse matrix, an array, a pair, or anything with both as attributes.

    >>> sparse, dense = parts_of((sp.csr_matrix((2, 5)), np.ones((2, 3))))
    >>> sparse.shape, dense.shape
    ((2, 5), (2, 3))
    """
    if isinstance(X, tuple):
        sparse, dense = X
    elif hasattr(X, "sparse") and hasattr(X, "dense"):
        sparse, dense = X.sparse, X.dense
    elif sp.issparse(X):
        sparse, dense = X, None
    else:
        sparse, dense = None, np.asarray(X)
    if sparse is None:
        sparse = sp.csr_matrix((len(dense), 0), dtype=np.float32)
    dense = None if dense is None or not dense.shape[1] else np.asarray(dense, dtype=np.float32)
    if dense is not None and len(dense) != sparse.shape[0]:
        raise ValueError(f"There are {sparse.shape[0]} sparse rows but {len(dense)} dense ones.")
    return sp.csr_matrix(sparse), dense


def rows_at(X: Any, positions: np.ndarray) -> Any:
    """Some of the rows, in the same form."""
    if isinstance(X, tuple):
        sparse, dense = X
        return (None if sparse is None else sparse[positions], None if dense is None else dense[positions])
    return X[positions]


def indicator_matrix(rows: Sequence[Sequence[int]], n_columns: int) -> sp.csr_matrix:
    """A row for each list of column numbers, with a 1 in each of these columns."""
    rows = [sorted(set(row)) for row in rows]
    lengths = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    return sp.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, lengths), shape=(len(rows), n_columns))


def n_rows(X: Any) -> int:
    """How many rows there are."""
    return int(parts_of(X)[0].shape[0])


@dataclass(frozen=True)
class Design:
    """The rows to fit on: the sparse columns that occur in them at all, then the dense ones.

    Under an L2 penalty a column without an entry gets no weight, so the solution is that of all columns.
    """

    matrix: sp.csr_matrix | np.ndarray
    columns: np.ndarray
    n_columns: int
    n_dense: int

    @classmethod
    def of(cls, X: Any) -> Self:
        sparse, dense = parts_of(X)
        columns = np.unique(sparse.indices).astype(np.int64)
        n_dense = 0 if dense is None else dense.shape[1]
        matrix = sparse[:, columns]
        if dense is not None:
            matrix = sp.hstack([matrix, sp.csr_matrix(dense)], format="csr") if len(columns) else dense
        elif not len(columns):  # empty texts only: nothing but the intercept can be learned
            matrix, columns = sp.csr_matrix((sparse.shape[0], 1), dtype=np.float32), columns[:0]
        return cls(matrix, columns, sparse.shape[1], n_dense)

    def weights(self, coef: np.ndarray, intercept: np.ndarray) -> "Weights":
        """The fitted weights (a row per column of ``matrix``), ready for any rows of the same kind."""
        width = len(self.columns) + self.n_dense
        coef = np.ascontiguousarray(coef[:width], dtype=np.float32)
        return Weights(coef, np.asarray(intercept, dtype=np.float32), self.columns, self.n_columns, self.n_dense)


@dataclass(frozen=True)
class Weights:
    """Weights on active and dense columns for one or more outputs."""

    coef: np.ndarray
    intercept: np.ndarray
    columns: np.ndarray
    n_columns: int
    n_dense: int

    def scores(self, X: Any) -> np.ndarray:
        """One score per row and output; ``ValueError`` when the rows have other columns than were fitted."""
        sparse, dense = parts_of(X)
        found = (sparse.shape[1], 0 if dense is None else dense.shape[1])
        if found != (self.n_columns, self.n_dense):
            raise ValueError(
                f"The model has {self.n_columns} and {self.n_dense} columns, the rows {found[0]} and {found[1]}."
            )
        n_active = len(self.columns)
        scores = np.asarray(sparse @ self.sparse_coef()) + self.intercept
        return scores if dense is None else np.asarray(scores + dense @ self.coef[n_active:])

    def sparse_coef(self) -> np.ndarray:
        """The weights of all sparse columns, one column per output."""
        full = np.zeros((self.n_columns, self.coef.shape[1]), dtype=np.float32)
        full[self.columns] = self.coef[: len(self.columns)]
        return full

    def state(self) -> dict[str, np.ndarray]:
        shape = np.array([self.n_columns, self.n_dense], dtype=np.int64)
        return {"coef": self.coef, "intercept": self.intercept, "columns": self.columns, "row_shape": shape}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        n_columns, n_dense = (int(number) for number in state["row_shape"])
        coef, intercept, columns = (np.asarray(state[name]) for name in ("coef", "intercept", "columns"))
        if coef.shape != (len(columns) + n_dense, len(intercept)):
            raise ValueError("The weights do not fit their columns.")
        return cls(coef, intercept, columns, n_columns, n_dense)


def fit_softmax(X: Any, y: np.ndarray, *, C: float) -> tuple[np.ndarray, Weights]:
    """Multinomial logistic regression: the classes, ascending, and weights with one output for each of them.

    ``ValueError`` when there are fewer than two classes, or too many for the memory.
    """
    classes, numbers = np.unique(y, return_inverse=True)
    sparse, dense = parts_of(X)
    if len(classes) < 2:
        raise ValueError(f"At least two options must have been used to learn from; there is {len(classes)}.")
    columns = np.unique(sparse.indices).astype(np.int64)
    meaning = np.zeros((sparse.shape[0], 0), dtype=np.float32) if dense is None else dense
    n_weights = (len(columns) + meaning.shape[1]) * len(classes)
    if n_weights > _MOST_WEIGHTS:
        raise ValueError(f"{len(classes)} options are in use, too many for a model of {sparse.shape[1]} columns.")
    coef, intercept = softmax_weights(sparse[:, columns], meaning, numbers, n_classes=len(classes), C=C)
    return classes, Weights(coef, intercept, columns, sparse.shape[1], meaning.shape[1])
