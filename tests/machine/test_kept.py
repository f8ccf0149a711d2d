"""What tests keep of a world: its rows come back, and a file that a test has deleted comes back with them."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from services.directory.models import Department
from services.kernel import clock
from services.tickets.models import Attachment, TicketEntry
from tests.harness.kept import keep
from tests.services.tickets.kit import OFFICE, opened


@pytest.mark.django_db(transaction=True)
def test_rows_and_their_files_come_back(kept_province, settings):
    settings.IOC_PROVINCE = "sample"

    def load() -> None:
        kept_province.put_back()
        ticket = opened()
        entry = TicketEntry.objects.create(ticket=ticket, verb="attach", at=clock.now(ticket.realm))
        Attachment.objects.create(
            entry=entry, file=ContentFile(b"picture", "kept.png"), size=7, content_type="image/png"
        )

    kept = keep(load)
    assert not Attachment.objects.exists()
    assert not Department.objects.exists()
    for _time in range(2):
        with transaction.atomic():
            kept.put_back()
            found = Attachment.objects.get()
            assert Path(found.file.path).read_bytes() == b"picture"
            assert found.entry.ticket.department is not None
            assert found.entry.ticket.department.slug == OFFICE
            Path(found.file.path).unlink()
            transaction.set_rollback(True)
