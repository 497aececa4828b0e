import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalations", "0013_criteria_into_a_set")]
    operations = [
        migrations.RemoveField(model_name="criterion", name="silent"),
        migrations.RemoveField(model_name="criterion", name="words"),
        migrations.AlterField(
            model_name="criterion",
            name="criteria_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="escalations.criteriaset",
                verbose_name="set of criteria",
            ),
        ),
        migrations.AlterField(
            model_name="trigger",
            name="first_sign_at",
            field=models.DateTimeField(verbose_name="first sign at"),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('criteria_set', 'code'), name='criterion_code_once', violation_error_message='Another criterion of this set has this code.'),
        ),
    ]
