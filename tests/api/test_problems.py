"""Whatever goes wrong below /api/, the answer is a problem document that says what to do next."""

import pytest
from django.conf import settings

from services.alerts import workflow as alert_workflow
from services.tickets import workflow as ticket_workflow
from tests.api.kit import assert_problem, caller, source
from tests.shape.addresses import addresses

NOWHERE = "019a0000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing/", "/api/alerts/nothing/", f"/api/alerts/{NOWHERE}/dance/", "/api/tickets/x/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_a_problem(world, path, method):
    assert_problem(getattr(caller(world, "operator"), method)(path), 404)


def test_a_page_that_does_not_exist_is_a_page(world):
    answer = caller(world, "operator").get("/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_missing_slash_is_forgiven_to_whoever_reads(world):
    answer = caller(world, "operator").get("/api/alerts")
    assert (answer.status_code, answer["Location"]) == (301, "/api/alerts/")


@pytest.mark.parametrize(
    "address", [a for a in addresses() if a.is_api and a.view is not None and a.route != "api/docs/"], ids=str
)
@pytest.mark.slow
def test_every_refusal_of_every_address_is_a_problem(world, address):
    """A stranger, whoever may not, a wrong method and a wrong representation."""
    path = address.path(world.far)
    names = ("anonymous", "citizen", "officer of a unit", "operator")
    answers = [caller(world, name).get(path) for name in names]
    answers += [caller(world, name).post(path) for name in names]
    who = "leader" if address.action == "tickets.direct" else "supervisor"  # whoever may not is told nothing of methods
    answers += [caller(world, who).client.delete(path)]
    answers += [caller(world, "operator").get(path, Accept="image/png")]
    refusals = [answer for answer in answers if answer.status_code >= 400]
    assert refusals
    for answer in refusals:
        assert_problem(answer, answer.status_code)
        assert answer.status_code < 500
    assert answers[-2].status_code in {401, 405}


def test_a_wrong_method_names_the_right_ones(world):
    answer = caller(world, "operator").client.put("/api/alerts/", {}, content_type="application/json")
    assert_problem(answer, 405)
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["/api/alerts/", "/api/boards/", "/api/directory/units.geojson"])
def test_a_representation_nobody_makes_is_406(world, path):
    assert_problem(caller(world, "operator").get(path, Accept="application/pdf"), 406)


@pytest.mark.parametrize("verb", ["acknowledge", "shelve"])
def test_another_media_type_is_415_and_broken_json_400(world, verb):
    client = world.client("operator")
    path = f"/api/alerts/{world.near['alert'].key}/{verb}/"
    assert_problem(client.post(path, "note=x", content_type="application/x-www-form-urlencoded"), 415)
    assert_problem(client.post(path, b'{"note": ', content_type="application/json"), 400)
    assert_problem(client.post(path, b"\xff\xfe", content_type="application/json"), 400)
    assert_problem(client.post(path, b"[1]", content_type="application/json"), 400)
    assert_problem(client.post(path, b'{"note": "\\u0000"}', content_type="application/json"), 400)


def test_a_stranger_is_refused_and_a_bad_token_named(world):
    assert_problem(caller(world, "anonymous").get("/api/alerts/"), 403)
    path = "/api/intake/field_reports/portal/"
    for headers in ({}, {"Authorization": "Token nonsense"}, {"Authorization": "Token"}, {"Authorization": "x " * 9}):
        answer = caller(world, "anonymous").post(path, {}, **headers)
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"] == "Token"
    assert_problem(source(world).post("/api/intake/cybersecurity/suricata/", {}), 403)
    assert_problem(source(world).post("/api/intake/nobody/nothing/", {}), 403)


def test_an_error_in_an_export_is_a_problem_too(world):
    assert_problem(caller(world, "operator").get("/api/alerts/?state=nonsense", Accept="text/csv"), 400)
    assert_problem(caller(world, "anonymous").get("/api/alerts/", Accept="text/csv"), 403)


def test_a_body_over_the_limit_is_413(world, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.IOC_INTAKE_MAX_BYTES = 1000
    path = f"/api/alerts/{world.near['alert'].key}/acknowledge/"
    assert_problem(caller(world, "operator").post(path, {"note": "x" * 2000}), 413)
    assert_problem(source(world).post("/api/intake/field_reports/portal/", [{"x": "y" * 2000}]), 413)


def test_what_breaks_is_a_problem_without_its_inside(world, monkeypatch):
    def broken(*args, **more):
        message = "secret words"
        raise RuntimeError(message)

    monkeypatch.setattr("services.alerts.selectors.visible", broken)
    answer = caller(world, "operator").get("/api/alerts/")
    assert_problem(answer, 500)
    assert b"secret" not in answer.content


def test_an_unreachable_database_is_503(world, monkeypatch):
    from django.db import OperationalError  # noqa: PLC0415 - named where it is raised

    def broken(*args, **more):
        raise OperationalError

    monkeypatch.setattr("services.alerts.selectors.visible", broken)
    assert_problem(caller(world, "operator").get("/api/alerts/"), 503)


def test_an_illegal_verb_of_an_alert_names_the_legal_ones(world):
    desk = caller(world, "supervisor")
    path = f"/api/alerts/{world.near['alert'].key}"
    assert desk.post(f"{path}/acknowledge/").status_code == 200
    body = assert_problem(desk.post(f"{path}/acknowledge/"), 409)
    assert (body["state"], body["legal"]) == ("acknowledged", alert_workflow.legal_verbs("acknowledged"))


@pytest.mark.parametrize("verb", [v for v in ticket_workflow.VERBS if "new" not in ticket_workflow.TRANSITIONS[v]])
def test_an_illegal_verb_of_a_ticket_names_the_legal_ones(world, verb):
    desk = caller(world, "supervisor")
    body = assert_problem(desk.post(f"/api/tickets/{world.near['ticket'].key}/{verb}/", {"note": "x"}), 409)
    assert (body["state"], body["legal"]) == ("new", ticket_workflow.legal_verbs("new"))


def test_a_field_that_a_rule_refuses_is_named(world):
    desk = caller(world, "supervisor")
    body = assert_problem(desk.post(f"/api/alerts/{world.near['alert'].key}/suppress/", {}), 400)
    assert list(body["errors"]) == ["reason"]
    body = assert_problem(desk.post(f"/api/alerts/{world.near['alert'].key}/shelve/", {"minutes": "soon"}), 400)
    assert list(body["errors"]) == ["minutes"]


def test_problems_speak_the_readers_language(world):
    desk = caller(world, "supervisor")
    path = f"/api/alerts/{world.near['alert'].key}/merge/"
    english = assert_problem(desk.post(path, {}, **{"Accept-Language": "en"}), 400)
    assert english["errors"] == {"into": ["name another open alert"]}


def test_a_session_without_a_csrf_token_writes_nothing(world):
    client = world.client("supervisor", enforce_csrf_checks=True)
    path = f"/api/alerts/{world.near['alert'].key}/acknowledge/"
    assert_problem(client.post(path, {}, content_type="application/json"), 403)
    page = client.get("/wall/")
    token = page.cookies[settings.CSRF_COOKIE_NAME].value
    assert client.post(path, {}, content_type="application/json", headers={"X-CSRFToken": token}).status_code == 200
