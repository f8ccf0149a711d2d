"""Each figure with its limit, where the limit comes from, and a plain verdict: the lines of page, API and file."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.reports.load import figures
from services.reports.load.figures import Verdict, below
from services.reports.load.reading import Load, Position

ISA: Final = "ISA-18.2"
EEMUA: Final = "EEMUA 191"
WORDS: Final[dict[Verdict, tuple[str, str, str]]] = {
    "good": (gettext_noop("within the limit"), "s-done", "done"),
    "watch": (gettext_noop("at the limit"), "s-wait", "wait"),
    "bad": (gettext_noop("outside the limit"), "v-high", "bad"),
    "none": (gettext_noop("without a limit"), "s-off", "wait"),
}
"""Word, shape and class of each verdict."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in the reader's language: ``value`` as a number for programs, ``shown`` with its unit."""

    slug: str
    title: str
    value: float | None
    shown: str
    limit: str
    standard: str
    verdict: Verdict

    @property
    def word(self) -> str:
        """The verdict's word."""
        return _(WORDS[self.verdict][0])

    @property
    def shape(self) -> str:
        """The verdict's shape."""
        return WORDS[self.verdict][1]

    @property
    def css(self) -> str:
        """The verdict's class."""
        return WORDS[self.verdict][2]


def lines(load: Load) -> list[Line]:
    """Return every figure of a load."""
    return [*_rates(load), *_floods(load), *_priorities(load), *_state(load), *_handling(load)]


def _rates(load: Load) -> list[Line]:
    rate = load.rate
    per_seat = rate.peak / load.seats
    return [
        Line("total", _("Alerts that came"), rate.total, _number(rate.total), "", "", "none"),
        Line(
            "average",
            _("Alerts per 10 minutes and operator, on average"),
            round(rate.average, 3),
            _number(rate.average, 2),
            _("about 1, at most 2"),
            ISA,
            below(rate.average, figures.STEADY, 2 * figures.STEADY),
        ),
        Line(
            "peak",
            _("Most alerts in 10 minutes, per operator"),
            per_seat,
            _number(per_seat, 0 if load.seats == 1 else 1),
            _("at most 10"),
            EEMUA,
            below(per_seat, figures.MOST_IN_TEN, figures.MOST_IN_TEN),
        ),
    ]


def _floods(load: Load) -> list[Line]:
    found = load.floods
    longest = found.longest.total_seconds() / 60
    return [
        Line(
            "flood_share",
            _("Time in floods"),
            round(found.percent, 2),
            _percent(found.percent, 1),
            _("below 1 %"),
            ISA,
            below(found.percent, figures.FLOOD_SHARE, 5),
        ),
        Line("floods", _("Floods"), found.number, _number(found.number), "", "", "none"),
        Line("longest_flood", _("Longest flood"), round(longest, 1), _minutes(longest or None), "", "", "none"),
    ]


def _priorities(load: Load) -> list[Line]:
    titles = {"low": _("Low priority"), "medium": _("Medium priority"), "high": _("High priority")}
    return [
        Line(
            f"priority_{one.name}",
            titles[one.name],
            round(one.percent, 1),
            f"{_percent(one.percent)} ({_number(one.count)})",
            _("about {percent}").format(percent=_percent(one.should)),
            EEMUA,
            one.verdict,
        )
        for one in load.priorities
    ]


def _state(load: Load) -> list[Line]:
    frequent = sum(one.percent for one in load.frequent)
    few = load.rate.total <= figures.TOP * 2
    return [
        Line(
            "frequent_share",
            _("Part of the ten most frequent"),
            round(frequent, 1),
            _percent(frequent),
            _("1 % to 5 %"),
            ISA,
            "none" if few else below(frequent, figures.FREQUENT_SHARE, 20),
        ),
        Line(
            "chattering",
            _("Alerts that chattered or flapped"),
            load.chattering,
            _number(load.chattering),
            _("none: each one is mended"),
            ISA,
            below(load.chattering, 0, 0),
        ),
        Line(
            "standing",
            _("Open at the end of the span"),
            load.standing,
            _number(load.standing),
            _("fewer than 10"),
            EEMUA,
            below(load.standing, 9 * load.seats, 20 * load.seats),
        ),
        Line(
            "stale",
            _("Open for more than 24 hours"),
            load.stale,
            _number(load.stale),
            _("fewer than 5 on any day"),
            ISA,
            below(load.stale, 4, 10),
        ),
    ]


def _handling(load: Load) -> list[Line]:
    half, most = (figures.percentile(load.taken, part) for part in (50, 90))
    return [
        Line("shelved", _("Put on a shelf"), load.shelved, _number(load.shelved), "", "", "none"),
        Line("maintenance", _("Suppressed by maintenance"), load.maintained, _number(load.maintained), "", "", "none"),
        Line(
            "inhibited", _("Suppressed behind a greater alert"), load.inhibited, _number(load.inhibited), "", "", "none"
        ),
        Line("by_hand", _("Suppressed by hand"), load.by_hand, _number(load.by_hand), "", "", "none"),
        Line("taken_half", _("Half were taken in hand within"), _rounded(half), _minutes(half), "", "", "none"),
        Line("taken_most", _("Nine in ten were taken in hand within"), _rounded(most), _minutes(most), "", "", "none"),
    ]


@dataclass(frozen=True, slots=True)
class PositionLine:
    """A declared position beside the others, with the worst verdict on its average, its peak and its floods."""

    slug: str
    name: dict[str, str]
    seats: int
    line: Line
    peak: str
    flooded: str


def position_lines(load: Load) -> list[PositionLine]:
    """Return the declared positions side by side."""
    return [_position_line(one) for one in load.positions]


def _position_line(one: Position) -> PositionLine:
    average, percent, seats = one.rate.average, one.floods.percent, one.desk.seats
    verdict: Verdict = max(
        below(average, figures.STEADY, 2 * figures.STEADY),
        below(percent, figures.FLOOD_SHARE, 5),
        below(one.rate.peak / seats, figures.MOST_IN_TEN, figures.MOST_IN_TEN),
        key=("none", "good", "watch", "bad").index,
    )
    line = Line("average", "", average, _number(average, 2), "", ISA, verdict)
    name = {str(language): text for language, text in one.desk.name.items()}
    return PositionLine(one.desk.slug, name, seats, line, _number(one.rate.peak), _percent(percent, 1))


def minutes(span: timedelta) -> str:
    """Return how long something lasted, in words."""
    return _minutes(span.total_seconds() / 60)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _number(value: float, decimals: int = 0) -> str:
    return str(formats.number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True))


def _percent(value: float, decimals: int = 0) -> str:
    return f"{_number(value, decimals)}\u00a0%"


def _minutes(value: float | None) -> str:
    return "–" if value is None else _("{minutes} min").format(minutes=_number(value, 0 if value >= 10 else 1))
