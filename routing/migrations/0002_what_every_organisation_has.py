"""The fields that every organisation has, and the usual weight of a case by severity and tier."""

from django.db import migrations

FIELDS = [
    ("product", "Product"),
    ("sub_product", "Sub-product"),
    ("issue", "Issue"),
    ("sub_issue", "Sub-issue"),
    ("complaint_type", "Complaint type"),
]
WEIGHTS = [(severity, tier, severity + tier - 1) for tier in (1, 2, 3) for severity in (1, 2, 3, 4)]


def add(apps, schema_editor):
    field, line = apps.get_model("routing", "Field"), apps.get_model("routing", "CaseWeight")
    for code, label in FIELDS:
        field.objects.get_or_create(code=code, defaults={"label": label, "kind": "choice", "built_in": True})
    for severity, tier, weight in WEIGHTS:
        line.objects.get_or_create(severity=severity, tier=tier, defaults={"weight": weight})


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
