from django.db import migrations

FIELDS = [
    ("product", "Product"),
    ("sub_product", "Sub-product"),
    ("issue", "Issue"),
    ("sub_issue", "Sub-issue"),
    ("complaint_type", "Complaint type"),
]


def add(apps, schema_editor):
    field = apps.get_model("routing", "Field")
    for code, label in FIELDS:
        field.objects.get_or_create(code=code, defaults={"label": label, "kind": "choice", "built_in": True})


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
