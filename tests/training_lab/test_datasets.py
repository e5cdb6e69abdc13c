"""Data: shapes, sources, splits that do not leak, scalings that do what they say, and tables from outside."""

import jax
import numpy as np
import pytest

from training_lab import datasets
from training_lab.datasets import Data, TableError, from_csv, prepare

SHAPES = {
    "digits": ((1797, 8, 8, 1), 10),
    "iris": ((150, 4), 3),
    "wine": ((178, 13), 3),
    "breast_cancer": ((569, 30), 2),
    "diabetes": ((442, 10), 0),
    "moons": ((400, 2), 2),
    "circles": ((400, 2), 2),
    "blobs": ((400, 2), 3),
    "xor": ((400, 2), 2),
    "spirals": ((400, 2), 2),
    "line": ((100, 1), 0),
    "sine": ((60, 1), 0),
    "recall": ((500, 50, 1), 2),
    "copy": ((500, 20, 5), 4),
    "parity": ((500, 8, 1), 2),
}


@pytest.mark.parametrize("name", datasets.names())
def test_shapes_and_labels(name):
    data = datasets.load(name)
    shape, classes = SHAPES[name]
    assert data.x.shape == shape
    assert data.classes == classes
    assert data.y.shape == ((len(data.x),) if classes else (len(data.x), 1))
    if classes:
        assert set(np.unique(data.y)) == set(range(classes))
    assert data.source
    assert np.isfinite(data.x).all()


@pytest.mark.parametrize("name", datasets.names())
def test_a_seed_gives_the_same_data_again(name):
    np.testing.assert_array_equal(datasets.load(name, 3).x, datasets.load(name, 3).x)
    if datasets.get(name).kind != "real" and name != "copy":
        assert not np.array_equal(datasets.load(name, 3).x, datasets.load(name, 4).x)


def test_labels_are_what_the_rules_say():
    xor = datasets.load("xor", noise=0.0)
    np.testing.assert_array_equal(xor.y, xor.x[:, 0] * xor.x[:, 1] < 0)
    recall = datasets.load("recall", length=5)
    np.testing.assert_array_equal(recall.y, recall.x[:, 0, 0] > 0)
    parity = datasets.load("parity", length=5)
    np.testing.assert_array_equal(parity.y, (parity.x[..., 0] > 0).sum(axis=1) % 2)
    copy = datasets.load("copy", symbols=3)
    np.testing.assert_array_equal(copy.y, copy.x[:, 0].argmax(axis=1))
    line = datasets.load("line", noise=0.0)
    np.testing.assert_allclose(line.y, line.x + 0.5)


def test_hyperparameters_are_checked():
    with pytest.raises(ValueError, match="noise"):
        datasets.load("moons", noise=-1.0)
    with pytest.raises(KeyError, match="moons"):
        datasets.load("moon")


# Splits and scalings


def test_splits_share_no_example_and_cover_all():
    data = datasets.load("line", samples=100)
    splits = prepare(Data(validation=0.2, test=0.1, scaling="none"), data)
    parts = [np.asarray(part.x)[:, 0] for part in (splits.train, splits.validation, splits.test)]
    assert [len(part) for part in parts] == [70, 20, 10]
    np.testing.assert_allclose(np.sort(np.concatenate(parts)), np.sort(data.x[:, 0]), rtol=1e-6)


def test_the_training_part_can_be_cut_and_the_rest_stays():
    data = datasets.load("iris")
    full, cut = prepare(Data(scaling="none"), data), prepare(Data(scaling="none", train=20), data)
    assert len(cut.train.x) == 20
    np.testing.assert_array_equal(cut.train.x, full.train.x[:20])
    np.testing.assert_array_equal(cut.validation.x, full.validation.x)


def test_scalings_are_fitted_to_the_training_part():
    x = {}
    for scaling in datasets.SCALINGS:
        splits = prepare(Data(scaling=scaling), datasets.load("digits"), np.float64)
        x[scaling] = np.asarray(splits.train.x, np.float64).reshape(len(splits.train.x), -1)
        np.testing.assert_allclose(splits.scaling(splits.raw), splits.train.x, atol=1e-4)
    varying = x["none"].std(axis=0) > 0
    assert 0 < (~varying).sum() < 10, "digits have pixels that are always blank"
    np.testing.assert_allclose(x["center"].mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x["standardize"].mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(x["standardize"].std(axis=0), varying, atol=1e-4)
    np.testing.assert_allclose(x["min_max"].min(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x["min_max"].max(axis=0), varying, atol=1e-6)
    covariance = np.cov(x["whiten"].T, bias=True)
    np.testing.assert_allclose(covariance @ covariance, covariance, atol=5e-3)
    assert np.linalg.matrix_rank(covariance, tol=0.5) >= varying.sum() - 3


def test_targets_of_a_regression_are_standardised_with_the_inputs():
    splits = prepare(Data(), datasets.load("diabetes"))
    assert np.mean(splits.train.y) == pytest.approx(0, abs=1e-5)
    assert np.std(splits.train.y) == pytest.approx(1, abs=1e-5)
    raw = prepare(Data(scaling="none"), datasets.load("diabetes"))
    assert np.mean(raw.train.y) > 100


def test_label_noise_changes_a_share_of_the_training_labels_only():
    data = datasets.load("digits")
    clean, noisy = (prepare(Data(label_noise=share), data) for share in (0.0, 0.2))
    assert np.mean(noisy.train.y != clean.train.y) == pytest.approx(0.2, abs=0.03)
    np.testing.assert_array_equal(noisy.clean, clean.train.y)
    np.testing.assert_array_equal(noisy.validation.y, clean.validation.y)
    regression = prepare(Data(label_noise=0.5), datasets.load("diabetes"))
    assert np.std(regression.train.y - regression.clean) == pytest.approx(0.5, rel=0.1)


def test_dtypes():
    splits = prepare(Data(), datasets.load("iris"))
    assert splits.train.x.dtype == np.float32
    assert splits.train.y.dtype == np.int32
    with jax.enable_x64(True):
        assert prepare(Data(), datasets.load("iris"), np.float64).train.x.dtype == np.float64


# Tables

GOOD = "length,width,kind\n1,2,a\n2,3.5,b\n3,4,a\n4,1e-3,b\n"


def test_a_table_with_names_and_classes():
    data = from_csv(GOOD, "mine")
    assert (data.name, data.classes, data.class_names) == ("mine", 2, ("a", "b"))
    assert data.feature_names == ("length", "width")
    np.testing.assert_array_equal(data.y, [0, 1, 0, 1])
    np.testing.assert_array_equal(data.x[1], [2, 3.5])


def test_a_table_without_names_whole_numbers_as_classes_and_a_byte_order_mark():
    data = from_csv("\ufeff0.5,10\n1,2\n2,2\n3,10\n")
    assert data.class_names == ("2", "10")
    np.testing.assert_array_equal(data.y, [1, 0, 0, 1])


def test_lines_may_end_as_on_an_old_mac_and_long_numbers_stay_apart():
    data = from_csv("1,1234567\r2,1234568\r3,1234567\r4,1234568\r")
    assert data.class_names == ("1234567", "1234568")
    np.testing.assert_array_equal(data.y, [0, 1, 0, 1])


def test_other_numbers_are_a_regression():
    data = from_csv("1,0.5\n2,1.5\n3,2\n4,-1\n")
    assert data.classes == 0
    np.testing.assert_array_equal(data.y[:, 0], [0.5, 1.5, 2, -1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 rows"),
        ("1,0\n" + "9" * 200_000, "no table of comma-separated values"),
        ("a,b\n1,2\n", "1 rows"),
        ("once upon a time\nthere was\na text\nof words\nand lines\n", "columns"),
        ("a,b\n1,x\nz,y\n3,x\n4,y\n", "row 3, column 1: 'z'"),
        ("1,0\n2,1\nNaN,1\n3,0\n", "row 3, column 1: 'NaN'"),
        ("1,0\n2,1\ninf,1\n3,0\n", "row 3, column 1"),
        ("1,0\n2,\n3,1\n4,1\n", "row 2, column 2: the target is empty"),
        ("1,0\n2\n3,1\n4,1\n", "row 2 has 1 columns"),
        ("1,0\n2,0\n3,0\n4,0\n", "1 different classes"),
        ("\n".join(f"{i},name{i}" for i in range(30)), "30 different classes"),
        ("1,2\n" * 20_001, "20001 rows"),
        (",".join("1" * 201) + "\n", "rows"),
        ((",".join("1" * 201) + "\n") * 5, "201 columns"),
    ],
)
def test_bad_tables_are_explained(text, words):
    with pytest.raises(TableError, match=words):
        from_csv(text)
