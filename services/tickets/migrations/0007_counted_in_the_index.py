"""An index that holds what the queue counts and a board orders by, so that neither reads the tickets themselves."""

from django.db import migrations, models

OPEN = ("new", "accepted", "in_progress", "waiting", "resolved", "returned")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_workspace_views_links_digests")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["realm", "state", "due_at", "id"],
                include=("assignee", "department", "unit", "severity", "category", "monitor", "outcome"),
                name="ticket_counted",
            ),
        ),
    ]
