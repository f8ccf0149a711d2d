"""While a greater alert is open, those that it explains are hidden and counted on it; they come back when it ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts import actions
from services.alerts.announce import review
from services.alerts.hygiene import Inhibition, read
from services.alerts.models import Alert
from services.alerts.settling import under_review
from services.alerts.suppression import Facts, judge, metres_between
from services.directory.pack import PackError
from services.kernel import clock
from services.tickets.following import follow_alerts
from services.tickets.models import Ticket
from tests.services.alerts.kit import finding, gone, kinds, later, one, raise_, tile

SILENT, GAP = "intake.source_silent", "environment.gap"
SOURCE = f"{SILENT}:environment/observations"


def silent(source=SOURCE, **more):
    return finding(source, rule=SILENT, **more)


def gap(station, severity="high", **more):
    return finding(f"{GAP}:{station}", severity, rule=GAP, **more)


@pytest.mark.django_db
class TestHiding:
    @pytest.fixture(autouse=True)
    def loaded(self, province):
        """The sample pack's declarations and policies."""

    def raise_(self, *results):
        raise_(*results, monitor="environment")

    def follow(self):
        while follow_alerts():
            pass

    def test_what_comes_after_the_feed_died_is_hidden_and_counted_on_it(self):
        self.raise_(silent())
        self.raise_(gap("a"), gap("b"))
        parent = one(SOURCE)
        assert one(f"{GAP}:a").suppressed_by == f"inhibited:{parent.public_id}"
        assert tile(parent)["hides"] == 2
        assert kinds(f"{GAP}:a") == ["raised", "suppressed"]
        self.follow()
        assert not Ticket.objects.filter(alert__rule=GAP).exists()

    def test_what_came_before_the_silence_was_noticed_is_hidden_too_unless_somebody_has_it(self, province):
        self.raise_(gap("a"), gap("b"))
        actions.perform(
            verb="acknowledge", public_id=one(f"{GAP}:b").public_id, acting_user=province.user("op", "operator")
        )
        self.raise_(silent())
        assert (bool(one(f"{GAP}:a").suppressed_by), one(f"{GAP}:b").suppressed_by) == (True, "")
        assert tile(one(f"{GAP}:a"))["suppressed"] is True

    def test_they_come_back_when_it_ends_and_they_still_hold(self):
        self.raise_(silent(ago=2))
        self.raise_(gap("a", ago=1), gap("b", ago=1))
        self.raise_(gone(f"{GAP}:b", rule=GAP))
        assert tile(one(SOURCE))["hides"] == 1
        self.raise_(gone(SOURCE, rule=SILENT))
        self.follow()
        assert kinds(f"{GAP}:a") == ["raised", "suppressed", "released"]
        assert (one(f"{GAP}:a").suppressed_by, one(f"{GAP}:b").state) == ("", "cleared")
        assert list(Ticket.objects.filter(alert__rule=GAP).values_list("alert__fingerprint", flat=True)) == [f"{GAP}:a"]

    def test_a_person_who_calls_the_greater_one_done_brings_them_back_with_it_only_when_it_is_over(self, province):
        self.raise_(silent(ago=1))
        self.raise_(gap("a"))
        operator = province.user("op", "operator")
        actions.perform(verb="resolve", public_id=one(SOURCE).public_id, acting_user=operator)
        assert one(f"{GAP}:a").suppressed_by, "the condition still holds"
        self.raise_(gone(SOURCE, rule=SILENT))
        assert one(f"{GAP}:a").suppressed_by == ""

    def test_critical_is_never_hidden(self):
        self.raise_(silent())
        self.raise_(gap("a", "critical"))
        assert one(f"{GAP}:a").suppressed_by == ""

    def test_another_feed_hides_nothing_of_this_one(self):
        self.raise_(silent(f"{SILENT}:environment/elsewhere"))
        self.raise_(gap("a"))
        assert one(f"{GAP}:a").suppressed_by == ""

    def test_what_two_workers_missed_is_found_by_the_sweep(self):
        self.raise_(silent(ago=1))
        self.raise_(gap("a", ago=1))
        Alert.objects.filter(rule=GAP).update(suppressed_by="")
        now = clock.now("demo")
        assert review("demo", under_review("demo"), now) == 1
        assert one(f"{GAP}:a").suppressed_by
        assert review("demo", under_review("demo"), now) == 0
        Alert.objects.filter(rule=SILENT).update(state="cleared")
        assert review("demo", under_review("demo"), now) == 1
        assert one(f"{GAP}:a").suppressed_by == ""

    def test_the_statements_do_not_grow_with_what_is_hidden(self, django_assert_max_num_queries):
        self.raise_(*(gap(f"few-{n}") for n in range(3)))
        with django_assert_max_num_queries(40) as few:
            self.raise_(silent(ago=1))
        self.raise_(gone(SOURCE, rule=SILENT))
        self.raise_(*(gap(f"many-{n}") for n in range(60)))
        later(hours=25)
        with django_assert_max_num_queries(len(few) + 1):
            self.raise_(silent())
        assert Alert.objects.filter(suppressed_by__startswith="inhibited:").count() == 63


def test_a_circle_of_rules_that_hide_each_other_is_refused(tmp_path):
    path = tmp_path / "hygiene.toml"
    path.write_text('inhibit = [{slug="1", rule="a", hides=["b"]}, {slug="2", rule="b", hides=["c", "a"]}]')
    with pytest.raises(PackError, match="b → a → b"):
        read(path)


def test_a_misspelt_word_is_refused(tmp_path):
    path = tmp_path / "hygiene.toml"
    path.write_text('inhibit = [{slug="1", rule="a", hides=["b"], same=["colour"]}]')
    with pytest.raises(PackError, match="same knows"):
        read(path)


def test_distances_are_those_of_the_earth():
    # a degree of latitude is 111.195 km on a sphere of the earth's mean radius
    assert metres_between((108, 12), (108, 13)) == pytest.approx(111_195, rel=1e-4)


FACTS = st.builds(
    Facts,
    public_id=st.uuids().map(str), monitor=st.just("m"), rule=st.sampled_from(["a", "b", "c"]), category=st.just(""),
    fingerprint=st.sampled_from(["a:1", "b:1", "c:1", "b:2"]), severity=st.integers(0, 4),
    state=st.sampled_from(["active", "acknowledged", "cleared"]), units=st.just(frozenset()), department=st.none(),
    place=st.none(), suppressed_by=st.sampled_from(["", "tay", "inhibited:x", "maintenance:y"]), fresh=st.booleans(),
)  # fmt: skip
RULES = (Inhibition("1", "a", ("b",)), Inhibition("2", "b", ("c",), same=("key",)))


@given(alert=FACTS, others=st.lists(FACTS, max_size=5))
def test_whoever_hides_is_open_and_greater_and_no_critical_or_taken_alert_is_hidden(alert, others):
    cause = judge(alert, [], RULES, [*others, alert])
    if alert.suppressed_by == "tay":
        assert cause == "tay", "what a person decided stays"
    elif cause:
        (parent,) = [one for one in others if cause == f"inhibited:{one.public_id}"]
        assert parent.state in {"active", "acknowledged"}
        assert (alert.state, alert.severity < 4) == ("active", True)
        assert (parent.rule, alert.rule) in {("a", "b"), ("b", "c")}
    assert judge(alert, [], RULES, others[::-1]) == judge(alert, [], RULES, others)
