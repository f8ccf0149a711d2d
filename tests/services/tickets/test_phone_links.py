"""Links for phones: what they open, what they do, and everything they do not."""

import io
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from services.audit.models import AuditEntry
from services.directory.actions import grant_role
from services.directory.models import User
from services.kernel import clock
from services.notify import outbox
from services.notify.models import Message
from services.tickets import engine, links
from services.tickets.links import exchange, tokens
from services.tickets.models import Attachment, PhoneLink, Ticket, TicketEntry
from tests.services.tickets.queue_kit import REALM, as_, officer_of, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province):
    user = officer_of(province)
    user.language = "en"  # the page speaks its person's language, whatever the phone's
    user.save()
    return user


@pytest.fixture
def ticket(officer):
    return report()


@pytest.fixture
def address(ticket, officer):
    return links.address_for(ticket, officer.person)


@pytest.fixture
def phone():
    """A phone: no session, no cookie, and CSRF checked as for anybody."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def photo(kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, kind)
    return SimpleUploadedFile("IMG_0001.HEIC", file.getvalue(), "image/heic")


def send(phone, address, key, **fields):
    headers = {"accept": "application/json", "idempotency-key": key}
    return phone.post(address, fields, headers=headers)


def everything():
    return (
        Ticket.objects.values_list("state", "assignee", "acknowledged_at").get(),
        TicketEntry.objects.count(),
        AuditEntry.objects.count(),
        Message.objects.count(),
        PhoneLink.objects.values_list("used_at", "revoked_at").get(),
    )


def test_previews_and_scanners_that_fetch_the_address_change_nothing(phone, address):
    before = everything()
    for agent in ("WhatsApp/2.0", "facebookexternalhit/1.1", "ZaloBot", "Mozilla/5.0"):
        for method in (phone.get, phone.head):
            answer = method(address, headers={"user-agent": agent})
            assert answer.status_code == 200
            assert answer["Referrer-Policy"] == "no-referrer"
            assert "no-store" in answer["Cache-Control"]
            assert "noindex" in answer["X-Robots-Tag"]
    phone.get(f"{address}?do=accept&done=accept")
    assert everything() == before


def test_accept_photograph_and_done_without_signing_in(phone, address, ticket, officer):
    assert "Accept" in phone.get(address).content.decode()
    assert send(phone, address, "a", do="accept").json()["state"] == "in_progress"
    done = send(phone, address, "b", do="resolve", outcome="fixed", photo=photo())
    assert done.json()["state"] == "resolved"
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome, ticket.assignee) == ("resolved", "fixed", officer.person)
    kept = Attachment.objects.get()
    assert (kept.content_type, kept.name) == ("image/jpeg", "photo.jpg"), "what it is decides, not what it is called"
    verbs = list(TicketEntry.objects.filter(actor=officer).values_list("verb", flat=True))
    assert verbs == ["accept", "start", "attach", "resolve"]
    assert AuditEntry.objects.filter(verb="ticket.phone_link", actor_id=officer.pk).count() == 2


def test_what_was_kept_offline_and_comes_all_at_once_or_twice_is_done_once(phone, address, ticket):
    for _again in range(2):
        assert send(phone, address, "one", do="resolve", outcome="fixed", photo=photo()).json()["state"] == "resolved"
    assert Attachment.objects.count() == 1
    assert TicketEntry.objects.filter(verb="resolve").count() == 1
    other = send(phone, address, "one", do="resolve", outcome="not_fixed")
    assert other.status_code == 409, "a key is of one deed"


def test_without_a_script_the_same_forms_work(phone, address, ticket):
    answer = phone.post(address, {"do": "accept"})
    assert (answer.status_code, answer.url) == (302, f"{address}?done=accept")
    assert "Report it done" in phone.get(answer.url).content.decode()
    wrong = phone.post(address, {"do": "resolve", "outcome": ""})
    assert wrong.status_code == 422
    assert "Choose how it ended." in wrong.content.decode()


def test_a_link_opens_its_ticket_alone_and_only_as_we_wrote_it(phone, address, officer, ticket):
    other = report()
    assert other.code not in phone.get(address).content.decode()
    token = address.split("/")[2]
    key, signature = token.split(".")
    for wrong in (key, f"{key}.{signature[:-1]}x", f"{tokens.new_key()}.{signature}", tokens.written("nobody")):
        assert phone.get(f"/t/{wrong}/").status_code == 404
        assert phone.post(f"/t/{wrong}/", {"do": "accept"}).status_code == 404
    send(phone, address, "c", do="accept")
    other.refresh_from_db()
    assert other.state == "new"
    assert phone.get(f"/tickets/{ticket.public_id}/").status_code == 302, "it is no session"


def test_a_link_ends_by_itself_when_it_is_revoked_and_with_its_persons_account(phone, ticket, officer):
    def ended(address):
        look, act = phone.get(address), send(phone, address, "x", do="accept")
        return {look.status_code, act.status_code} == {410} and "ended" in look.content.decode()

    first = links.address_for(ticket, officer.person)
    assert links.address_for(ticket, officer.person) == first, "a reminder names the same address"
    PhoneLink.objects.update(expires_at=clock.now(REALM) - timedelta(seconds=1))
    assert ended(first)
    second = links.address_for(ticket, officer.person)
    assert second != first
    assert links.revoke(ticket) == 2
    assert ended(second)
    third = links.address_for(ticket, officer.person)
    officer.is_active = False
    officer.save()
    assert ended(third)
    assert Ticket.objects.get().state == "new"


def test_an_administrator_ends_a_link_that_went_astray_and_reads_no_address(phone, ticket, officer):
    address = links.address_for(ticket, officer.person)
    link = PhoneLink.objects.get()
    administrator = User.objects.create_user("quan")
    grant_role(user=administrator, role="admin", unit=None, department=None, acting_user=None)
    client, place = as_(administrator), "/admin/tickets/phonelink/"
    for page in (place, f"{place}{link.pk}/change/"):
        shown = client.get(page).content.decode()
        assert ticket.code in shown
        assert link.key not in shown
    client.post(place, {"action": "end", "_selected_action": [link.pk]})
    assert phone.get(address).status_code == 410
    entry = AuditEntry.objects.filter(verb="ticket.phone_link_end").get()
    assert (entry.actor_id, entry.target) == (administrator.pk, f"ticket:{ticket.public_id}")


def test_a_link_gives_no_more_than_its_holder_has(phone, ticket, address, province, officer):
    Ticket.objects.update(department=province.departments["so-y-te"])
    answer = send(phone, address, "d", do="accept")
    assert answer.status_code == 409
    assert answer.json()["problem"] == "It is not yours to do this with any more."
    assert send(phone, address, "e", do="approve").status_code == 422, "verbs of the desk stay at the desk"
    assert send(phone, address, "f", do="cancel", note="x").status_code == 422


def test_a_ticket_that_went_on_says_so(phone, address, ticket):
    Ticket.objects.update(state="closed")
    answer = send(phone, address, "g", do="resolve", outcome="fixed")
    assert answer.status_code == 409
    assert "The ticket is now" in answer.json()["problem"]
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<svg onload=alert(1)>", b"GIF89a", b"\xff\xd8\xff broken"])
def test_what_is_no_photograph_is_refused_and_nothing_is_done(phone, address, ticket, content):
    file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = send(phone, address, "h", do="resolve", outcome="fixed", photo=file)
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_who_has_no_account_gets_the_tickets_own_page(province, ticket):
    from services.directory.models import Person  # noqa: PLC0415

    nobody = Person.objects.filter(user=None)[0]
    assert links.address_for(ticket, nobody) == f"/tickets/{ticket.public_id}/"


def test_many_links_take_two_statements(province, ticket, officer, django_assert_num_queries):
    people = [officer.person, *(officer_of(province, name).person for name in ("Nam", "Vy", "Sơn"))]
    now = clock.now(REALM)
    with django_assert_num_queries(2):
        found = links.addresses_for(ticket, people, now)
    assert len(set(found.values())) == 4


def test_the_call_goes_through_the_exchange_and_never_to_the_reporters_number(phone, address, ticket, settings):
    assert "tel:" not in phone.get(address).content.decode(), "no exchange, no call"
    settings.IOC_EXCHANGE_NUMBER = "02623999888"
    page = phone.get(address).content.decode()
    assert f"tel:02623999888,,{exchange.extension_of(ticket.code)}" in page
    assert "0905000318" not in page
    assert exchange.code_of(exchange.extension_of(ticket.code)) == ticket.code
    assert [exchange.code_of(typed) for typed in ("", "abc", "12", "'; --")] == [None] * 4
    Ticket.objects.update(state="closed")
    ticket.refresh_from_db()
    assert exchange.call_address(ticket) == ""


def test_the_page_and_what_it_needs_fit_into_fifty_kilobytes(phone, address, settings):
    import json  # noqa: PLC0415

    page = phone.get(address).content
    dist = settings.BASE_DIR / "frontend" / "dist"
    entry = json.loads((dist / "manifest.json").read_text())["src/phone/main.ts"]
    assert not entry.get("imports"), "no library comes along"
    files = [dist / name for name in (entry["file"], *entry["css"])] + [dist / "link-worker.js"]
    assert len(page) + sum(file.stat().st_size for file in files) < 50_000
    worker = phone.get("/t/worker.js")
    assert worker["Content-Type"] == "text/javascript"
    assert b"link-worker.js" in worker.content


def test_messages_read_away_from_the_desk_lead_to_it(ticket, officer, settings, tmp_path):
    """The letter opens the ticket on a phone; the message in the application opens the page that asks to sign in."""
    settings.IOC_MAIL_DIR = tmp_path
    engine.fire_timers()
    inside, letter = (Message.objects.get(person=officer.person, channel=channel) for channel in ("in_app", "email"))
    while outbox.send_due():
        pass
    (file,) = [one for one in tmp_path.rglob("*.eml") if str(letter.public_id) in one.name]
    body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body()
    assert body is not None
    words = body.get_content()
    (token,) = re.findall(r"/t/([^/\s]+)/", words)
    assert PhoneLink.objects.get(person=officer.person, ticket=ticket).key == tokens.read(token)
    assert inside.context["url"] == f"/tickets/{ticket.public_id}/"
