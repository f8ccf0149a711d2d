"""Screens let in, changed and sent away."""

from django.db import transaction
from django.utils.crypto import get_random_string

from services.audit.actions import record
from services.directory.actions import grant_role
from services.directory.models import Department, Unit, User
from services.directory.models.people import Role
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.screens import pairing
from services.screens.models import Screen
from services.screens.rules import Plan, plan_errors
from services.wall.actions import account_changed
from services.wall.boards import boards


@transaction.atomic
def admit(
    *,
    realm: str,
    code: str,
    plan: Plan,
    unit: Unit | None = None,
    department: Department | None = None,
    acting_user: User | None,
) -> Screen:
    """Let the screen in that shows ``code``, for the province or one place; UnknownCodeError, InvalidInputError."""
    _check(plan)
    waiting = pairing.of_code(code)
    user = User(username=f"screen.{get_random_string(10, 'abcdefghjkmnpqrstuvwxyz23456789')}", realm=realm)
    user.set_unusable_password()
    user.save()
    role = Role.LOCAL_KIOSK if unit or department else Role.KIOSK
    grant_role(user=user, role=role, unit=unit, department=department, acting_user=acting_user)
    screen = Screen.objects.create(
        realm=realm, user=user, admitted_by=acting_user, admitted_at=clock.now(realm), **_columns(plan)
    )
    waiting.screen = screen
    waiting.save(update_fields=["screen"])
    record(verb="admit_screen", target=screen, realm=realm, acting_user=acting_user, detail=_detail(plan))
    return screen


@transaction.atomic
def change(*, screen: Screen, plan: Plan, acting_user: User | None) -> None:
    """Show something else on a screen: it follows within a minute. InvalidInputError says what is wrong."""
    _check(plan)
    held = Screen.objects.select_for_update().get(pk=screen.pk)
    for name, value in _columns(plan).items():
        setattr(held, name, value)
    held.save(update_fields=list(_columns(plan)))
    record(verb="change_screen", target=held, realm=held.realm, acting_user=acting_user, detail=_detail(plan))


@transaction.atomic
def revoke(*, screen: Screen, acting_user: User | None) -> None:
    """Send a screen away: its sessions end and its sockets close at once. Twice is once."""
    held = Screen.objects.select_for_update().select_related("user").get(pk=screen.pk)
    if held.revoked_at is not None:
        return
    held.revoked_at = clock.now(held.realm)
    held.save(update_fields=["revoked_at"])
    User.objects.filter(pk=held.user.pk).update(is_active=False)
    record(verb="revoke_screen", target=held, realm=held.realm, acting_user=acting_user)
    account_changed(held.user.pk)


def saw(*, screen: Screen) -> None:
    """Note that a screen loaded its page."""
    Screen.objects.filter(pk=screen.pk).update(seen_at=clock.now(screen.realm))


def _check(plan: Plan) -> None:
    errors = plan_errors(plan, {board.slug for board in boards()})
    if errors:
        raise InvalidInputError(errors)


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.name.strip(),
        "boards": list(plan.boards),
        "turn": plan.turn,
        "forward_from": plan.forward_from,
    }


def _detail(plan: Plan) -> dict[str, object]:
    return {"name": plan.name.strip(), "boards": list(plan.boards), "turn": plan.turn}
