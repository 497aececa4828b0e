import uuid

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Rows that were there have one key each: nobody can tell any more which is the copy of which."""
    rule = apps.get_model("routing", "Rule")
    for pk in rule.objects.values_list("pk", flat=True):
        rule.objects.filter(pk=pk).update(key=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_built_in_fields")]
    operations = [
        migrations.AddField(
            model_name="rule",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="key"),
        ),
        migrations.AddField(
            model_name="ruleset",
            name="origin",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="routing.ruleset",
                verbose_name="copied from",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(fields=("ruleset", "key"), name="rule_key_once_in_a_ruleset"),
        ),
    ]
