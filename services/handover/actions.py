"""The hand-over log: opened before a shift ends, written, signed by the one who goes, accepted by the one who comes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.directory.models import DutyShift, Person, User
from services.duty.models import Plan
from services.handover import items, seal, selectors
from services.handover.models import Handover, Item
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.problems import IllegalVerbError, InvalidInputError

AHEAD: Final = timedelta(minutes=30)
"""So long before a shift's end its entry is opened by itself."""
MISSED: Final = timedelta(days=1)
"""So far back it is opened all the same, after a stop of the machine."""
LEGAL: Final = {
    Handover.State.OPEN: ("write", "refresh", "sign"),
    Handover.State.SIGNED: ("accept",),
    Handover.State.ACCEPTED: (),
}
LONGEST: Final = 20_000


@transaction.atomic
def open_for(shift: DutyShift) -> Handover:
    """Open the entry of a shift with what is open now; the one there is when it was opened before."""
    realm = shift.person.realm
    now = clock.now(realm)
    known, added = Handover.objects.get_or_create(
        realm=realm,
        roster=shift.roster,
        outgoing=shift.person,
        shift_starts=shift.starts,
        defaults={"shift_ends": shift.ends, "opened_at": now, "taken_at": now, "due_at": shift.ends},
    )
    if added:
        _carry_over(known, now)
        record(verb="open_handover", target=known, realm=realm, acting_user=None, detail=_about(known))
    return known


def open_due() -> int:
    """Open the entries of shifts that end soon, in rosters that keep the log; return how many."""
    opened = 0
    for realm, now in clock.realms().items():
        plans = Plan.objects.filter(realm=realm, hand_over_log=True, roster=OuterRef("roster"))
        entry = Handover.objects.filter(
            realm=realm, roster=OuterRef("roster"), outgoing=OuterRef("person"), shift_starts=OuterRef("starts")
        )
        ending = DutyShift.objects.filter(
            person__realm=realm, ends__gt=now - MISSED, ends__lte=now + AHEAD, starts__lte=now
        )
        owing = ending.filter(Exists(plans.filter(Q(log_since=None) | Q(log_since__lt=OuterRef("ends")))))
        for shift in owing.exclude(Exists(entry)).select_related("roster", "person__user")[:50]:
            open_for(shift)
            opened += 1
    return opened


@transaction.atomic
def mark_late(limit: int = 50) -> int:
    """Note which shifts have ended without a signature; return how many."""
    unsigned = Handover.objects.filter(state=Handover.State.OPEN, late_at=None)
    due = claim_due(unsigned.select_related("roster"), limit=limit)
    for one in due:
        one.late_at = clock.now(one.realm)
        one.save(update_fields=["late_at"])
        record(verb="late_handover", target=one, realm=one.realm, acting_user=None, detail=_about(one))
    return len(due)


@transaction.atomic
def write(*, handover: Handover, text: str, notes: Mapping[int, str], acting_user: User) -> Handover:
    """Keep what is written so far, with a note for each item (by its id)."""
    held = _held(handover, "write", acting_user)
    _keep(held, text, notes)
    return held


@transaction.atomic
def refresh(*, handover: Handover, acting_user: User) -> int:
    """Look anew at what is open; notes stay with their items. Return how many items came in."""
    return _carry_over(_held(handover, "refresh", acting_user), clock.now(handover.realm))


def sign(*, handover: Handover, text: str, notes: Mapping[int, str], acting_user: User) -> Handover:
    """Sign what is written; InvalidInputError without words, or when items came in that nobody has seen (kept then)."""
    with transaction.atomic():
        held = _held(handover, "sign", acting_user)
        _keep(held, text, notes)
        now = clock.now(held.realm)
        came = _carry_over(held, now)
        error = _sign_error(held, came)
        if not error:
            _seal(held, acting_user, now)
    if error:
        raise InvalidInputError(error)
    return held


@transaction.atomic
def accept(*, handover: Handover, remarks: str = "", acting_user: User) -> Handover:
    """Accept a signed entry, with remarks or without; it never changes again."""
    held = _held(handover, "accept", acting_user)
    held.remarks = _plain(remarks, LONGEST)
    held.incoming = Person.objects.filter(user=acting_user).first()
    held.accepted_at, held.accepted_by = clock.now(held.realm), acting_user
    held.state = Handover.State.ACCEPTED
    held.accepted_digest = seal.accepted_digest(held)
    held.save()
    detail = _about(held) | {"digest": held.accepted_digest}
    record(verb=seal.ACCEPT, target=held, realm=held.realm, acting_user=acting_user, detail=detail)
    return held


def _held(handover: Handover, verb: str, user: User) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("roster__department", "outgoing__user")
    held = rows.get(pk=handover.pk)
    legal = LEGAL[Handover.State(held.state)]
    if verb not in legal:
        raise IllegalVerbError(verb, held.state, legal)
    now = clock.now(held.realm)
    allowed = selectors.may_accept(user, held, now) if verb == "accept" else selectors.may_write(user, held, now)
    if not allowed:
        words = (
            _("Whoever has the duty next accepts it, or who answers for the roster; never who signed it.")
            if verb == "accept"
            else _("Only who had the shift writes and signs it, or who answers for the roster.")
        )
        raise InvalidInputError({"": words})
    return held


def _keep(held: Handover, text: str, notes: Mapping[int, str]) -> None:
    held.text = _plain(text, LONGEST)
    held.save(update_fields=["text"])
    changed = []
    for item in held.items.filter(pk__in=notes):
        item.note = _plain(notes[item.pk], 500)
        changed.append(item)
    Item.objects.bulk_update(changed, ["note"])


def _plain(text: str, longest: int) -> str:
    """Return what was typed as it can be kept: PostgreSQL takes no NUL."""
    return text.replace("\x00", "").strip()[:longest]


def _carry_over(held: Handover, now: datetime) -> int:
    """Bring the items up to date and return how many are new; what is no longer open goes unless it has a note."""
    known = {(item.kind, item.ref): item for item in held.items.all()}
    found = {(item.kind, item.ref): item for item in items.current(held, now)}
    gone = [item.pk for key, item in known.items() if key not in found and not item.note]
    Item.objects.filter(pk__in=gone).delete()
    new = [item for key, item in found.items() if key not in known]
    Item.objects.bulk_create(new)
    changed = []
    for key, item in known.items():
        if key in found:
            item.at, item.severity, item.title = found[key].at, found[key].severity, found[key].title
            changed.append(item)
    Item.objects.bulk_update(changed, ["at", "severity", "title"])
    held.taken_at = now
    held.save(update_fields=["taken_at", "totals"])
    return len(new)


def _sign_error(held: Handover, came: int) -> dict[str, str]:
    if not held.text:
        return {"text": _("Write what happened in the shift; “nothing special” is an answer too.")}
    if came:
        message = _("Items that came in meanwhile: {number}. Look at them, then sign again.")
        return {"items": message.format(number=came)}
    return {}


def _seal(held: Handover, user: User, now: datetime) -> None:
    held.signed_at, held.signed_by, held.state = now, user, Handover.State.SIGNED
    held.digest = seal.signed_digest(held, list(held.items.all()))
    held.save()
    detail = _about(held) | {"digest": held.digest}
    record(verb=seal.SIGN, target=held, realm=held.realm, acting_user=user, detail=detail)


def _about(handover: Handover) -> dict[str, object]:
    return {
        "roster": handover.roster.slug,
        "outgoing": handover.outgoing_id,
        "starts": handover.shift_starts.isoformat(),
        "ends": handover.shift_ends.isoformat(),
    }
