"""Secret calendar addresses: made, and revoked. The secret is shown once; only its digest is kept."""

import hashlib
import secrets

from django.db import transaction

from services.audit.actions import record
from services.directory.models import DutyRoster, Person, User
from services.duty.models import Feed
from services.kernel import clock


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def make_feed(
    *, realm: str, roster: DutyRoster | None = None, person: Person | None = None, acting_user: User
) -> tuple[Feed, str]:
    """Make an address for a roster or a person; return it with its secret (256 random bits), shown this once."""
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(
        realm=realm, roster=roster, person=person, digest=digest_of(secret), made_by=acting_user,
        made_at=clock.now(realm), language=acting_user.language,
    )  # fmt: skip
    detail = {"roster": roster.slug if roster else None, "person": person.pk if person else None}
    record(verb="make_feed", target=feed, realm=realm, acting_user=acting_user, detail=detail)
    return feed, secret


@transaction.atomic
def revoke_feed(*, feed: Feed, acting_user: User) -> None:
    """Make the address answer 404 from now on; a second time changes nothing."""
    held = Feed.objects.select_for_update().get(pk=feed.pk)
    if held.revoked_at is None:
        held.revoked_at = clock.now(held.realm)
        held.save(update_fields=["revoked_at"])
        record(verb="revoke_feed", target=held, realm=held.realm, acting_user=acting_user)
