import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a workbook was sent for and what it was about; why a period was closed."""

    dependencies = [
        ("indicators", "0001_definitions_sheets_workbooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="closedperiod",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="workbook",
            name="duty",
            field=models.CharField(blank=True, default="", help_text="slug: what it was sent for", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="workbook",
            name="revised",
            field=models.PositiveIntegerField(
                default=0, help_text="of the accepted: those that replaced another value"
            ),
        ),
        migrations.AddField(
            model_name="workbook",
            name="codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                default=list,
                help_text="what is in it, the first fifty",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="workbook",
            name="first",
            field=models.CharField(
                blank=True, default="", help_text="its earliest period of the finest kind", max_length=10
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="workbook",
            name="last",
            field=models.CharField(blank=True, default="", help_text="its latest one", max_length=10),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="workbook",
            name="errors",
            field=models.JSONField(default=list, help_text="the first thousand; see workbooks.marking.Mark"),
        ),
    ]
