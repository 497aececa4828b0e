"""The words of statements, messages and names can be looked for. On PostgreSQL people go on writing meanwhile."""

from typing import Any

from django.db import migrations

from escalations.searching.index import install, remove


def forwards(apps: Any, schema_editor: Any) -> None:
    install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    remove(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("escalations", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
