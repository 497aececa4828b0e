"""Edits of a set of criteria are counted: a count tells of every one, whatever the clock says."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalations", "0004_waiting")]

    operations = [
        # Empty first, so that the way back has rows without a date.
        migrations.AlterField("criteriaset", "edited_at", models.DateTimeField(null=True)),
        migrations.AlterField("judgement", "edited_at", models.DateTimeField(null=True)),
        migrations.RemoveField(model_name="criteriaset", name="edited_at"),
        migrations.RemoveField(model_name="judgement", name="edited_at"),
        migrations.AddField(
            model_name="criteriaset",
            name="edits",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="times edited"),
        ),
        migrations.AddField(
            model_name="judgement",
            name="edits",
            field=models.PositiveIntegerField(default=0, verbose_name="edits of the draft"),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="done",
            field=models.PositiveIntegerField(default=0, verbose_name="cases done"),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="total",
            field=models.PositiveIntegerField(default=0, verbose_name="cases in all"),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="sample",
            field=models.PositiveIntegerField(
                default=5000,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100000),
                ],
                verbose_name="cases at most",
            ),
        ),
    ]
