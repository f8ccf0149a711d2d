"""Extensions that the directory's columns and constraints need."""

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """PostGIS for places, btree_gist for validity constraints, pg_trgm for searching names."""

    initial = True
    dependencies = ()
    operations = (CreateExtension("postgis"), BtreeGistExtension(), TrigramExtension())
