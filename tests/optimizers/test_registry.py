import importlib
import sys

import pytest

import optimizers
from optimizers import clipping, schedules
from optimizers.registry import Registry, discover, teaching_order

REGISTRIES = {"optimizer": optimizers, "schedule": schedules, "clipping": clipping}
RECORDS = [registry.get(name) for registry in REGISTRIES.values() for name in registry.names()]
RECORDS += [schedules.with_warmup(schedules.get(name)) for name in schedules.names()]
RECORD = """
from optimizers import Hyper, Optimizer
OPTIMIZER = Optimizer(name="{name}", title="", make=lambda: None, hypers={{}}, rule="", internals=lambda s, h: {{}},
                      summary="", reference="", year=2000)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package of method files from their sources."""

    def make(**sources):
        folder = tmp_path / "methods_of_a_test"
        folder.mkdir()
        for name, source in {"__init__": "", **sources}.items():
            (folder / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        return folder.name

    yield make
    for name in [name for name in sys.modules if name.startswith("methods_of_a_test")]:
        del sys.modules[name]


def test_the_seven_are_there_in_teaching_order():
    seven = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
    assert tuple(name for name in optimizers.names() if name in seven) == seven


@pytest.mark.parametrize("kind", REGISTRIES)
def test_an_unknown_name_lists_the_known_ones(kind):
    registry = REGISTRIES[kind]
    with pytest.raises(KeyError, match="nope") as error:
        registry.get("nope")
    assert all(name in str(error.value) for name in registry.names())


def test_a_file_is_an_optimizer(package):
    assert [record.name for record in discover(package(newton=RECORD.format(name="newton")))] == ["newton"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("", TypeError),
        ("OPTIMIZER = 1", TypeError),
        (RECORD.format(name="other"), ValueError),
        ("import no_such_module", ModuleNotFoundError),
        ("1 / 0", ZeroDivisionError),
    ],
)
def test_a_broken_file_fails_loudly(package, source, error):
    with pytest.raises(error):
        list(discover(package(broken=source)))


def test_two_records_of_one_name_fail_loudly():
    adam = optimizers.get("adam")
    with pytest.raises(ValueError, match="adam"):
        Registry("optimizer", [adam, adam])


def test_ancestors_come_before_what_grew_out_of_them():
    records = [optimizers.get(name) for name in optimizers.names()]
    assert teaching_order(reversed(records)) == records
    seen = {None}
    for record in records:
        assert record.parent in seen
        seen.add(record.name)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_is_complete(record):
    assert record.title
    assert record.summary.endswith(".")
    assert str(record.year)[:2] in {"18", "19", "20"}
    assert record.reference
    assert all(hyper.symbol and hyper.label for hyper in record.hypers.values())
    assert all(f"<{name}>" in record.rule for name in record.hypers if name not in {"cooldown", "eps"})


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_formulas_are_filled(record):
    symbols, numbers = record.formula(), record.formula(record.defaults)
    assert "<" not in symbols + numbers
    assert symbols.count("{") == symbols.count("}")
    assert numbers.count("{") == numbers.count("}")
    assert (numbers != symbols) == bool(record.hypers)


def test_numbers_in_formulas_are_mathematics():
    formula = optimizers.get("adam").formula({"eps": 1e-8, "learning_rate": 2.5e-5, "b1": 0.9})
    assert "{10^{-8}}" in formula
    assert r"{2.5 \cdot 10^{-5}}" in formula
    assert "{{0.9}}^t" in formula
    assert r"\beta_2" in formula


@pytest.mark.parametrize("name", optimizers.names())
def test_code_holds_every_hyperparameter(name):
    optimizer = optimizers.get(name)
    values = {key: hyper.low + 0.37 * (hyper.high - hyper.low) for key, hyper in optimizer.hypers.items()}
    values = {key: round(value) if optimizer.hypers[key].integer else value for key, value in values.items()}
    for library in ("torch", "optax"):
        code = optimizer.code(library, values)
        assert code is None or all(repr(value) in code for value in values.values())
