from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0001_cases_and_beds"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="casereport",
            index=models.Index(fields=["realm", "received_at"], name="case_report_news"),
        ),
    ]
