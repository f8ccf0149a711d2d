from django.db import migrations, models


class Migration(migrations.Migration):
    """A rank for what is shown first; when a delivery came whose values are known since before."""

    dependencies = [
        ("indicators", "0003_figures_of_departments_and_publications"),
    ]

    operations = [
        migrations.AddField(
            model_name="definition",
            name="rank",
            field=models.PositiveSmallIntegerField(default=1000),
        ),
        migrations.AddField(
            model_name="delivery",
            name="stated_at",
            field=models.DateTimeField(null=True),
        ),
    ]
