"""Saved views, checklists and standard texts count their edits, so that of two editors the second is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_open_tickets_newest_first")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, help_text="raised by every edit: an older one is stale"
            ),
        )
        for name in ("savedview", "checklist", "standardtext")
    ]
