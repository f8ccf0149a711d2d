"""The directory in the admin: corrections keep what follows from them in step, and everything is recorded."""

import pytest

from services.audit.models import AuditEntry
from services.directory import access
from services.directory.actions import register_subject
from services.directory.models import Department, Person, Position, RoleGrant, Rung, Subject, Unit, User

ADMIN = "/admin/directory/"
NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}


def below(prefix, **rows):
    """Return the form data of the rows below a page."""
    return {f"{prefix}-{key}": value for key, value in {**NO_ROWS, **rows}.items()}


@pytest.fixture
def browser(client, account):
    """A browser signed in as an administrator by role, not by Django's own flags alone."""
    client.force_login(account("admin", name="chief"))
    return client


@pytest.mark.parametrize("model", [Unit, Department, Position, Rung, Person, User, Subject])
def test_every_list_and_page_opens(browser, unit, person, account, model):
    person()
    register_subject(realm="live", name="x")
    assert browser.get(f"{ADMIN}{model._meta.model_name}/").status_code == 200
    row = model.objects.first()
    assert row is not None
    assert browser.get(f"{ADMIN}{model._meta.model_name}/{row.pk}/change/").status_code == 200


@pytest.mark.parametrize("page", ["dutyroster", "dutyshift"])
def test_duty_pages_open(browser, page):
    assert browser.get(f"{ADMIN}{page}/").status_code == 200


def test_whoever_is_no_administrator_stays_outside(client, account):
    client.force_login(account("supervisor"))
    assert client.get(f"{ADMIN}unit/").status_code == 404


def test_a_list_of_units_takes_the_same_statements_whatever_its_length(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        browser.get(f"{ADMIN}unit/")


def test_a_corrected_name_is_found_by_searching(browser, unit):
    row = unit("99001")
    data = {"kind": "Phường", "name": "Ân", "name_en": "", "aliases": "Ơn", "parent": row.parent_id, "valid_to": ""}
    response = browser.post(f"{ADMIN}unit/{row.pk}/change/", {**data, **below("successor_links")})
    assert response.status_code == 302
    row = unit("99001")
    assert (row.full_name, row.search_name, row.code) == ("Phường Ân", "phuong an | on", "99001")
    entry = AuditEntry.objects.get(target=f"unit:{row.public_id}")
    assert (entry.verb, "name" in entry.detail["fields"]) == ("change", True)


def test_a_person_is_added_with_what_lists_sort_by(browser):
    data = {"full_name": "H'Hen  Niê", "called_name": "", "phone": "", "email": "", "user": ""}
    browser.post(f"{ADMIN}person/add/", {**data, **below("appointments")})
    person = Person.objects.get()
    assert (person.full_name, person.called_name, person.sort_key) == ("H'Hen Niê", "H'Hen", "Hen H'Hen Niê")


def test_roles_are_granted_and_revoked_through_the_actions(browser, account, department):
    user, place = account(name="somebody"), department("so-y-te").pk
    page = f"{ADMIN}user/{user.pk}/change/"
    data = {"username": "somebody", "email": "", "language": "vi", "is_active": "on"}
    new = {"0-id": "", "0-user": user.pk, "0-role": "officer", "0-unit": "", "0-department": place}
    browser.post(page, {**data, **below("grants", TOTAL_FORMS="1", **new)})
    grant = RoleGrant.objects.get(user=user)
    assert access.streams_of(User.objects.get(pk=user.pk)) == ["department:so-y-te"]

    held = {**new, "0-id": grant.pk, "0-role": "head"}
    browser.post(page, {**data, **below("grants", TOTAL_FORMS="1", INITIAL_FORMS="1", **held)})
    grant = RoleGrant.objects.get(user=user)
    assert grant.role == "head"

    gone = {**held, "0-id": grant.pk, "0-DELETE": "on"}
    browser.post(page, {**data, **below("grants", TOTAL_FORMS="1", INITIAL_FORMS="1", **gone)})
    assert not RoleGrant.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert user.access_version == 4
    chief = User.objects.get(username="chief")
    verbs = AuditEntry.objects.filter(target=f"user:{user.pk}", actor_id=chief.pk).order_by("pk")
    assert [v for v in verbs.values_list("verb", flat=True) if v != "change"] == [
        "grant_role",
        "revoke_role",
        "grant_role",
        "revoke_role",
    ]


def test_values_of_citizens_are_not_shown_and_can_be_erased(browser):
    subject = register_subject(realm="live", name="Trần Thị Kín", phone="0905000111")
    page = browser.get(f"{ADMIN}subject/{subject.pk}/change/").content.decode()
    assert "Kín" not in page
    assert "0905000111" not in page
    browser.post(f"{ADMIN}subject/", {"action": "erase", "_selected_action": [subject.pk]})
    assert Subject.objects.get().erased_at is not None


def test_units_and_subjects_are_not_added_by_hand(browser):
    assert browser.get(f"{ADMIN}unit/add/").status_code == 403
    assert browser.get(f"{ADMIN}subject/add/").status_code == 403
