"""The table of all parameters is derived, and the file that is checked in is the derived one."""

from app.lessons import reference, registry


def test_every_setting_is_declared() -> None:
    """What is not has no label, no slider or widget, and is missing in the table."""
    for lesson in registry.lessons().values():
        fields = lesson.Experiment.model_fields
        names = {field.alias or name for name, field in fields.items()} - {"playhead", "draft"}
        assert names == set(lesson.Experiment.declared()), lesson.name


def test_the_file_is_up_to_date() -> None:
    assert reference.FILE.read_text() == reference.text(), "python -m app.lessons.reference writes it anew"


def test_the_table_says_bounds_options_and_views() -> None:
    text = reference.text()
    assert "| `rate` | Rate: probability of dropping p | 0.2 | 0 to 0.9 | slider | everywhere |" in text
    assert "| `kind` | Dropped are | dropout | dropout, drop_connect | widget | network, digits |" in text
