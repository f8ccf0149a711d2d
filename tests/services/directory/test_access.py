"""Who may do what: one table, asked by lists, pages, REST and the wall."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.views import View
from rest_framework.request import Request

from services.directory import access, grants
from services.directory.access import AccessMixin, AccessPermission, Scope, UnknownActionError
from services.directory.actions import grant_role, rename_unit, revoke_role
from services.directory.models import Appointment, Person, Role, RoleGrant, User
from tests.services.directory.conftest import TODAY

NOBODY = AnonymousUser()
EVERYTHING = Scope(everything=True)


@pytest.fixture
def rows(person, position, unit, department):
    """Two appointments in communes, one in a department, one in the province: rows with a unit and a department."""
    for slug, place in (
        ("cong-chuc-xa", {"unit": unit("99001")}),
        ("cong-chuc-xa", {"unit": unit("99002")}),
        ("chuyen-vien", {"department": department("so-y-te")}),
        ("chu-tich-tinh", {}),
    ):
        Appointment.objects.create(person=person(), position=position(slug), valid_from=TODAY, **place)
    return Appointment.objects.all()


def test_every_cell_of_the_table_names_a_known_role():
    roles = {role for row in access.TABLE.values() for role in row}
    assert roles <= set(access.ROLES)
    assert set(access.ROLES) == {"anonymous", *Role.values}


def test_an_auditor_reads_everything_but_persons_and_writes_nothing():
    personal = {"subjects.read", "camera_pictures.read"}
    allowed = {action for action, row in access.TABLE.items() if "auditor" in row}
    writing = {"acknowledge", "shelve", "suppress", "resolve", "reopen", "merge", "act", "approve", "reject", "correct"}
    assert {action for action in access.TABLE if action.endswith(".read")} - personal <= allowed
    assert not personal & allowed
    assert not {action for action in allowed if action.rpartition(".")[2] in writing}


def test_only_the_centre_sees_who_reported():
    assert set(access.TABLE["subjects.read"]) == {"operator", "supervisor", "citizen"}
    assert access.TABLE["subjects.read"]["citizen"] == "own"


def test_nobody_sends_to_intake_with_a_session():
    assert access.TABLE["intake.send"] == {}


def test_an_operator_reaches_everything(account, rows):
    operator = account("operator")
    assert access.scope_of(operator, "tickets.read") == EVERYTHING
    assert access.limit(rows, operator, "tickets.read").count() == 4
    assert access.streams_of(operator) == ["province"]


def test_an_officer_reaches_the_own_commune(account, rows, unit):
    officer = account("officer", unit=unit("99001"))
    assert [row.unit.code for row in access.limit(rows, officer, "tickets.read")] == ["99001"]
    assert access.streams_of(officer) == ["unit:99001"]
    assert access.scope_of(officer, "tickets.approve") is None
    scope = access.scope_of(officer, "alerts.read")
    assert scope is not None
    assert scope.own is None, "what is one's own counts only where the table says so"


def test_an_officer_reaches_the_own_department(account, rows, department):
    officer = account("officer", department=department("so-y-te"))
    assert [row.department.slug for row in access.limit(rows, officer, "tickets.act")] == ["so-y-te"]
    assert access.streams_of(officer) == ["department:so-y-te"]


def test_roles_in_two_places_reach_both(account, rows, unit, department):
    user = account("officer", unit=unit("99001"))
    grant_role(user=user, role="head", department=department("so-y-te"), acting_user=None)
    assert access.limit(rows, user, "tickets.read").count() == 2
    assert [row.department.slug for row in access.limit(rows, user, "tickets.approve")] == ["so-y-te"]
    assert access.streams_of(user) == ["unit:99001", "department:so-y-te"]


def test_a_renamed_commune_keeps_its_officers(account, rows, unit):
    officer = account("officer", unit=unit("99001"))
    rename_unit(unit=unit("99001"), name="Ân", from_day=TODAY, acting_user=None)
    fresh = User.objects.get(pk=officer.pk)
    assert access.limit(rows, fresh, "tickets.read").count() == 1
    scope = access.scope_of(fresh, "tickets.read")
    assert scope is not None
    assert scope.covers(unit_id=unit("99001").pk)


def test_a_citizen_reaches_the_own_rows_only(account):
    citizen, other = account("citizen", name="one"), account("citizen", name="two")
    for user in (citizen, other):
        Person.objects.create(user=user, full_name="x", sort_key="x")
    own = access.limit(Person.objects.all(), citizen, "tickets.read", unit=None, department=None, owner="user")
    assert [person.user for person in own] == [citizen]
    assert access.streams_of(citizen) == []


def test_whoever_signs_in_is_at_least_a_citizen_and_a_superuser_is_an_administrator(account):
    assert access.roles_of(account(name="plain")) == {"citizen"}
    chief = User.objects.create(username="chief", is_superuser=True)
    assert access.may(chief, "admin.use")


def test_nobody_and_closed_accounts_reach_only_what_is_public(account, rows):
    closed = account("operator")
    closed.is_active = False
    for user in (NOBODY, closed):
        assert access.scope_of(user, "portal.use") == EVERYTHING
        assert access.scope_of(user, "tickets.read") is None
        assert not access.limit(rows, user, "tickets.read").exists()
        assert access.streams_of(user) == []


def test_a_wrong_action_is_an_error_not_a_refusal(account):
    with pytest.raises(UnknownActionError, match=r"tickets\.raed"):
        access.may(NOBODY, "tickets.raed")
    with pytest.raises(UnknownActionError, match=r"tickets\.raed"):
        access.access("tickets.raed")


def test_a_scope_covers_what_it_reaches():
    scope = Scope(units=frozenset({1}), departments=frozenset({2}), own=3)
    assert scope.covers(unit_id=1)
    assert scope.covers(department_id=2)
    assert scope.covers(owner_id=3)
    assert not scope.covers(unit_id=2, department_id=1, owner_id=1)
    assert not scope.covers()


def test_roles_are_read_in_one_statement_once_a_request(account, unit, django_assert_num_queries):
    officer = User.objects.get(pk=account("officer", unit=unit("99001")).pk)
    with django_assert_num_queries(1):
        access.scope_of(officer, "tickets.read")
        access.streams_of(officer)
        access.may(officer, "alerts.read")


def test_the_roles_of_many_are_read_in_one_statement_and_are_those_that_each_alone_has(
    account, unit, department, django_assert_num_queries
):
    made = [
        account("officer", unit=unit("99001")),
        account("officer", unit=unit("99002")),
        account("head", department=department("so-y-te")),
        account("operator"),
        account(),
    ]
    alone = {user.pk: (access.streams_of(user), access.roles_of(user)) for user in User.objects.all()}
    together = list(User.objects.filter(pk__in=[user.pk for user in made]))
    with django_assert_num_queries(1):
        grants.load_together(together)
        found = {user.pk: (access.streams_of(user), access.roles_of(user)) for user in together}
    assert found == {user.pk: alone[user.pk] for user in made}


def test_a_change_of_roles_is_noticed_at_once_and_counted(account):
    user = account("operator")
    assert access.may(user, "tickets.read")
    before = user.access_version
    revoke_role(grant=RoleGrant.objects.get(user=user), acting_user=None)
    fresh = User.objects.get(pk=user.pk)
    assert fresh.access_version == before + 1
    assert not access.may(fresh, "alerts.read")


# --- at the doors ----------------------------------------------------------------------------------------------------


@access.access("tickets.read")
def page(request):
    return HttpResponse("inside")


class Page(AccessMixin, View):
    access = "audit.read"

    def get(self, request):
        return HttpResponse("inside")


@pytest.mark.parametrize("view", [page, Page.as_view()])
def test_pages_ask_strangers_to_sign_in_and_hide_from_others(view, account):
    request = RequestFactory().get("/somewhere/?a=1")
    request.user = NOBODY
    assert view(request).url == "/accounts/login/?next=/somewhere/%3Fa%3D1"
    request.user = account("auditor")
    assert view(request).content == b"inside"


def test_pages_out_of_reach_are_not_found(account):
    request = RequestFactory().get("/somewhere/")
    request.user = account("citizen")
    with pytest.raises(Http404):
        Page.as_view()(request)


def test_a_guarded_page_tells_its_action():
    assert vars(page)["access"] == "tickets.read"
    assert Page.access == "audit.read"


def asked_by(user):
    request = Request(RequestFactory().get("/"))
    request.user = user
    return request


def test_rest_refuses_strangers_and_hides_from_others(account):
    view = SimpleNamespace(access="audit.read")
    assert AccessPermission().has_permission(asked_by(account("auditor")), view)
    assert not AccessPermission().has_permission(asked_by(NOBODY), view)
    with pytest.raises(Http404):
        AccessPermission().has_permission(asked_by(account("citizen")), view)


def test_a_rest_view_without_an_action_is_a_mistake():
    with pytest.raises(ImproperlyConfigured, match="names no access action"):
        AccessPermission().has_permission(asked_by(NOBODY), SimpleNamespace())
