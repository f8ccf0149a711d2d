"""What the form of Explore offers: indicators by topic and search, units, periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.directory.text import fold
from services.indicators import periods
from services.indicators.explore import words
from services.indicators.explore.asking import Question, choices, communes, names_of
from services.indicators.explore.state import COMMUNES, PROVINCE
from services.indicators.models import Definition
from services.indicators.periods import GRAINS, Grain, Period

TOPICS = {
    "socioeconomy": gettext_noop("Socio-economy"),
    "education": gettext_noop("Education"),
    "tourism": gettext_noop("Tourism"),
    "government": gettext_noop("Government"),
    "health": gettext_noop("Health"),
    "public_safety": gettext_noop("Public safety"),
    "environment": gettext_noop("Environment"),
}
"""Names of topics; another one is shown as it is written."""
GRAIN_NAMES = {
    "day": gettext_noop("Days"),
    "month": gettext_noop("Months"),
    "quarter": gettext_noop("Quarters"),
    "year": gettext_noop("Years"),
}
ACROSS_NAMES = {
    "time": gettext_noop("Periods"),
    "area": gettext_noop("Areas"),
    "indicator": gettext_noop("Indicators"),
}
CHART_NAMES = {
    "line": gettext_noop("Lines"),
    "bar": gettext_noop("Bars"),
    "heat": gettext_noop("Heat map"),
}
_YEARS_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick or choose."""

    value: str
    name: str
    chosen: bool
    note: str = ""
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under a heading."""

    title: str
    choices: Sequence[Choice]


def topics(question: Question) -> list[Choice]:
    """Return the topics of what the reader may see, with how many indicators each has."""
    counts: dict[str, int] = {}
    for one in choices(question):
        counts[one.topic] = counts.get(one.topic, 0) + 1
    state = question.state
    return [Choice(slug, topic_name(slug), slug == state.topic, str(counts[slug])) for slug in counts]


def topic_name(slug: str) -> str:
    """Return a topic's name in the reader's language."""
    return _(TOPICS[slug]) if slug in TOPICS else slug.replace("_", " ").capitalize()


def indicators(question: Question) -> list[Group]:
    """Return what may be ticked, by topic: those chosen, and those that topic and search leave."""
    state, typed = question.state, fold(question.state.q)
    groups: dict[str, list[Choice]] = {}
    for one in choices(question):
        chosen, folded = one.code in state.codes, folded_of(one)
        wanted = (not state.topic or one.topic == state.topic) and fits(folded, typed)
        if chosen or wanted:
            choice = Choice(one.code, words.name_of(one), chosen, words.measure_of(one), folded)
            groups.setdefault(one.topic, []).append(choice)
    return [Group(topic_name(topic), found) for topic, found in groups.items()]


def fits(folded: str, typed: str) -> bool:
    """Tell whether each word typed begins a word of a text; both folded."""
    parts = folded.split()
    return all(any(part.startswith(word) for part in parts) for word in typed.split())


def folded_of(definition: Definition) -> str:
    """Return what a search compares: both names and the code, without accents."""
    return fold(f"{definition.name} {definition.name_en} {definition.code}")


def areas(question: Question) -> list[Choice]:
    """Return the units that may be ticked: the province, all communes, then each; one statement for their names."""
    asked, reach, land = question.state.units, question.reach, question.land
    offered = communes(question)
    strays = [code for code in asked if code not in {PROVINCE, COMMUNES, *offered}]
    names = names_of([*offered, *strays, land.province])
    found = []
    if all(reach.covers(one, land.province) for one in question.definitions):
        name = names.get(land.province, land.province)
        found.append(Choice(PROVINCE, _("Whole province"), PROVINCE in asked, name, fold(name)))
    if len(offered) > 1:
        found.append(Choice(COMMUNES, _("Every commune and ward"), COMMUNES in asked, str(len(offered))))
    each = [_area(code, names.get(code, code), asked) for code in [*offered, *strays]]
    return [*found, *sorted(each, key=lambda one: one.folded)]


def _area(code: str, name: str, asked: Sequence[str]) -> Choice:
    return Choice(code, name, code in asked, "", fold(name))


def grains(question: Question) -> list[Choice]:
    """Return the kinds of periods; days only where an indicator has some."""
    daily = any(one.frequency == "day" for one in question.definitions)
    asked = question.state.grain
    return [Choice(one, _(GRAIN_NAMES[one]), one == asked) for one in GRAINS if one != "day" or daily or asked == "day"]


def spans(question: Question, chosen: Period | None) -> list[Group]:
    """Return the periods to choose from, newest year first; days are typed instead."""
    grain = question.state.grain
    if grain is None or grain == "day":
        return []
    end = periods.containing(question.now.date(), "year")
    years = {end.year - n for n in range(_YEARS_OFFERED)} | ({chosen.year} if chosen else set())
    found = [Group(str(year), [_period(one, chosen) for one in _of_year(year, grain)]) for year in sorted(years)[::-1]]
    if grain == "year":
        return [Group("", [choice for group in found for choice in group.choices])]
    return found


def _of_year(year: int, grain: Grain) -> list[Period]:
    whole = Period(year, 1, 1, "year")
    return list(periods.span(periods.containing(whole.start, grain), periods.containing(whole.end, grain)))


def _period(period: Period, chosen: Period | None) -> Choice:
    return Choice(period.text, words.short_period(period), period == chosen)


def shown_periods(question: Question, chosen: Period | None) -> list[Choice]:
    """Return the view's own periods, newest first: what the map can show one of."""
    return [_period(one, chosen) for one in reversed(question.periods)]


def across(question: Question) -> list[Choice]:
    """Return what the columns can be."""
    return [Choice(one, _(title), one == question.state.across) for one, title in ACROSS_NAMES.items()]


def charts(question: Question, drawn: str) -> list[Choice]:
    """Return the kinds of chart; ``drawn`` is the one that was thought best where none was asked for."""
    asked = question.state.chart
    best = Choice("", _("As fits best"), not asked, _(CHART_NAMES[drawn]) if not asked else "")
    return [best, *(Choice(one, _(title), one == asked) for one, title in CHART_NAMES.items())]
