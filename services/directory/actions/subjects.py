"""Personal values of citizens: kept in one place, erased in one place."""

from django.db import transaction

from services.audit.actions import record
from services.directory.models import Subject, User
from services.directory.text import clean
from services.kernel import clock


@transaction.atomic
def register_subject(
    *,
    realm: str,
    name: str = "",
    phone: str = "",
    email: str = "",
    kind: str = Subject.Kind.CITIZEN,
    user: User | None = None,
    acting_user: User | None = None,
) -> Subject:
    """Keep somebody's values; whatever refers to the person holds the subject's id. The audit holds no value."""
    subject = Subject.objects.create(
        realm=realm, kind=kind, user=user, name=clean(name), phone=phone.strip(), email=email.strip()
    )
    record(verb="register_subject", target=subject, realm=realm, acting_user=acting_user)
    return subject


@transaction.atomic
def erase_subject(*, subject: Subject, acting_user: User | None) -> None:
    """Erase somebody's values everywhere: they stand nowhere else (personal-data law 91/2025). Safe to repeat."""
    held = Subject.objects.select_for_update().get(pk=subject.pk)
    if held.erased_at is not None:
        return
    held.name = held.phone = held.email = ""
    held.user = None
    held.erased_at = clock.now(held.realm)
    held.save()
    record(verb="erase_subject", target=held, realm=held.realm, acting_user=acting_user)
