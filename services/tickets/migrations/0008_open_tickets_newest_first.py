"""Open tickets, newest first: the API's list walked past every newer ticket that had ended."""

from django.db import migrations, models

OPEN = ("new", "accepted", "in_progress", "waiting", "resolved", "returned")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_counted_in_the_index")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["-id"],
                name="ticket_open_newest",
            ),
        ),
    ]
