"""Removing a realm's persons: demo accounts and those of an exercise go without trace."""

from django.db import transaction

from services.directory.models import Person, Subject, User
from services.kernel.models import LIVE


@transaction.atomic
def wipe_realm(*, realm: str) -> int:
    """Delete the realm's subjects, persons (with appointments and shifts) and accounts; return how many rows went.

    ValueError for ``live``. Units, departments and the ladder belong to no realm and stay.
    """
    if realm == LIVE:
        message = "the live realm is not wiped"
        raise ValueError(message)
    return sum(model.objects.filter(realm=realm).delete()[0] for model in (Subject, Person, User))
