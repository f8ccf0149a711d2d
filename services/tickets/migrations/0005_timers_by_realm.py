"""The timers' index leads with the realm: each realm has a clock of its own, and one may run far ahead of another."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_flow_of_tickets")]

    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                name="ticket_timers", fields=("realm", "escalate_at", "id"), condition=Q(escalate_at__isnull=False)
            ),
        ),
        migrations.RemoveIndex("ticket", "ticket_escalate"),
    ]
