"""Categories are called by name, whichever monitor they are of: in menus, table, file and statistics."""

import pytest
from django.utils.translation import override

from services import registry
from services.tickets.categories import category_name
from services.tickets.models import Ticket
from tests.services.tickets.queue_kit import as_, report


@pytest.mark.parametrize(
    "code, monitor, name",
    [
        ("water_level", "environment", "Water level of rivers"),
        ("late", "education", "Schools that have not reported"),
        ("late", "health", "Case reports that came late"),
        ("feed", "health", "Silent source"),
        ("off_plan", "socioeconomy", "Indicator behind the year's plan"),
        ("no_helmet", "", "Riding without a helmet"),
        ("never-heard-of", "health", "never-heard-of"),
        ("", "health", ""),
    ],
)
def test_a_category_has_the_name_its_monitor_gives_it(code, monitor, name):
    with override("en"):
        assert category_name(code, monitor) == name


def test_a_code_that_several_monitors_use_has_all_their_names_in_a_menu():
    with override("en"):
        names = category_name("late").split(" / ")
    assert {"Schools that have not reported", "Case reports that came late"} <= set(names)


def test_every_monitor_names_what_its_tickets_are_about():
    assert {monitor.slug for monitor in registry.monitors() if not monitor.categories} <= {"field_reports"}


@pytest.mark.django_db
def test_table_menu_file_and_statistics_say_the_name(province):
    Ticket.objects.filter(pk=report().pk).update(monitor="environment", category="water_level")
    client = as_(province.user("Bảo", "operator"))
    for address in ("/tickets/?holder=all&view=table&cols=code,category", "/tickets/statistics/"):
        text = client.get(address).content.decode()
        assert "Water level of rivers" in text, address
        assert ">water_level<" not in text, address
    file = client.get("/tickets/export/?holder=all&view=table&cols=code,category")
    assert "Water level of rivers" in b"".join(file).decode()
