"""F22: a version that is being replaced goes on beside the new one's tables: migrations of a release only add.

Each migration since matters and people came is looked at twice: what it does to tables that stand there already, and, by
real rows, whether a process that knows the tables as they were before it can still write, read and change every one of
them in the tables of today.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OURS = ("api", "audit", "corpus", "lawqa", "operations", "people", "webhooks")
BEFORE = {"corpus": "0003_document_version", "lawqa": "0005_changes_of_law"}
"""The last migration of each app before matters and people came; apps that are not named came with them."""
LARGE = frozenset(
    {"passage", "section", "page", "event", "answersource", "claim", "answercitation", "modelcall", "entry"}
)
"""Tables that grow by the law or by every question's parts: building an index holds up who writes there for minutes."""
LOOKED_AT = {
    ("audit", "0002_append_only"): "triggers on a table that older versions do not know",
    (
        "corpus",
        "0004_user_role",
    ): "fills a column that older versions do not know, for as many rows as there are people",
    ("people", "0001_initial"): "makes the cache's table where there is none",
}
"""Migrations with code of their own, and why an older version does not notice it."""
TAKES = (
    migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelTable, migrations.RemoveConstraint,
)  # fmt: skip
BINDS = (migrations.AddConstraint, migrations.AlterUniqueTogether, migrations.AlterField)
_numbers = count(1)
Change = Callable[[ProjectState], None]


@pytest.fixture
def loader(db: None) -> MigrationLoader:
    return MigrationLoader(connection)


def since(known: MigrationLoader) -> list[Migration]:
    """The migrations that an older version may meet, in their order."""
    plan = known.graph._generate_plan(known.graph.leaf_nodes(), at_end=True)
    return [known.disk_migrations[key] for key in plan if key[0] in OURS and key[1] > BEFORE.get(key[0], "")]


def troubles(migration: Migration) -> Iterator[str]:
    """What an older process would trip over, or wait for."""
    new = {one.name_lower for one in migration.operations if isinstance(one, migrations.CreateModel)}
    for operation in migration.operations:
        model = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        if model not in new:
            said = _trouble(operation, model, (migration.app_label, migration.name))
            yield from (f"{migration}: {operation.describe()}: {word}" for word in said)


def _trouble(operation: Operation, model: str, key: tuple[str, str]) -> Iterator[str]:
    if isinstance(operation, TAKES):
        yield "takes away what older versions use"
    if isinstance(operation, BINDS):
        yield "older versions may write what it forbids"
    if isinstance(operation, migrations.AddField) and not _is_optional(operation.field):
        yield "older versions do not write it, and the database has no default"
    if isinstance(operation, migrations.AddIndex) and model in LARGE:
        yield "holds up who writes there for long; build it concurrently"
    if isinstance(operation, (migrations.RunPython, migrations.RunSQL)) and key not in LOOKED_AT:
        yield "code of its own, at which nobody has looked"


def _is_optional(field: models.Field[Any, Any]) -> bool:
    return field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED


def test_migrations_only_add_what_older_versions_need_not_know(loader: MigrationLoader) -> None:
    found = since(loader)
    assert {migration.app_label for migration in found} == set(OURS) - {"lawqa"} | {
        one.app_label for one in found
    }
    assert [said for migration in found for said in troubles(migration)] == []


def _made(*operations: Operation) -> Migration:
    class Next(Migration):
        pass

    Next.operations = operations
    return Next("0099_next", "lawqa")


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.RemoveField("question", "text"), "takes away"),
        (migrations.RenameField("question", "text", "words"), "takes away"),
        (migrations.DeleteModel("Claim"), "takes away"),
        (migrations.AddField("question", "tone", models.CharField(default="plain", max_length=9)), "no default"),
        (migrations.AlterField("question", "text", models.CharField(max_length=9)), "forbids"),
        (migrations.AddConstraint("claim", models.CheckConstraint(condition=models.Q(pk=1), name="one")), "forbids"),
        (migrations.AddIndex("claim", models.Index(fields=["text"], name="by_text")), "concurrently"),
        (migrations.RunPython(migrations.RunPython.noop), "nobody has looked"),
        (migrations.RunSQL("SELECT 1"), "nobody has looked"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Operation) else "",
)  # fmt: skip
def test_what_an_older_version_would_trip_over_is_noticed(operation: Operation, said: str) -> None:
    assert said in " ".join(troubles(_made(operation)))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("question", "tone", models.CharField(null=True, max_length=9)),
        migrations.AddField("question", "tone", models.CharField(db_default="plain", max_length=9)),
        migrations.AddIndex("question", models.Index(fields=["state"], name="by_state")),
        migrations.CreateModel("Tone", [("id", models.BigAutoField(primary_key=True))]),
    ],
    ids=["null", "database-default", "index", "table"],
)
def test_what_only_adds_is_let_through(operation: Operation) -> None:
    assert list(troubles(_made(operation))) == []


def as_known_before(known: MigrationLoader, migration: Migration | None) -> ProjectState:
    """The tables as a process knows them that is older than a migration; None: than all of them."""
    if migration is not None:
        return known.project_state((migration.app_label, migration.name), at_end=False)
    plan = known.graph._generate_plan(
        [*BEFORE.items(), ("auth", "0012_alter_user_first_name_max_length")], at_end=True
    )
    return known.project_state(plan)


def failures(older: ProjectState) -> Iterator[str]:
    """What goes wrong when an older process writes a row into every table, reads it, and writes it again."""
    for model in older.apps.get_models():
        if model._meta.app_label in OURS:
            try:
                with transaction.atomic():
                    row = a_row(model)
                    model._base_manager.get(pk=row.pk).save()
            except Error as error:
                yield f"{model._meta.label}: {error}"


def a_row(model: type[models.Model]) -> models.Model:
    given = [field for field in model._meta.concrete_fields if not _is_left_to_others(field)]
    row = model(**{field.name: a_value(field) for field in given})
    row.save(force_insert=True)
    return row


def _is_left_to_others(field: models.Field[Any, Any]) -> bool:
    return field.null or field.has_default() or _is_optional(field) or isinstance(field, models.AutoField)


def a_value(field: models.Field[Any, Any]) -> Any:
    """One that no other row has."""
    if isinstance(field, models.ForeignKey):
        return a_row(field.related_model)
    number = next(_numbers)
    kinds: dict[type[models.Field[Any, Any]], Any] = {
        models.IntegerField: number, models.CharField: f"{number}"[: field.max_length], models.TextField: f"{number}",
        models.DateTimeField: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number),
        models.DateField: dt.date(2020, 1, 1) + dt.timedelta(days=number), models.UUIDField: uuid.uuid4(),
        models.BinaryField: b"x", models.JSONField: {}, models.FloatField: 0.5, models.BooleanField: False,
        models.DurationField: dt.timedelta(1),
    }  # fmt: skip
    return next(value for kind, value in kinds.items() if isinstance(field, kind))


def test_older_versions_write_and_read_the_tables_of_today(loader: MigrationLoader) -> None:
    before: list[Migration | None] = [None, *since(loader)]
    states = [as_known_before(loader, migration) for migration in before]
    assert {"Question", "Passage", "User"} <= {
        model._meta.object_name for model in states[0].apps.get_models()
    }
    assert [said for state in states for said in failures(state)] == []


def forget_a_column(older: ProjectState) -> None:
    """As if today's version had added it, without a default in the database."""
    older.remove_field("lawqa", "question", "text")


def know_another(older: ProjectState) -> None:
    """As if today's version had dropped it."""
    older.add_field("lawqa", "question", "tone", models.TextField(default=""), preserve_default=True)


def know_it_by_another_name(older: ProjectState) -> None:
    older.rename_field("corpus", "section", "text", "words")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (forget_a_column, "lawqa.Question"),
        (know_another, "lawqa.Question"),
        (know_it_by_another_name, "corpus.Section"),
    ],
)
def test_a_table_that_an_older_version_cannot_use_is_noticed(
    loader: MigrationLoader, change: Change, where: str
) -> None:
    older = as_known_before(loader, None)
    change(older)
    assert where in " ".join(failures(older))


def test_every_app_with_tables_is_looked_at() -> None:
    own = {app.label for app in apps.get_app_configs() if not app.path.rpartition("site-packages")[1]}
    assert {label for label in own if list(apps.get_app_config(label).get_models())} == set(OURS)
    assert {
        model._meta.model_name for label in OURS for model in apps.get_app_config(label).get_models()
    } >= LARGE
