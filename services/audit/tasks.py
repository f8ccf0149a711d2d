"""The chainer, nudged by beat."""

from celery import shared_task

from services.audit.chain import chain as chain_realm
from services.kernel import clock


@shared_task
def chain() -> None:
    """Chain what was committed since the last round, in every realm."""
    for realm in clock.realms():
        chain_realm(realm)
