"""Housekeeping of the kernel, nudged by beat."""

from datetime import timedelta

from celery import shared_task

from services.kernel import clock, partitions
from services.kernel.models import IdempotencyKey

KEEP_IDEMPOTENCY = timedelta(days=7)


@shared_task
def ensure_partitions() -> None:
    """Make the coming months of every partitioned table."""
    partitions.ensure_all()


@shared_task
def clean() -> None:
    """Forget idempotency keys nobody will repeat any more."""
    IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEEP_IDEMPOTENCY).delete()
