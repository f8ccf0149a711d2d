"""The walk of the plan: revenue that lags and catches up, a project that lags and is paid."""

from django.core.management import call_command

from monitors.socioeconomy.models import Project
from services.alerts.models import Alert
from services.tickets.models import Ticket
from tests.monitors.kit import figure, settle, why
from tests.monitors.socioeconomy.kit import autumn, deliver, project, report, value


def walk() -> None:
    call_command("load_indicators", verbosity=0)
    year = autumn()
    the_budget(year)
    a_project(f"{year}-10")


def the_budget(year: int) -> None:
    deliver(value("budget_revenue", f"{year}", 1200, kind="plan"))
    (record,) = deliver(value("budget_revenue", f"{year}-10", 600)).records.values()
    settle()
    shown = figure("socioeconomy", "revenue")
    assert (shown.value, shown.target, shown.severity, why(shown)) == (600, 1200, "high", {record})
    raised = Alert.objects.get(rule="socioeconomy.off_plan")
    told = raised.title["params"]
    assert (raised.severity, told["value"], told["plan"], raised.evidence) == (3, 600, 1200, [record])
    ticket = Ticket.objects.get(alert=raised)
    assert (ticket.severity, ticket.department and ticket.department.slug) == (3, "so-tai-chinh")
    deliver(value("budget_revenue", f"{year}-10", 990, reason="Đối chiếu với kho bạc"))
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    shown = figure("socioeconomy", "revenue")
    assert (shown.value, shown.severity, why(shown)) == (990, None, {record})
    assert raised.state == "cleared"
    assert ticket.condition_gone_at is not None


def a_project(month: str) -> None:
    late = project("cham", paid=10, plan=100, month=month, lon=110.05, lat=10.1)
    (record, *_others) = report(late, project("dung", paid=150, plan=200, month=month)).records.values()
    settle()
    shown = figure("socioeconomy", "slow_projects")
    assert (shown.value, why(shown)) == (1, {record})
    assert (figure("socioeconomy", "disbursed").value, figure("socioeconomy", "communes").values) == (
        53.33,
        {"99001": 10},
    )
    raised = Alert.objects.get(rule="socioeconomy.slow_project")
    told = raised.title["params"]
    assert (raised.severity, told["share"], told["expected"], raised.evidence) == (2, 10, 70, [record])
    ticket = Ticket.objects.get(alert=raised)
    assert (ticket.severity, ticket.department and ticket.department.slug) == (2, "so-xay-dung")
    assert report({**late, "disbursed": 72}).updated == 1
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert Project.objects.get(pk=record).progress == "on_track"
    shown = figure("socioeconomy", "slow_projects")
    assert (shown.value, why(shown), figure("socioeconomy", "disbursed").value) == (0, set(), 74.0)
    assert raised.state == "cleared"
    assert ticket.condition_gone_at is not None
