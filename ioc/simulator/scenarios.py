"""Named turns of the world, laid over an ordinary day from the moment the simulator starts."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs from an ordinary day while it lasts.

    ``storm`` is the peak rain (mm an hour) of a cell that crosses the province; ``dry`` keeps ordinary rain away;
    ``late`` is the share of dossiers that miss their day; ``unreceived`` the share of online ones that lie about;
    ``storm_lasting`` is how long the cell crosses (None: all the while); ``bulletins`` names a flood of the province;
    ``intrusion`` starts an infection, a scan and an attack on a web server; ``quiet`` starts no security episode.
    """

    name: str
    lasting: timedelta = timedelta(hours=4)
    storm: float = 0.0
    dry: bool = False
    late: float = 0.035
    unreceived: float = 0.03
    intrusion: bool = False
    quiet: bool = False
    storm_lasting: timedelta | None = None
    bulletins: str = ""


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("ordinary"),
        Scenario("calm", dry=True, late=0.01, unreceived=0.0, quiet=True),
        Scenario("storm", storm=60.0),
        Scenario("intrusion", intrusion=True),
        Scenario("backlog", late=0.3, unreceived=0.4),
        Scenario(
            "flood-2025",
            lasting=timedelta(days=12),
            storm=60.0,
            storm_lasting=timedelta(hours=15),
            bulletins="flood-2025",
        ),
    )
}
