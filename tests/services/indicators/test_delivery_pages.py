"""The delivery pages through the browser's eyes: what is owed, the template, sending, what became of it, closing."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from services.audit.models import AuditEntry
from services.indicators import periods
from services.indicators.actions import close_period
from services.indicators.models import ClosedPeriod, Revision, Workbook
from services.indicators.workbooks import processing
from services.kernel import clock
from tests.services.indicators.books import book, row, saved
from tests.services.indicators.kit import AN, BINH, CAT, PROVINCE, define, definition, give, value

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 4, 2, tzinfo=UTC)
"""A Wednesday: October is due from so-xay-dung tomorrow, from the communes today."""
DUTIES = "/indicators/deliver/"
OCTOBER = f"{DUTIES}duties/xay-dung-thang/2026-10/"
FIRMS = f"{DUTIES}duties/doanh-nghiep-xa/2026-10/"
CODES = ("budget_revenue", "budget_spending")
HOSTILE = "<script>alert(1)</script>.xlsx"


@pytest.fixture(autouse=True)
def _land(land):
    define(
        definition("budget_revenue", owner="so-tai-chinh", measure="tỷ đồng"),
        definition("budget_spending", owner="so-xay-dung", measure="tỷ đồng"),
        definition("firms_new", over_area="sum"),
        definition("deposits", owner="so-y-te"),
    )
    clock.move("demo", TODAY - clock.now("demo"))


@pytest.fixture
def officer(land):
    return as_(land.user("Hạnh", "officer", department="so-xay-dung"))


@pytest.fixture
def head(land):
    return as_(land.user("Dũng", "head", department="so-xay-dung"))


@pytest.fixture
def commune(land):
    return as_(land.user("Vy", "officer", unit=AN))


def as_(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def revenue(value: Any = 120.5, spending: Any = 80, period="2026-10"):
    return book(
        row("budget_revenue", PROVINCE, period, value, "tỷ đồng"),
        row("budget_spending", PROVINCE, period, spending, "tỷ đồng"),
    )


def post(client, address, made, name="thang-10.xlsx", headers=None, **fields):
    body = made if isinstance(made, bytes) else saved(made)
    return client.post(f"{address}send/", {"file": SimpleUploadedFile(name, body), **fields}, headers=headers)


def work():
    while processing.process_due():
        pass


def sent(client, address, made, **more):
    """Send a workbook, let the worker work, and return its page's address."""
    answer = post(client, address, made, **more)
    assert answer.status_code == 302, answer.content.decode()
    work()
    return answer.url


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_nobody_reads_without_signing_in_and_a_citizen_finds_nothing(land, client):
    for address in (DUTIES, OCTOBER, f"{DUTIES}workbooks/", f"{DUTIES}other/"):
        answer = client.get(address)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")
        assert as_(land.user(f"Dân {address}", "citizen")).get(address).status_code == 404


def test_a_department_sees_its_own_duties_a_commune_its_own_and_the_centre_all(land, officer, commune):
    def shown(client):
        return set(re.findall(r"/duties/([a-z-]+)/2026-10/\"", client.get(DUTIES).content.decode()))

    assert shown(officer) == {"xay-dung-thang", "doanh-nghiep-xa"}
    assert shown(commune) == {"doanh-nghiep-xa"}
    assert shown(as_(land.user("Sơn", "officer", department="so-y-te"))) == {"y-te-thang"}
    everything = shown(as_(land.user("Một", "operator")))
    assert everything > {"xay-dung-thang", "doanh-nghiep-xa", "y-te-thang"}
    leader = as_(land.user("Ba", "leader"))
    assert shown(leader) == everything
    assert "/template/" not in leader.get(DUTIES).content.decode(), "a leader looks and sends nothing"


def test_what_is_another_offices_or_never_owed_is_not_found(land, officer, commune):
    assert commune.get(OCTOBER).status_code == 404
    assert as_(land.user("Sơn", "head", department="so-y-te")).get(OCTOBER).status_code == 404
    for never in ("xay-dung-thang/2025-12", "xay-dung-thang/2026-Q3", "xay-dung-thang/2026-13", "nothing/2026-10"):
        assert officer.get(f"{DUTIES}duties/{never}/").status_code == 404, never


def test_days_are_said_in_words(officer):
    told = text_of(officer, DUTIES)
    assert "1 day left" in told, "October is due on the fifth"
    assert "30 days late" in told, "September was due on 5 October"
    assert "Today is the last day" in told, "of the communes' October: the third working day"
    give(*((code, PROVINCE, "2026-10", 1) for code in CODES), realm="demo")
    give(*((code, PROVINCE, "2026-09", 1) for code in CODES), realm="demo")
    after = text_of(officer, DUTIES)
    assert "in time" in after.lower()
    assert "30 days late" in after, "delivered, and late"
    assert "Delivered in part" not in after
    give(("firms_new", AN, "2026-10", 4), realm="demo")
    assert "Delivered in part 1/3" in text_of(officer, DUTIES)


def test_values_are_shown_as_they_were_given_and_numbers_in_the_readers_way(land):
    give(("budget_revenue", PROVINCE, "2026-10", 1200.5), ("budget_spending", PROVINCE, "2026-10", 900), realm="demo")
    user = land.user("Hà", "officer", department="so-xay-dung")
    assert "1.200,5" in text_of(as_(user, "vi"), OCTOBER).split()
    assert {"1,200.5", "900"} <= set(text_of(as_(user), OCTOBER).split())


def test_a_commune_sees_only_its_own_values(commune):
    give(("firms_new", AN, "2026-10", 4), ("firms_new", BINH, "2026-10", 777), realm="demo")
    told = text_of(commune, FIRMS)
    assert "Delivered" in told
    assert "777" not in told


def test_a_department_sees_which_communes_lack(officer):
    give(("firms_new", AN, "2026-10", 4), realm="demo")
    told = text_of(officer, FIRMS)
    assert "1/3" in told
    assert "2 communes have not delivered everything" in told


def test_the_same_statements_whatever_there_is(land, officer):
    """Session, user, grants; person, post; clock, units, calendar, editions; sheets, closed; departments, senders."""

    def statements(address):
        with CaptureQueriesContext(connection) as taken:
            assert officer.get(address).status_code == 200
        return [query["sql"] for query in taken]

    lists = (DUTIES, OCTOBER, f"{DUTIES}workbooks/")
    sent(officer, OCTOBER, revenue(1))
    for address in lists:
        statements(address)
    few = {address: len(statements(address)) for address in lists}
    for number in range(2, 9):
        sent(officer, OCTOBER, revenue(number), name=f"{number}.xlsx")
    give(*(("firms_new", unit, f"2026-{m:02d}", m) for unit in (AN, BINH, CAT) for m in range(7, 11)), realm="demo")
    for address in lists:
        many = statements(address)
        assert len(many) == few[address], "\n".join(many)
        assert len(many) <= 22, "\n".join(many)


# --- template --------------------------------------------------------------------------------------------------------


def cells(answer):
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [line[:7] for line in page.iter_rows(min_row=2, values_only=True)]


def test_the_template_holds_what_is_known_and_what_was_derived_stays_out(officer, commune):
    define(definition("budget_spending", owner="so-xay-dung", over_area="sum"))
    give(("budget_revenue", PROVINCE, "2026-10", 120.5), ("firms_new", AN, "2026-10", 4),
         ("budget_spending", AN, "2026-10", 9), realm="demo")  # fmt: skip
    assert value("budget_spending", PROVINCE, "2026-10", realm="demo") == 9
    answer = officer.get(f"{OCTOBER}template/")
    assert "xay-dung-thang-2026-10.xlsx" in answer["Content-Disposition"]
    (first, second) = cells(answer)
    assert (first[0], first[3], first[5], first[6]) == ("budget_revenue", PROVINCE, "2026-10", 120.5)
    assert (second[0], second[6]) == ("budget_spending", None)
    assert [(line[3], line[6]) for line in cells(officer.get(f"{FIRMS}template/"))] == [
        (AN, 4), (BINH, None), (CAT, None)]  # fmt: skip
    ((code, _name, _measure, unit, named, *_rest),) = cells(commune.get(f"{FIRMS}template/"))
    assert (code, unit, named) == ("firms_new", AN, "Phường An")


def test_a_template_filled_in_comes_back_as_values(officer):
    made = openpyxl.load_workbook(io.BytesIO(officer.get(f"{OCTOBER}template/").content))
    for line, number in ((2, 120.5), (3, "80,25")):
        made.worksheets[0].cell(line, 7).value = number
    told = text_of(officer, sent(officer, OCTOBER, made))
    assert "All values are stored" in told
    assert [value(code, PROVINCE, "2026-10", realm="demo") for code in CODES] == [120.5, 80.25]
    assert "New 2 Revised 0 Unchanged 0" in told
    assert "thang-10.xlsx" in text_of(officer, OCTOBER)
    assert "Delivered" in text_of(officer, OCTOBER)


# --- sending ---------------------------------------------------------------------------------------------------------


def test_a_workbook_is_followed_from_its_arrival_to_its_end(officer):
    answer = post(officer, OCTOBER, revenue(), headers={"hx-request": "true"})
    there = answer["HX-Redirect"]
    assert answer.status_code == 204
    assert "hx-trigger" in officer.get(there).content.decode()
    fragment = officer.get(there, headers={"hx-request": "true"})
    assert (fragment.status_code, b"<html" in fragment.content) == (200, False)
    row_ = Workbook.objects.get()
    Workbook.objects.update(state="checking", total=8, position=2)
    assert "Row 2 of 8 checked" in text_of(officer, there)
    Workbook.objects.update(state=row_.state)
    work()
    fragment = officer.get(there, headers={"hx-request": "true"})
    assert fragment.status_code == 286, "htmx stops asking"
    assert b"hx-trigger" not in fragment.content
    assert (row_.department, row_.duty, row_.period, row_.unit) == ("so-xay-dung", "xay-dung-thang", "2026-10", "")


def test_a_refused_one_says_what_where_why_and_how_to_mend_it(officer, land):
    made = book(
        row("budget_revenue", PROVINCE, "2026-10", "mười", "tỷ đồng"),
        row("budget_spending", PROVINCE, "2026-09", 80, "triệu đồng"),
        row("deposits", PROVINCE, "2026-10", 3),
    )
    there = sent(officer, OCTOBER, made)
    told = text_of(officer, there)
    assert "4 errors; nothing was stored" in told
    assert "F2 Số liệu" in told
    assert "mười" in told
    for cell in ("C3", "E3", "A4"):
        assert f"{cell} Số liệu" in told
    for error in Workbook.objects.get().errors:
        assert error["hint"], error
    assert value("budget_spending", PROVINCE, "2026-09", realm="demo") is None
    copy = officer.get(f"{there}marked/")
    page = openpyxl.load_workbook(io.BytesIO(copy.content)).worksheets[0]
    assert page["F2"].fill.start_color.rgb.endswith("FFC7CE")
    assert "→" in page["F2"].comment.text
    stranger = as_(land.user("Sơn", "head", department="so-y-te"))
    assert stranger.get(there).status_code == 404
    assert stranger.get(f"{there}marked/").status_code == 404


def test_who_owes_a_figure_by_a_duty_may_send_it_whoever_owns_it_and_nothing_else(officer):
    there = sent(officer, OCTOBER, book(row("deposits", PROVINCE, "2026-10", 3)))
    assert "1 error; nothing was stored" in text_of(officer, there)
    assert Workbook.objects.get().errors[0]["cell"] == "A2"
    assert "All values are stored" in text_of(officer, sent(officer, OCTOBER, revenue()))


def test_a_commune_sends_its_own_values_and_its_department_sees_them(commune, officer, land):
    there = sent(commune, FIRMS, book(row("firms_new", AN, "2026-10", 4)))
    assert "All values are stored" in text_of(commune, there)
    assert "All values are stored" in text_of(officer, there)
    other = as_(land.user("Tâm", "officer", unit=BINH))
    assert other.get(there).status_code == 404
    assert Workbook.objects.get().unit == AN
    assert "sent back" in text_of(other, sent(other, FIRMS, book(row("firms_new", AN, "2026-10", 5)))).lower()
    assert value("firms_new", AN, "2026-10", realm="demo") == 4


def test_the_same_file_twice_links_to_the_first_unless_that_is_anothers(officer, commune, land):
    made = saved(book(row("firms_new", AN, "2026-10", 4)))
    first = sent(officer, FIRMS, made)
    second = sent(officer, FIRMS, made)
    assert first in officer.get(second).content.decode()
    third = sent(as_(land.user("Tâm", "officer", unit=BINH)), FIRMS, made)
    told = as_(land.user("Tư", "officer", unit=BINH)).get(third).content.decode()
    assert first not in told
    assert "stored before" in told


def test_a_closed_period_takes_a_change_with_a_reason_only(officer):
    give(("budget_revenue", PROVINCE, "2026-10", 100), realm="demo")
    close_period(realm="demo", codes=["budget_revenue"], period=periods.parse("2026-10"))
    refused = sent(officer, OCTOBER, revenue())
    assert "1 error; nothing was stored" in text_of(officer, refused)
    told = text_of(officer, sent(officer, OCTOBER, revenue(), reason="  Số chính thức   của Kho bạc "))
    assert "New 1 Revised 1 Unchanged 0" in told
    assert "Số chính thức của Kho bạc" in told
    change = Revision.objects.get()
    assert (change.after_close, change.reason) == (True, "Số chính thức của Kho bạc")


def test_without_a_file_or_with_too_large_a_one_the_form_says_so(officer, settings):
    answer = officer.post(f"{OCTOBER}send/", {"reason": "Vì sao"})
    assert answer.status_code == 422
    assert "Choose the file to send." in answer.content.decode()
    assert "Vì sao" in answer.content.decode(), "what was typed is still there"
    assert "maxlength" in answer.content.decode()
    settings.IOC_INTAKE_MAX_BYTES = 10
    assert post(officer, OCTOBER, revenue()).status_code == 422
    settings.IOC_INTAKE_MAX_BYTES = 1 << 20
    assert post(officer, OCTOBER, revenue(), reason="x" * 501).status_code == 422
    assert officer.post(f"{DUTIES}other/send/", {}).status_code == 422
    assert not Workbook.objects.exists()


def test_names_and_reasons_are_shown_as_they_are_and_run_nothing(officer):
    there = sent(officer, OCTOBER, revenue(), name=HOSTILE.replace("/", ""), reason=HOSTILE)
    for address in (there, f"{DUTIES}workbooks/", OCTOBER):
        assert b"<script>alert" not in officer.get(address).content, address


def test_a_workbook_of_no_duty_has_its_own_form(officer, land):
    assert "so-xay-dung" not in text_of(officer, f"{DUTIES}other/")
    there = sent(officer, f"{DUTIES}other/", book(row("budget_spending", PROVINCE, "2025", 900, "tỷ đồng")))
    assert "All values are stored" in text_of(officer, there)
    everything = as_(land.user("Một", "operator"))
    made = book(row("deposits", PROVINCE, "2025-12", 3), row("firms_new", AN, "2025-12", 3))
    assert "All values are stored" in text_of(everything, sent(everything, f"{DUTIES}other/", made))
    assert Workbook.objects.latest("pk").department == ""


def test_the_stored_values_are_linked_to_where_all_figures_are_looked_at(officer):
    made = book(row("budget_revenue", PROVINCE, "2026-09", 1), row("budget_spending", PROVINCE, "2026-10", 2),
                row("budget_spending", PROVINCE, "2025", 2))  # fmt: skip
    page = officer.get(sent(officer, f"{DUTIES}other/", made)).content.decode()
    there = "/indicators/?codes=budget_revenue,budget_spending&first=2026-09&last=2026-10"
    assert f'href="{escape(there)}"' in page
    assert officer.get(there).status_code == 200


# --- the list --------------------------------------------------------------------------------------------------------


def names(client, query=""):
    page = client.get(f"{DUTIES}workbooks/{query}").content.decode()
    return re.findall(r'class="c-t"><a href="[^"]+">([^<]+)</a>', page)


def test_the_list_is_scoped_filtered_and_paged(officer, commune, land):
    sent(officer, OCTOBER, revenue(), name="a.xlsx")
    sent(officer, OCTOBER, revenue("x"), name="b.xlsx")
    sent(commune, FIRMS, book(row("firms_new", AN, "2026-10", 4)), name="c.xlsx")
    assert names(officer) == ["c.xlsx", "b.xlsx", "a.xlsx"]
    assert names(commune) == ["c.xlsx"]
    assert names(as_(land.user("Ba", "leader"))) == names(as_(land.user("Một", "operator"))) == names(officer)
    assert names(as_(land.user("Sơn", "head", department="so-y-te"))) == []
    assert names(officer, "?state=refused") == ["b.xlsx"]
    assert names(officer, "?state=nonsense&period=never&page=x") == names(officer)
    assert names(officer, "?department=so-y-te") == []
    assert names(officer, "?period=2026-10&state=stored") == ["c.xlsx", "a.xlsx"]
    assert "No workbook fits these filters" in text_of(officer, f"{DUTIES}workbooks/?period=2020-01")
    Workbook.objects.bulk_create(
        Workbook(realm="demo", name=f"{n}.xlsx", digest=bytes([n]), department="so-xay-dung", state="stored",
                 received_at=TODAY) for n in range(60)
    )  # fmt: skip
    assert len(names(officer)) == 50
    assert len(names(officer, "?page=2")) == 13
    assert "?page=2" in officer.get(f"{DUTIES}workbooks/").content.decode()


def test_the_list_says_who_sent_it_and_what_became_of_it(officer):
    sent(officer, OCTOBER, revenue())
    sent(officer, OCTOBER, revenue("x"))
    told = text_of(officer, f"{DUTIES}workbooks/")
    assert "Nguyễn Hạnh" in told
    assert "2 values" in told
    assert "1 error" in told


# --- closing ---------------------------------------------------------------------------------------------------------


def test_the_head_closes_a_period_with_a_reason(head, officer, land):
    assert f"{OCTOBER}close/" not in officer.get(OCTOBER).content.decode()
    assert officer.post(f"{OCTOBER}close/", {"reason": "x"}).status_code == 404
    assert f"{OCTOBER}close/" in head.get(OCTOBER).content.decode()
    assert head.post(f"{OCTOBER}close/", {"reason": "  "}).status_code == 422
    assert not ClosedPeriod.objects.exists()
    answer = head.post(f"{OCTOBER}close/", {"reason": "Số liệu chính thức"}, follow=True)
    assert "The period is closed." in answer.content.decode()
    closed = ClosedPeriod.objects.filter(realm="demo", period="2026-10")
    assert {(one.indicator.code, one.reason) for one in closed} == {(code, "Số liệu chính thức") for code in CODES}
    entry = AuditEntry.objects.get(verb="close_period")
    assert (entry.detail["reason"], entry.actor_id) == ("Số liệu chính thức", closed[0].actor_id)
    page = head.get(OCTOBER).content.decode()
    assert f"{OCTOBER}close/" not in page, "it is not closed twice"
    assert "This period is closed: a change needs a reason." in page


def test_who_does_not_answer_for_figures_closes_none(land):
    for name, place in (("Sơn", {"department": "so-y-te"}), ("Xã", {"unit": AN})):
        client = as_(land.user(name, "head", **place))
        assert client.post(f"{OCTOBER}close/", {"reason": "x"}).status_code == 404
        assert client.post(f"{FIRMS}close/", {"reason": "x"}).status_code == 404
    assert not ClosedPeriod.objects.exists()


def test_a_period_that_runs_is_not_closed(head):
    november = f"{DUTIES}duties/xay-dung-thang/2026-11/"
    assert f"{november}close/" not in head.get(november).content.decode()
    assert head.post(f"{november}close/", {"reason": "x"}).status_code == 422
    assert not ClosedPeriod.objects.exists()


def close_by_api(client, **more):
    body = {"codes": list(CODES), "period": "2026-10", "reason": "Chính thức", **more}
    return client.post("/api/indicators/periods/close/", body, content_type="application/json")


def test_periods_close_over_the_api_too(head, officer, land):
    assert close_by_api(officer).status_code == 404
    assert close_by_api(head, codes=["deposits"]).status_code == 404
    assert close_by_api(head, codes=["nothing"]).status_code == 404
    refused: list[dict[str, Any]] = [{"reason": ""}, {"period": "soon"}, {"period": "2026-11"}, {"codes": []}]
    for wrong in refused:
        assert close_by_api(head, **wrong).status_code == 400, wrong
    assert close_by_api(head).json() == {"period": "2026-10", "closed": 2}
    assert close_by_api(head).json() == {"period": "2026-10", "closed": 0}
    assert close_by_api(as_(land.user("Một", "operator")), codes=["deposits"], period="2026-Q3").json()["closed"] == 1
    assert AuditEntry.objects.filter(verb="close_period").count() == 2


# --- between the workspaces ------------------------------------------------------------------------------------------


def test_tickets_and_figures_lead_to_each_other(officer, land):
    assert f'href="{DUTIES}"' in officer.get("/tickets/").content.decode()
    assert 'href="/tickets/"' in officer.get(DUTIES).content.decode()
    assert f'href="{DUTIES}"' in as_(land.user("Ba", "leader")).get("/tickets/").content.decode()
    assert f'href="{DUTIES}"' not in as_(land.user("Dân", "citizen")).get("/tickets/").content.decode()
