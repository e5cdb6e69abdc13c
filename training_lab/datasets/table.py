"""One's own data, from a table of comma-separated values."""

import csv
import io
import math

import numpy as np

from training_lab.datasets.dataset import Dataset

MAX_ROWS, MAX_COLUMNS, MAX_CLASSES = 20_000, 200, 20


class TableError(ValueError):
    """A table that is no data set; the message says where, counting rows and columns from one."""


def from_csv(text: str, name: str = "table") -> Dataset:
    """The last column is the target, the others are numbers; a first row of words is taken for their names.

    The target is a class where it is a word, or a whole number with at most twenty different values; otherwise the
    task is a regression. Raises TableError for an empty cell, a word or NaN among the features, rows of different
    lengths, a single class, and tables beyond 20,000 rows or 200 columns.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) if row]
    except csv.Error as error:
        raise TableError(f"this is no table of comma-separated values: {error}") from None
    header = rows.pop(0) if rows and not any(_is_number(cell) for cell in rows[0]) else []
    _check_shape(rows, header)
    first = 2 if header else 1
    x = np.array([[_number(cell, i + first, j + 1) for j, cell in enumerate(row[:-1])] for i, row in enumerate(rows)])
    y, class_names = _targets([row[-1].strip() for row in rows], first, len(rows[0]))
    names = tuple(cell.strip() for cell in header[:-1]) or tuple(f"x{j + 1}" for j in range(x.shape[1]))
    return Dataset(x, y, name, "one's own table", len(class_names), names, class_names)


def _check_shape(rows: list[list[str]], header: list[str]) -> None:
    if len(rows) < 4:
        raise TableError(f"the table has {len(rows)} rows of data; four are the least")
    if len(rows) > MAX_ROWS:
        raise TableError(f"the table has {len(rows)} rows; {MAX_ROWS} are the most")
    columns = len(rows[0])
    if not 2 <= columns <= MAX_COLUMNS:
        raise TableError(f"the table has {columns} columns; a target and 1 to {MAX_COLUMNS - 1} features are needed")
    for number, row in enumerate([header, *rows] if header else rows, start=1):
        if len(row) != columns:
            raise TableError(f"row {number} has {len(row)} columns, others have {columns}")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, row: int, column: int) -> float:
    value = float(cell) if _is_number(cell) else math.nan
    if not math.isfinite(value):
        raise TableError(f"row {row}, column {column}: {cell.strip()[:20]!r} is not a finite number")
    return value


def _targets(cells: list[str], first: int, column: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels and the names of the classes, or the numbers of a regression and no names."""
    if empty := [row for row, cell in enumerate(cells, start=first) if not cell]:
        raise TableError(f"row {empty[0]}, column {column}: the target is empty")
    numeric = all(map(_is_number, cells))
    values = np.array([_number(cell, i, column) for i, cell in enumerate(cells, start=first)]) if numeric else None
    if values is not None and (np.any(values % 1) or len(np.unique(values)) > MAX_CLASSES):
        return values[:, None], ()
    kept = cells if values is None else [f"{value:.17g}" for value in values]
    names = sorted(set(kept), key=float) if numeric else sorted(set(kept))
    if not 2 <= len(names) <= MAX_CLASSES:
        raise TableError(f"column {column} has {len(names)} different classes; 2 to {MAX_CLASSES} are possible")
    return np.array([names.index(cell) for cell in kept]), tuple(names)
