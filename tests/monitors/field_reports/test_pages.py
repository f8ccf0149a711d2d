"""The citizens' pages: one form becomes one report, nothing typed is lost, the follow page tells the truth."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.views.defaults import server_error

from monitors.field_reports.models import Report, Status, StatusEvent
from monitors.field_reports.pages import time_left
from monitors.field_reports.selectors import report_by_code
from services.directory.models import Subject
from services.kernel import clock
from services.kernel.ids import new_public_id

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> & {{ 7|add:7 }}"
WORDS = {"unit": "99001", "description": "Ổ gà sâu giữa đường", "category": "giao-thong", "inform": "anonymous"}
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def form_of(client):
    """Return what an untouched form sends."""
    return {"key": key_in(client.get("/report/").content.decode())}


def key_in(page):
    return re.findall(r'name="key" value="([^"]+)"', page)[0]


def send(client, **typed):
    return client.post("/report/", {**form_of(client), **WORDS, **typed})


def sent_code(answer):
    assert answer.status_code == 302, answer.content.decode()
    return answer.url.rstrip("/").rpartition("/")[2]


def test_the_home_page_offers_what_monitors_registered_and_the_packs_hotline(province, client):
    page = client.get("/").content.decode()
    assert 'href="/report/"' in page
    assert 'href="/follow/"' in page
    assert "0299.1099" in page
    assert 'href="tel:02991099"' in page


def test_a_report_gets_a_code_and_its_page_says_that_it_was_sent(province, english):
    code = sent_code(send(english))
    report = Report.objects.get()
    assert report.code == code
    assert (report.unit, report.category, report.description) == ("99001", "giao-thong", "Ổ gà sâu giữa đường")
    assert code in english.get(f"/report/sent/{code}/").content.decode()
    followed = english.get(f"/follow/{code}/").content.decode()
    assert "You sent the report" in followed
    assert "Next it goes to the office in charge" in followed
    assert "Work begins" in followed, "what is still to come stands there too"


def test_only_where_and_what_are_required(province, client):
    typed = form_of(client)
    assert client.post("/report/", {**typed, "unit": "99001", "description": "x"}).status_code == 302
    assert client.post("/report/", {**form_of(client), "address": "chợ An", "description": "x"}).status_code == 302
    place = {"lon": "110.05", "lat": "10.1", "accuracy": "12"}
    assert client.post("/report/", {**form_of(client), **place, "description": "x"}).status_code == 302
    assert Report.objects.count() == 3
    assert not Report.objects.exclude(subject=None).exists()


def test_a_double_tap_and_a_reload_stay_one_report(province, client):
    typed = {**form_of(client), **WORDS}
    codes = {sent_code(client.post("/report/", typed)) for _tap in range(3)}
    assert len(codes) == 1
    assert Report.objects.count() == 1


def test_another_report_from_a_form_already_sent_is_asked_about_not_swallowed(province, english):
    typed = {**form_of(english), **WORDS}
    first = sent_code(english.post("/report/", typed))
    again = english.post("/report/", {**typed, "description": "Một cái cây đổ"})
    assert again.status_code == 422
    page = again.content.decode()
    assert first in page
    assert "Một cái cây đổ" in page
    key = key_in(page)
    assert sent_code(english.post("/report/", {**typed, "description": "Một cái cây đổ", "key": key})) != first
    assert Report.objects.count() == 2


def test_a_forged_key_is_a_new_one(province, client):
    send(client, key="someone-elses-id")
    send(client, key="")
    assert Report.objects.count() == 2
    assert not Report.objects.filter(external_id="someone-elses-id").exists()


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"description": "  "}, "description"),
        ({"unit": "", "address": ""}, "unit"),
        ({"unit": "66666"}, "unit"),
        ({"unit": "", "lon": "100", "lat": "50"}, "lon"),
        ({"category": "nothing-like-it"}, "category"),
        ({"inform": "phone", "phone": "call me"}, "phone"),
        ({"inform": "phone", "phone": ""}, "phone"),
        ({"inform": "phone", "name": "x" * 151}, "name"),
        ({"description": "x" * 5001}, "description"),
        ({"address": "x" * 301}, "address"),
        ({"unit": "", "lon": "NaN", "lat": "inf"}, "lon"),
    ],
)
def test_bad_input_comes_back_with_everything_typed_and_a_summary_on_top(province, english, wrong, field):
    typed = {**WORDS, "address": "Số 84", "name": "Lan", "phone": "0905 000 318", **wrong}
    answer = english.post("/report/", {**form_of(english), **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Report.objects.count() == 0
    assert page.index("data-summary") < page.index('<form class="steps"')
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}_error"' in page
    for kept in (typed["address"], typed["name"]):
        assert kept in page
    if typed["description"].strip():
        assert typed["description"] in page
    assert "None" not in re.sub(r"<[^>]+>", "", page)


def test_hostile_text_is_text(province, client):
    refused = send(client, description=HOSTILE, unit="", address="", name=HOSTILE)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    code = sent_code(send(client, description=HOSTILE, address=HOSTILE))
    followed = client.get(f"/follow/{code}/").content.decode()
    assert "<script>alert(1)" not in followed
    assert "<img src=x" not in followed


def test_a_null_byte_is_refused_not_a_crash(province, client):
    assert send(client, description="a\x00b").status_code == 422
    assert client.get("/follow/", {"code": "a\x00b"}).status_code == 404


def test_who_stays_anonymous_leaves_nothing_even_with_a_number_typed(province, client):
    assert send(client, inform="anonymous", phone="no number at all", name="x" * 999).status_code == 302
    assert Report.objects.get().subject is None
    assert Subject.objects.count() == 0


def test_a_phone_number_goes_to_the_subjects_alone(province, client):
    code = sent_code(send(client, inform="phone", phone="0905 000 318", name="Hoàng Yến"))
    assert Subject.objects.get().phone.replace(" ", "") == "0905000318"
    assert "0905" not in str(Report.objects.get().raw)
    followed = client.get(f"/follow/{code}/").content.decode()
    assert "0905" not in followed
    assert "Hoàng Yến" not in followed


def test_sending_takes_at_most_twenty_statements(province, client):
    """Form: clock 1, unit 1. Intake: clock, batch, store (units, insert, steps), chunk, heartbeat, panels, savepoints;
    then the code. 20 is the promise; growing lists of communes or reports change nothing."""
    typed = {**form_of(client), **WORDS}
    with CaptureQueriesContext(connection) as taken:
        sent_code(client.post("/report/", typed))
    statements = [query["sql"] for query in taken if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 20, "\n".join(statements)


def test_a_code_is_found_however_it_was_typed(province, client):
    code = sent_code(send(client))
    for typed in (code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        answer = client.get("/follow/", {"code": typed})
        assert (answer.status_code, answer.url) == (302, f"/follow/{code}/")


def test_an_unknown_code_says_so_and_keeps_what_was_typed(province, english):
    answer = english.get("/follow/", {"code": "<b>XXXX"})
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "No report has this code" in page
    assert "&lt;b&gt;XXXX" in page
    assert english.get("/follow/XXXX/").status_code == 404
    assert english.get("/report/sent/XXXX/").status_code == 404


def make(status, **more):
    now = clock.now("demo")
    more.setdefault("due_at", now + timedelta(days=20))
    report = Report.objects.create(
        realm="demo",
        source="field_reports/portal",
        external_id=str(new_public_id()),
        occurred_at=now - timedelta(days=1),
        received_at=now,
        digest=b"x",
        raw={},
        description="Ổ gà",
        category="giao-thong",
        unit="99001",
        department="so-xay-dung",
        status=status,
        status_at=now,
        **more,
    )
    for step in (Status.RECEIVED, status) if status != Status.RECEIVED else (status,):
        StatusEvent.objects.create(realm="demo", report=report, at=now, status=step, department="so-xay-dung")
    return report


@pytest.mark.parametrize(
    "status,words,shape",
    [
        (Status.RECEIVED, "Next it goes to the office in charge", "s-new"),
        (Status.ROUTED, "has to act in time", "s-routed"),
        (Status.IN_PROGRESS, "Work is under way", "s-work"),
        (Status.DONE, "The office says that it is fixed", "s-done"),
        (Status.NOT_FIXED, "closed it without a fix", "s-not-fixed"),
        (Status.CLOSED, "closed without work", "s-off"),
    ],
)
def test_every_status_is_told_in_words_and_shape(province, english, status, words, shape):
    page = english.get(f"/follow/{make(status).code}/").content.decode()
    assert words in page
    assert f'href="#{shape}"' in page
    finished = status in {Status.DONE, Status.NOT_FIXED, Status.CLOSED}
    assert ("Nothing for you to do now" in page) is not finished
    assert ("Nobody: it is finished" in page) is finished


def test_a_missed_deadline_is_said(province, english):
    now = clock.now("demo")
    page = english.get(f"/follow/{make(Status.ROUTED, due_at=now - timedelta(days=4)).code}/").content.decode()
    assert "Overdue by" in page
    assert 'class="bar--late"' in page


def seen(report):
    found = report_by_code(report.code)
    assert found is not None
    return found


def test_time_left_is_working_time_unless_it_is_urgent(province):
    monday, friday = "2026-11-16T08:30:00+07:00", "2026-11-20T17:00:00+07:00"
    created, due = datetime.fromisoformat(monday), datetime.fromisoformat(friday)
    report = make(Status.ROUTED, due_at=due)
    Report.objects.update(occurred_at=created)
    left = time_left(seen(report), datetime.fromisoformat("2026-11-20T13:30:00+07:00"))
    assert left == {"late": False, "minutes": 210, "used": 90, "bar": "work"}
    assert time_left(seen(report), datetime.fromisoformat("2026-11-23T08:00:00+07:00"))["minutes"] == 30
    Report.objects.update(urgent=True)
    over = time_left(seen(report), due + timedelta(hours=2))
    assert over == {"late": True, "minutes": 120, "used": 100, "bar": "late"}
    Report.objects.update(status=Status.DONE)
    assert time_left(seen(report), due) == {}


def test_the_result_is_read_as_text(province, client):
    report = make(Status.NOT_FIXED, public_text=f"Chờ quy hoạch {HOSTILE}")
    page = client.get(f"/follow/{report.code}/").content.decode()
    assert "Chờ quy hoạch &lt;script&gt;" in page
    assert "<script>alert(1)" not in page


def test_two_words_from_the_office_are_two_lines(province, english):
    report = make(Status.IN_PROGRESS)
    for minute, text in ((1, "Đã rào chắn"), (2, "Mai sửa tiếp")):
        at = clock.now("demo") + timedelta(minutes=minute)
        StatusEvent.objects.create(realm="demo", report=report, at=at, status=Status.IN_PROGRESS, text=text)
    page = english.get(f"/follow/{report.code}/").content.decode()
    assert page.count("Word from the office") == 2
    assert page.index("Đã rào chắn") < page.index("Mai sửa tiếp")


def pages_of(client):
    code = sent_code(send(client))
    addresses = (
        "/",
        "/report/",
        f"/report/sent/{code}/",
        "/follow/",
        f"/follow/{code}/",
        "/accounts/login/",
        "/nowhere/",
    )
    return {address: client.get(address) for address in addresses}


def test_english_pages_hold_no_vietnamese_but_names(province, english):
    for address, answer in pages_of(english).items():
        page = answer.content.decode()
        assert '<html lang="en">' in page
        visible = re.sub(r'<button[^>]*lang="vi"[^>]*>|Bình|Mẫu|Cát', "", page)
        found = VIETNAMESE.search(visible)
        assert found is None, f"{address}: …{visible[max(0, found.start() - 60) : found.end() + 20]}…"


def test_the_language_is_switched_by_a_plain_form(province, client):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/report/"})
    assert answer.url == "/report/"
    assert '<html lang="en">' in client.get("/report/").content.decode()
    client.post("/i18n/setlang/", {"language": "vi", "next": "/"})
    assert '<html lang="vi">' in client.get("/").content.decode()


def test_no_page_has_inline_style_or_script(province, client):
    for address, answer in pages_of(client).items():
        page = answer.content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page), address
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), address


def test_every_page_has_one_heading_landmarks_and_drawn_icons(province, client):
    for address, answer in pages_of(client).items():
        page = answer.content.decode()
        assert page.count("<h1") == 1, address
        assert '<main id="main"' in page
        assert 'href="#main"' in page
        for name in set(re.findall(r'<use href="#([^"]+)"', page)):
            assert f'<symbol id="{name}"' in page, f"{address} lacks {name}"


def test_a_form_open_too_long_is_answered_in_the_portals_own_page(province):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/report/", WORDS)
    assert answer.status_code == 403
    assert "what you typed is kept" in answer.content.decode()


def test_the_page_for_a_crash_needs_nothing_that_could_have_crashed(province):
    with translation.override("en"):
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
