from django.db import migrations

LINES = [(severity, tier, severity + tier - 1) for tier in (1, 2, 3) for severity in (1, 2, 3, 4)]


def add(apps, schema_editor):
    line = apps.get_model("routing", "CaseWeight")
    for severity, tier, weight in LINES:
        line.objects.get_or_create(severity=severity, tier=tier, defaults={"weight": weight})


class Migration(migrations.Migration):
    dependencies = [("routing", "0007_weights_managers_rights")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
