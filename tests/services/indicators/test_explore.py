"""The page Explore: an address is a view, a file is the table, nobody sees beyond their place, nothing breaks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.indicators import periods
from services.indicators.explore import words
from services.indicators.explore.classes import class_of, limits, tone_of
from services.indicators.explore.marks import has_gaps
from services.indicators.explore.state import Parsed, State, parse
from services.indicators.models import Target
from services.kernel import clock
from tests.services.indicators.kit import AN, BINH, CAT, define, definition, give
from tests.services.indicators.pages import body_of, csv_of, lines_of, xlsx_of

pytestmark = pytest.mark.django_db
EARLY, LATER = (datetime(2026, month, 10, tzinfo=UTC) for month in (1, 6))
BEFORE_MERGER = "99005"


@pytest.fixture(autouse=True)
def _land(land):
    return land


@pytest.fixture
def page(land):
    """Open Explore as somebody: ``page("code=firms")``, ``page(…, role="officer", unit=AN)``."""
    known: dict[str, Any] = {}

    def open_page(query: str = "", path: str = "", role: str = "leader", **place: str) -> Any:
        name = f"{role}{''.join(place.values())}"
        if name not in known:
            known[name] = Client(raise_request_exception=False)
            known[name].force_login(land.user(name, role, **place))
        return known[name].get(f"/indicators/{path}?{query}")

    return open_page


def told(answer: Any) -> list[str]:
    return list(answer.context["problems"])


def few() -> None:
    """Values of three communes and of last year, one of them revised, some missing."""
    give(
        ("firms", AN, "2025-08", 10),
        ("firms", AN, "2025-09", 1200),
        ("firms", BINH, "2025-09", 3),
        now=EARLY,
        realm="demo",
    )
    give(("firms", AN, "2024-09", 1000), ("firms", CAT, "2025-08", 7.5), now=EARLY, realm="demo")
    give(("firms", BINH, "2025-09", 4), now=LATER, reason="Bổ sung", realm="demo")


SPAN = "first=2025-08&last=2025-09"


# --- the address -----------------------------------------------------------------------------------------------------

NAMES = ("code", "unit", "grain", "first", "last", "across", "last_year", "plan", "chart", "map", "map_at", "sort",
         "joined", "known_at", "topic", "q", "cell", "other")  # fmt: skip
LIKELY = st.sampled_from([
    "firms", "firms,stock", "province", "communes", "99001", "99001,99001,x", "month", "quarter", "year", "day", "2025",
    "2025-Q3", "2025-02", "2024-02-29", "1900", "2200", "time", "area", "indicator", "0", "1", "-3", "heat", "line",
    "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5+07:00", "2026-01-01", "9999-12-31T23:59:59-12:00", "firms:99:2025",
    "education", "Thu ngân sách", "a::b", "999999", "00-1",
])  # fmt: skip
WHOLE = {
    "code": "firms,stock", "unit": "province,99001", "grain": "month", "first": "2025-01", "last": "2025-09",
    "across": "area", "last_year": "1", "plan": "1", "chart": "heat", "map": "stock", "map_at": "2025-02", "sort": "-3",
    "joined": "0", "known_at": "2026-01-01T00:00:00.000005+00:00", "topic": "education", "q": "thu ngân sách",
    "cell": "firms:99001:2025-01",
}  # fmt: skip
"""An address in which everything is said, as its own link writes it."""
VALUES = {name: st.sampled_from([WHOLE.get(name, "x")]) | LIKELY | st.text(max_size=20) for name in NAMES}
QUERIES = st.fixed_dictionaries(
    {}, optional={name: st.lists(values, min_size=1, max_size=2) for name, values in VALUES.items()}
)


def test_a_view_in_which_everything_is_said_is_written_back_word_for_word():
    parsed = parse({name: [value] for name, value in WHOLE.items()})
    assert parsed.problems == {}
    assert {name: values[0] for name, values in parse_qs(parsed.state.query).items()} == WHOLE


@for_all(query=QUERIES)
def test_whatever_an_address_says_becomes_a_view_that_its_own_link_reproduces(query: dict[str, list[str]]):
    state = parse(query).state
    again = parse(parse_qs(state.query))
    assert again == Parsed(state, {})
    assert state.first is None or state.last is None or state.first <= state.last
    assert {one.grain for one in (state.first, state.last) if one} <= {state.grain}


def test_lists_may_be_repeated_or_have_commas_and_periods_follow_the_kind_asked_for():
    state = parse({"code": ["a,b", "a", " c"], "grain": ["quarter"], "first": ["2025-02"], "last": ["2025"]}).state
    assert state.codes == ("a", "b", "c")
    assert (state.first, state.last) == (periods.parse("2025-Q1"), periods.parse("2025-Q4"))
    assert State().query == ""


@pytest.mark.parametrize("query, name", [
    ("first=2025-13", "first"), ("first=2025&last=2024", "first"), ("code=%27%3B--", "code"), ("unit=x", "unit"),
    ("unit=12345", "unit"), ("grain=week", "grain"), ("chart=pie", "chart"), ("sort=x", "sort"), ("joined=2", "joined"),
    ("known_at=yesterday", "known_at"), ("known_at=2190-01-01T00:00:00Z", "known_at"), ("code=nothing", "code"),
    ("code=" + ",".join(f"a{n}" for n in range(20)), "code"), ("cell=a:b", "cell"), ("topic=%00%01/", "topic"),
    ("grain=day&first=1900-01-01&last=2100-01-01", "first"),
    ("first=1900-01&last=2200-12&code=firms&unit=communes", "first"),
])  # fmt: skip
@pytest.mark.slow
def test_what_is_wrong_in_an_address_is_said_on_the_page_and_never_exported(page, query, name):
    few()
    answer = page(query)
    assert answer.status_code == 200
    assert len(told(answer)) == 1, name
    assert lines_of(answer)
    for file in ("export.csv", "export.xlsx"):
        assert page(query, file).status_code == 400


@pytest.mark.parametrize("query", [
    "known_at=1901-01-01T00:00:00Z", "first=1900&last=1900", "first=2200-12", "last=1900-01", "sort=-99999", "q=%00",
    "unit=99005", "unit=99", "cell=nothing:99:2025", "map=nothing&map_at=2025",
    "first=2024-02-29&last=2024-02-29&last_year=1",
    "unit=province,communes,99001&across=area&last_year=1&plan=1&sort=2", "code=nights&grain=day&last=2025-09-30",
])  # fmt: skip
def test_what_is_only_unusual_is_shown(page, query):
    few()
    answer = page(query)
    assert (answer.status_code, told(answer)) == (200, [])
    assert page(query, "export.xlsx").status_code == page(query, "export.csv").status_code == 200


def test_the_link_of_the_page_reproduces_it_even_where_the_page_had_decided(page):
    few()
    first = page("")
    link = first.context["link"].partition("?")[2]
    again = page(link)
    assert again.context["state"] == first.context["state"]
    assert lines_of(again) == lines_of(first)
    assert "first=" in link
    assert "last=2025-09" in link, "the newest period with a value"


# --- the table and its files -----------------------------------------------------------------------------------------

VIEWS = [
    f"code=firms&unit=communes&{SPAN}",
    f"code=firms,stock&unit=communes&{SPAN}&last_year=1&plan=1",
    f"code=firms&unit=province,communes&{SPAN}&across=area&sort=-2",
    f"code=firms,rate,price&unit=99001,99002&{SPAN}&across=indicator&sort=1&last_year=1",
    "code=firms&unit=communes&grain=quarter&first=2024-Q3&last=2025-Q4&sort=-5",
    "code=firms&unit=communes&grain=year&first=2023&last=2025&plan=1",
]


@pytest.mark.parametrize("view", VIEWS)
def test_files_are_the_table_cell_by_cell_with_its_title_and_facts(page, view):
    few()
    give(("price", AN, "2025-08", -1234.567), ("stock", AN, "2025-08", 50), ("rate", AN, "2025-08", 6.9), realm="demo")
    shown = page(view)
    lines, table = lines_of(shown), shown.context["table"]
    assert [*lines][-1], "there are rows"
    for made in (csv_of(page(shown.context["csv"].partition("?")[2], "export.csv")),
                 xlsx_of(page(shown.context["xlsx"].partition("?")[2], "export.xlsx"))):  # fmt: skip
        assert body_of(made, len(lines[0])) == lines
        assert made[0][0] == table.title
        assert [line[0] for line in made[1 : 1 + len(table.facts)]] == list(table.facts)
        assert [line[0] for line in made[len(made) - len(table.notes) :]] == list(table.notes)


def test_numbers_are_written_in_the_readers_language(page):
    give(("price", AN, "2025-08", -1234.567), realm="demo")
    query = f"code=price&unit={AN}&first=2025-08&last=2025-08"
    assert lines_of(page(query))[-1][-1] == "−1.234,57"
    assert words.number(-0.001, 2) == "0,00"


def test_last_year_and_the_plan_stand_beside_a_value(page):
    few()
    pk = definition_id("firms")
    Target.objects.create(realm="live", indicator_id=pk, unit=AN, period="2025", value=2000)
    heads, kinds, row = lines_of(page(f"code=firms&unit={AN}&first=2025-09&last=2025-09&last_year=1&plan=1"))
    assert heads[1:] == ["T9/2025"] * 5
    assert row[1:] == ["1.200", "1.000", "20,0", "2.000", "60,5"]
    assert len(set(kinds[1:])) == 5
    Target.objects.create(realm="demo", indicator_id=pk, unit=AN, period="2025", value=2420)
    assert lines_of(page(f"code=firms&unit={AN}&first=2025-09&last=2025-09&plan=1"))[-1][-1] == "50,0"


def definition_id(code: str) -> int:
    from services.indicators.catalogue import catalogue  # noqa: PLC0415 - after the definitions are loaded

    return catalogue()[code].pk


def test_rows_are_sorted_by_a_column_and_those_without_a_value_come_last(page):
    few()
    query = f"code=firms&unit=communes&{SPAN}"
    heads = [line[0] for line in lines_of(page(f"{query}&sort=1"))[1:]]
    falling = [line[0] for line in lines_of(page(f"{query}&sort=-1"))[1:]]
    assert falling == [*heads[:2][::-1], heads[2]]
    assert 'aria-sort="descending"' in page(f"{query}&sort=-1").content.decode()


def test_the_same_figures_stand_in_every_arrangement(page):
    few()
    query = f"code=firms&unit=communes&{SPAN}"
    by_time, by_area = (lines_of(page(f"{query}&across={across}")) for across in ("time", "area"))
    assert [line[1:] for line in by_time[1:]] == [
        list(column) for column in zip(*(row[1:] for row in by_area[1:]), strict=True)
    ]
    assert by_area[0][1:] == [line[0] for line in by_time[1:]]


# --- what must be said beside a value --------------------------------------------------------------------------------


def test_a_revised_value_is_marked_and_its_history_is_there(page):
    few()
    answer = page(f"code=firms&unit={BINH}&{SPAN}&cell=firms:{BINH}:2025-09")
    assert lines_of(answer)[-1][-1] == "4\N{NO-BREAK SPACE}†"
    assert len(answer.context["table"].notes) == 1
    detail = answer.context["detail"]
    assert [step.text for step in detail.steps] == ["4", "3"]
    assert detail.steps[0].reason == "Bổ sung"
    assert detail.steps[1].until == detail.steps[0].since


def test_a_derived_value_is_explained_by_its_formula_in_names(page):
    give(("firms", AN, "2025-08", 3), ("stock", AN, "2025-08", 10), realm="demo")
    detail = page(f"code=share&unit={AN}&{SPAN}&cell=share:{AN}:2025-08").context["detail"]
    assert (detail.value, detail.steps) == ("30", [])
    assert ("Chỉ tiêu firms ÷ Chỉ tiêu stock × 100") in [text for _name, text in detail.facts]


def test_a_period_that_is_not_over_and_one_with_gaps_are_provisional(page):
    now = periods.containing(clock.now("demo").date(), "month")
    give(("firms", AN, now.text, 3), ("firms", AN, "2024-01", 1), ("firms", AN, "2024-02", 1), realm="demo")
    assert lines_of(page(f"code=firms&unit={AN}&first={now.text}&last={now.text}"))[-1][-1] == "3\N{NO-BREAK SPACE}*"
    quarters = lines_of(page(f"code=firms&unit={AN}&first=2024-Q1&last=2024-Q1"))
    assert quarters[-1][-1] == "2\N{NO-BREAK SPACE}*"
    give(("firms", AN, "2024-03", 1), realm="demo")
    assert lines_of(page(f"code=firms&unit={AN}&first=2024-Q1&last=2024-Q1"))[-1][-1] == "3"


@pytest.mark.parametrize("filled, over_time, gaps", [
    (range(12), "sum", False), (range(11), "sum", True), (range(11), "last", True),
    ([11], "last", False), ([], "sum", False),
])  # fmt: skip
def test_gaps_are_missing_months_or_the_missing_last_one(filled, over_time, gaps):
    lane = [1.0 if slot in set(filled) else None for slot in range(17)]
    one = definition("one", over_time=over_time)
    assert has_gaps(one, {0: lane}, periods.parse("2025")) is gaps
    assert not has_gaps(definition("two", formula="one × 2"), {0: lane}, periods.parse("2025"))


def test_what_came_before_a_merger_is_marked_with_its_shares_and_can_be_left_out(page):
    give(("firms", BEFORE_MERGER, "2025-03", 10), realm="demo")
    query = f"code=firms&unit={BINH}&first=2025-03&last=2025-03&cell=firms:{BINH}:2025-03"
    answer = page(query)
    assert lines_of(answer)[-1][-1].endswith("‡")
    assert answer.context["detail"].shares
    assert lines_of(page(f"{query}&joined=0"))[-1][-1] == ""


def test_simulated_figures_are_said_to_be_so_on_the_page_and_in_files(page, settings):
    few()
    mark = words.realm_mark("demo")
    assert mark in page(f"code=firms&{SPAN}").content.decode()
    assert csv_of(page(f"code=firms&{SPAN}", "export.csv"))[1] == [mark]
    settings.IOC_REALM = "live"
    give(("firms", AN, "2025-08", 1))
    assert mark not in page(f"code=firms&{SPAN}").content.decode()


def test_a_link_with_these_very_figures_shows_them_after_a_revision_too(page):
    few()
    view = f"code=firms&unit=province,communes&{SPAN}&sort=-2"
    before = page(view)
    lines, frozen, export = lines_of(before), before.context["frozen"].partition("?")[2], before.context["csv"]
    give(("firms", AN, "2025-09", 1), now=clock.now("demo") + timedelta(seconds=1), realm="demo")
    assert lines_of(page(view)) != lines
    assert lines_of(page(frozen)) == lines
    assert body_of(csv_of(page(export.partition("?")[2], "export.csv")), len(lines[0])) == lines


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_out_of_scope_is_not_there(page):
    few()
    define(definition("foreign", owner="so-y-te"))
    commune, office = {"role": "officer", "unit": AN}, {"role": "officer", "department": "so-xay-dung"}
    assert [line[0] for line in lines_of(page(f"code=firms&{SPAN}", **commune))[1:]] == ["Phường An"]
    for query in (f"code=firms&unit={BINH}", "code=firms&unit=province", f"code=firms&unit={AN},{BINH}",
                  f"code=firms&unit={AN}&cell=firms:{BINH}:2025-09"):  # fmt: skip
        assert page(query, **commune).status_code == 404, query
        assert page(query, "export.csv", **commune).status_code == 404 or "cell" in query
    assert page(f"code=firms&unit={BINH}&{SPAN}", **office).status_code == 200
    assert page("code=foreign", **office).status_code == 404
    assert "foreign" not in page("", **office).content.decode()
    shown = page(f"code=firms&{SPAN}", **commune).content.decode()
    assert AN in shown
    assert BINH not in shown
    assert page("code=firms", role="citizen").status_code == 404
    assert Client().get("/indicators/").status_code == 302


def test_whoever_has_nothing_to_see_is_told_so(page):
    answer = page("", role="officer", department="so-y-te")
    assert answer.status_code == 200
    assert "table" not in answer.context
    assert page("", "export.csv", role="officer", department="so-y-te").status_code == 400


# --- choosing --------------------------------------------------------------------------------------------------------


def test_indicators_are_found_without_accents_and_by_topic(page):
    define(definition("noodles", name="Sản lượng bún đỏ", topic="kitchen"),
           definition("honey", name="Đàn ong lấy mật", topic="bees"))  # fmt: skip

    def offered(query: str) -> set[str]:
        return {choice.value for group in page(query).context["groups"] for choice in group.choices}

    assert offered("code=firms&q=BUN+san") == {"firms", "noodles"}
    assert offered("code=firms&q=dan+ong") == {"firms", "honey"}
    assert offered("code=firms&topic=kitchen") == {"firms", "noodles"}
    assert offered("code=firms&q=kh%C3%B4ng+c%C3%B3") == {"firms"}


# --- map -------------------------------------------------------------------------------------------------------------


def test_the_map_has_the_communes_in_classes_and_says_where_data_is_missing(page):
    few()
    answer = page(f"code=firms&unit=communes&{SPAN}&map_at=2025-09")
    found = answer.context["map"]
    assert set(found.data["tones"]) == {AN, BINH}
    assert found.data["tones"][AN] > found.data["tones"][BINH]
    assert sum(step.count for step in found.steps) == 3
    assert (found.steps[-1].tone, found.steps[-1].count) == (0, 1)
    assert page(f"code=firms&unit=province&{SPAN}").context["map"] is None


@for_all(values=st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_classes_rise_and_every_value_is_in_one(values):
    bounds = limits(values)
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= 4
    tones = [tone_of(class_of(value, bounds), bounds) for value in sorted(values)]
    assert tones == sorted(tones)
    assert set(tones) <= {1, 2, 3, 4, 5}


def test_five_classes_hold_about_as_many_values_each_below_zero_too():
    values = [n / 2 - 20 for n in range(100)]
    bounds = limits(values)
    classes = [class_of(value, bounds) for value in values]
    assert [classes.count(n) for n in range(1, 6)] == [20, 20, 20, 20, 20]


# --- speed -----------------------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_what_is_shown(page):
    """Reader 3, units 1, choices and names 3, values 5, marks 1, plans 1, change 1, departments 1, page around it."""
    few()
    small = f"code=firms&unit={AN}&first=2025-09&last=2025-09&plan=1&last_year=1"
    large = "code=firms,stock,price,rate&unit=province,communes&first=2023-01&last=2025-09&plan=1&last_year=1"

    def statements(query: str) -> int:
        page(query)
        with CaptureQueriesContext(connection) as seen:
            page(query)
        return len(seen)

    assert statements(large) <= statements(small) + 1
    assert statements(large) <= 28


def test_where_there_are_no_figures_the_page_says_so_instead_of_an_empty_chart(page):
    answer = page(f"code=stock&unit={AN}&{SPAN}")
    assert answer.context["chart"].empty
    assert 'id="plot"' not in answer.content.decode()
    assert lines_of(answer)[-1][1:] == ["", ""]


def test_the_page_says_where_the_pictures_come_from(page):
    few()
    pictures = page(f"code=firms&unit=communes&{SPAN}").context["pictures"]
    assert pictures["chart"]["signs"] == ",."
    assert pictures["chart"]["series"][0]["values"] == [10, 1200]


def test_who_asks_for_nothing_is_shown_what_is_ranked_first_of_what_has_values(page):
    def shown():
        return [one.code for one in page().context["map_choices"]]

    few()
    assert shown() == ["firms"]
    define(definition("aardvarks", topic="a"), definition("growth", topic="z", rank=1), definition("next", rank=2))
    give(("aardvarks", "99", "2025-09", 1), ("next", "99", "2025-09", 2), realm="demo")
    assert shown() == ["next"], "growth has no value yet"
    give(("growth", "99", "2025-09", 7), realm="demo")
    assert shown() == ["growth"]
