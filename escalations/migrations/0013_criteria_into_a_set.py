"""The criteria that were there become one set, in force where two people can have written and published it."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify


def into_a_set(apps, schema_editor):
    get = apps.get_model
    criterion, trigger = get("escalations", "Criterion"), get("escalations", "Trigger")
    trigger.objects.update(first_sign_at=F("raised_at"))
    people = list(get("routing", "User").objects.order_by("pk")[:2])
    if not criterion.objects.exists():
        return
    if not people:
        criterion.objects.all().delete()
        return
    version = get("escalations", "CriteriaSet").objects.create(
        number=1,
        author=people[0],
        state="published" if len(people) > 1 else "draft",
        published_by=people[1] if len(people) > 1 else None,
        published_at=timezone.now() if len(people) > 1 else None,
        note="The criteria that were in use before they had versions.",
    )
    for position, row in enumerate(criterion.objects.order_by("kind", "name"), start=1):
        row.criteria_set, row.position = version, position
        row.code = f"{slugify(row.name)[:50] or 'criterion'}-{row.pk}"
        if row.test == "amount":
            row.currency = "GBP"
        if row.test == "words":
            get("escalations", "PhraseList").objects.create(criterion=row, phrases=row.words, silent=row.silent)
        row.save()
        trigger.objects.filter(criterion=row).update(code=row.code)


def out_of_sets(apps, schema_editor):
    """Words stand on the criterion again; names are its own, as they had to be."""
    get = apps.get_model
    for row in get("escalations", "Criterion").objects.order_by("pk"):
        lists = get("escalations", "PhraseList").objects.filter(criterion=row)
        row.words = "\n".join(one.phrases for one in lists)
        row.silent = "\n".join(one.silent for one in lists)
        row.name = f"{row.name[:100]} ({row.pk})"
        row.save()


class Migration(migrations.Migration):
    dependencies = [("escalations", "0012_criteria_sets")]
    operations = [migrations.RunPython(into_a_set, out_of_sets)]
