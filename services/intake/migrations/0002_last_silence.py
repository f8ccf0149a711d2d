"""From when to when a source was silent the last time: what could not be heard then was not missed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_batches_chunks_quarantine")]
    operations = [
        migrations.AddField("sourcestate", "was_silent_from", models.DateTimeField(null=True)),
        migrations.AddField("sourcestate", "was_silent_to", models.DateTimeField(null=True)),
    ]
