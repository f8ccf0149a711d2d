"""Read API: ``/api/socioeconomy/projects/``. Filters as query parameters, CSV of exactly what the filter shows."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.socioeconomy.models import Group, Pace, Project, Status
from monitors.socioeconomy.selectors import months_of, visible_projects
from services.directory.access import user_of
from services.kernel.api import ListView


class ProjectFilter(filters.FilterSet):
    """``investor``: a department's slug, a commune's code or a name; ``share_below``: in per cent."""

    year = filters.NumberFilter("year", min_value=1900, max_value=2200)
    code = filters.CharFilter("code", max_length=40)
    unit = filters.CharFilter("unit", max_length=5)
    investor = filters.CharFilter("investor", max_length=200)
    group = filters.MultipleChoiceFilter(choices=Group.choices)
    status = filters.MultipleChoiceFilter(choices=Status.choices)
    progress = filters.MultipleChoiceFilter(choices=Pace.choices)
    since = filters.DateFilter("month", "gte")
    least_plan = filters.NumberFilter("plan", "gte", min_value=0, max_value=10**6)
    share_below = filters.NumberFilter("share", "lt", min_value=0, max_value=1000)

    class Meta:
        model = Project
        fields = ()


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project's capital of one budget year; money in billion VND, ``share`` and ``expected`` in per cent."""

    lon = serializers.FloatField(source="place.x", default=None, allow_null=True, read_only=True)
    lat = serializers.FloatField(source="place.y", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Project
        fields = (
            "id", "code", "year", "name", "name_en", "investor", "investor_department", "investor_unit", "group",
            "status", "plan", "disbursed", "month", "share", "expected", "progress", "starts", "finishes", "unit",
            "lon", "lat", "as_of",
        )  # fmt: skip
        read_only_fields = fields


class PaidSerializer(serializers.Serializer[Any]):
    """What had been paid out by a month's end, in billion VND."""

    month = serializers.DateField()
    disbursed = serializers.FloatField()


class ProjectDetailSerializer(ProjectSerializer):
    """The same with the course of its payments."""

    months = serializers.SerializerMethodField()

    class Meta(ProjectSerializer.Meta):
        fields = (*ProjectSerializer.Meta.fields, "months")  # type: ignore[assignment]  # one more
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(PaidSerializer(many=True))
    def get_months(self, project: Project) -> list[dict[str, Any]]:
        """Return what was paid out by the end of each month reported, oldest first."""
        told = months_of([project])[project.pk]
        return [{"month": month.isoformat(), "disbursed": paid} for month, paid in sorted(told.items())]


class ProjectList(ListView):
    """Projects within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    export_name = "projects"
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        """Return what the reader may see."""
        return visible_projects(user_of(self.request))


class ProjectDetail(RetrieveAPIView[Project]):
    """One project and the months of its year."""

    access = "records.read"
    serializer_class = ProjectDetailSerializer
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        """Return what the reader may see; anything else is not found."""
        return visible_projects(user_of(self.request))


urlpatterns = [
    path("socioeconomy/projects/", ProjectList.as_view(), name="project-list"),
    path("socioeconomy/projects/<int:pk>/", ProjectDetail.as_view(), name="project-detail"),
]
