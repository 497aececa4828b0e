"""Edits of a ruleset are counted, and the skills that a rule requires are parts of it in their own right."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_what_every_organisation_has")]

    operations = [
        migrations.AddField(
            model_name="ruleset",
            name="edits",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="times edited"),
        ),
        # The table stays the one that Django made by itself for the relation.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RequiredSkill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="routing.rule", verbose_name="rule"
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="routing.skill", verbose_name="skill"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "required skill",
                        "verbose_name_plural": "required skills",
                        "db_table": "routing_rule_skills",
                    },
                ),
                migrations.AlterField(
                    model_name="rule",
                    name="skills",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="rules",
                        through="routing.RequiredSkill",
                        to="routing.skill",
                        verbose_name="required skills",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="requiredskill",
            constraint=models.UniqueConstraint(fields=("rule", "skill"), name="rule_requires_a_skill_once"),
        ),
    ]
