from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """No table: the extensions that the rooms' constraints and indexes need."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension(), TrigramExtension()]
