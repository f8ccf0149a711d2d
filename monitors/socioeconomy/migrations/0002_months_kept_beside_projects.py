import django.contrib.postgres.fields
from django.db import migrations, models

from monitors.socioeconomy.actions import carried_on
from monitors.socioeconomy.feeds import told_in
from monitors.socioeconomy.science.disbursement import month_of


def keep(apps, schema_editor):
    """Fill the months of the projects that are there, from their reports."""
    versions = apps.get_model("socioeconomy", "ProjectVersion").objects.order_by("as_of", "version", "pk")
    for project in apps.get_model("socioeconomy", "Project").objects.only("pk", "year").iterator():
        reports = [told_in(raw) for raw in versions.filter(record_id=project.pk).values_list("raw", flat=True)]
        project.paid, project.told = carried_on({month_of(project.year, month): paid for month, paid in reports})
        project.save(update_fields=["paid", "told"])


class Migration(migrations.Migration):
    """What each project had been paid by the end of each month."""

    dependencies = [
        ("socioeconomy", "0001_projects"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="paid",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.FloatField(null=True), default=list, size=13
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="told",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
