"""The directory over HTTP: units and departments for everybody, persons for those inside."""

import hashlib
from datetime import date
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from services.directory import maps, selectors
from services.directory.models import Appointment, Department, Person, Unit
from services.directory.models.units import UnitLevel
from services.directory.models.validity import valid_on
from services.directory.text import fold
from services.kernel import clock
from services.kernel.api import ListView, NewestFirst
from services.kernel.models import LIVE

MAP_SECONDS = 300
"""How long a browser may keep the map of units before it asks whether it changed."""


def today() -> date:
    """Return the day that it is in the province."""
    return clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date()


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """A unit during one validity period; ``longitude`` and ``latitude`` of its own point, degrees (EPSG:4326)."""

    id = serializers.UUIDField(source="public_id")
    parent_code = serializers.CharField(source="parent.code", default=None, allow_null=True)
    longitude = serializers.FloatField(source="point.x")
    latitude = serializers.FloatField(source="point.y")

    class Meta:
        model = Unit
        fields: ClassVar[tuple[str, ...]] = (
            "id",
            "code",
            "level",
            "kind",
            "name",
            "name_en",
            "full_name",
            "parent_code",
            "valid_from",
            "valid_to",
            "longitude",
            "latitude",
            "approximate",
        )


class RelativeSerializer(serializers.Serializer[Any]):
    """A unit that another one became or was made from; ``weight`` is the share of the old one's people, 0 to 1."""

    code = serializers.CharField()
    full_name = serializers.CharField()
    weight = serializers.FloatField()
    extent = serializers.ChoiceField(choices=[("full", "full"), ("partial", "partial")])


class UnitDetailSerializer(UnitSerializer):
    """A unit with what became of it and what it was made from."""

    successors = serializers.SerializerMethodField()
    predecessors = serializers.SerializerMethodField()

    class Meta(UnitSerializer.Meta):
        fields = (*UnitSerializer.Meta.fields, "successors", "predecessors")

    @extend_schema_field(RelativeSerializer(many=True))
    def get_successors(self, unit: Unit) -> list[dict[str, Any]]:
        """Return the units that took this one over."""
        return [_relative(link.new, link.weight, link.kind) for link in selectors.successors(unit)]

    @extend_schema_field(RelativeSerializer(many=True))
    def get_predecessors(self, unit: Unit) -> list[dict[str, Any]]:
        """Return the units that this one took over."""
        return [_relative(link.old, link.weight, link.kind) for link in selectors.predecessors(unit)]


def _relative(unit: Unit, weight: Any, extent: str) -> dict[str, Any]:
    return {"code": unit.code, "full_name": unit.full_name, "weight": float(weight), "extent": extent}


class UnitFilter(django_filters.FilterSet):
    """By level, by day (default today) and by name: accents optional, exact ones first."""

    level = django_filters.ChoiceFilter(choices=UnitLevel.choices)
    on = django_filters.DateFilter(method="nothing_more", label="day the unit exists on")
    q = django_filters.CharFilter(method="nothing_more", max_length=100, label="part of the name")

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Unit]) -> QuerySet[Unit]:
        """Return the units of the day that fit, best match first."""
        del queryset
        asked = self.form.cleaned_data
        on = asked["on"] or today()
        found = selectors.search_units(asked["q"] or "", on, asked["level"] or None)
        return found.select_related("parent").defer("geometry", "outline", "parent__geometry", "parent__outline")

    def nothing_more(self, queryset: QuerySet[Unit], name: str, value: object) -> QuerySet[Unit]:
        """Leave the rows as they are: the day and the name are read together with the level."""
        del name, value
        return queryset


class UnitPages(NewestFirst):
    """Pages of units: by rank when a name is looked for, else by code."""

    def get_ordering(self, request: Request, queryset: QuerySet[Unit], view: Any) -> tuple[str, ...]:
        """Return the order that the filter gave."""
        del request, view
        return tuple(str(field) for field in queryset.query.order_by)


class UnitList(ListView):
    """Administrative units of a day: ``level``, ``on`` (default today), ``q`` (part of the name)."""

    access = "directory.read"
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    pagination_class = UnitPages
    export_name = "units"
    queryset = Unit.objects.all()


DAY = OpenApiParameter("on", OpenApiTypes.DATE, description="the day in question (default: today)")


class DaySerializer(serializers.Serializer[Any]):
    """The query parameter ``on``."""

    on = serializers.DateField(required=False)


class MapSerializer(DaySerializer):
    """The query parameters of a map of units."""

    level = serializers.ChoiceField(choices=UnitLevel.choices, default=UnitLevel.COMMUNE)


class UnitDetail(generics.RetrieveAPIView[Unit]):
    """One unit by its code, as it is on a day; a code that has ended shows its last unit."""

    access = "directory.read"
    serializer_class = UnitDetailSerializer
    queryset = Unit.objects.none()

    @extend_schema(parameters=[DAY])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return the unit."""
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Unit:
        """Return the unit that has the code; 404 when no unit ever had it or none had it on that day."""
        asked = DaySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        named = Unit.objects.filter(code=self.kwargs["code"]).select_related("parent")
        on = asked.validated_data.get("on")
        found = named.filter(valid_on(on)) if on else named.filter(valid_from__lte=today())
        unit = found.order_by("-valid_from").first()
        if unit is None:
            raise Http404
        return unit


class GeoJsonRenderer(JSONRenderer):
    """Marks GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class UnitMap(APIView):
    """Simplified boundaries of a level's units as GeoJSON; ``approximate`` ones are no official boundaries."""

    access = "directory.read"
    renderer_classes = (GeoJsonRenderer, JSONRenderer)

    @extend_schema(
        parameters=[MapSerializer],
        responses={(200, "application/geo+json"): OpenApiTypes.OBJECT, 304: None},
        operation_id="directory_units_geojson",
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the map, or 304 when the browser has this very one."""
        asked = MapSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        body = maps.feature_collection(asked.validated_data["level"], asked.validated_data.get("on") or today())
        return cacheable(request, HttpResponse(body, content_type=GeoJsonRenderer.media_type))


def cacheable(request: HttpRequest | Request, response: HttpResponse) -> HttpResponse:
    """Return the response with a tag of its content and a time to keep it, or 304 when the reader has it."""
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=MAP_SECONDS)
    plain = request._request if isinstance(request, Request) else request
    found: HttpResponse = get_conditional_response(plain, etag=etag, response=response)  # type: ignore[assignment]
    return found


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department of the province or a body of its rank."""

    class Meta:
        model = Department
        fields = (
            "slug",
            "name",
            "name_en",
            "short_name",
            "short_name_en",
            "agency_code",
            "valid_from",
            "valid_to",
        )


class DepartmentFilter(django_filters.FilterSet):
    """By day: ``on`` (default: all that ever were)."""

    on = django_filters.DateFilter(method="by_day", label="day the department exists on")

    class Meta:
        model = Department
        fields: tuple[str, ...] = ()

    def by_day(self, rows: QuerySet[Department], name: str, value: date) -> QuerySet[Department]:
        """Keep those that exist on the day."""
        del name
        return rows.filter(valid_on(value))


class DepartmentPages(NewestFirst):
    """Pages of departments in their order of protocol."""

    ordering = ("order", "slug")  # type: ignore[assignment]  # a tuple is as good as a string


class DepartmentList(ListView):
    """Departments in their order of protocol."""

    access = "directory.read"
    serializer_class = DepartmentSerializer
    filterset_class = DepartmentFilter
    pagination_class = DepartmentPages
    export_name = "departments"
    queryset = Department.objects.all()


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """A position held now; ``title`` names the type of the unit where it stands in one."""

    position = serializers.CharField(source="position.slug")
    title = serializers.DictField(child=serializers.CharField(), help_text="vi and en")
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)

    class Meta:
        model = Appointment
        fields = ("position", "title", "department", "unit", "is_head", "valid_from", "valid_to")


class PersonSerializer(serializers.ModelSerializer[Person]):
    """An official with the positions held today; phone and e-mail are those of the office."""

    id = serializers.UUIDField(source="public_id")
    appointments = AppointmentSerializer(source="held", many=True)

    class Meta:
        model = Person
        fields = ("id", "full_name", "called_name", "phone", "email", "appointments")


class PersonFilter(django_filters.FilterSet):
    """By department, by unit, by name."""

    department = django_filters.CharFilter("appointments__department__slug", distinct=True)
    unit = django_filters.CharFilter("appointments__unit__code", distinct=True)
    q = django_filters.CharFilter(method="by_name", max_length=100, label="part of the name")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        """Keep those whose name contains the text, accents optional."""
        del name
        return rows.filter(search_name__contains=fold(value))


class PersonPages(NewestFirst):
    """Pages of persons by given name, as Vietnamese sorts it."""

    ordering = ("sort_key", "id")  # type: ignore[assignment]  # a tuple is as good as a string


class PersonList(ListView):
    """Officials, by given name."""

    access = "directory.people.read"
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    pagination_class = PersonPages
    export_name = "people"
    queryset = Person.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return real persons, and in a demonstration the invented ones too."""
        held = Appointment.objects.filter(valid_on(today())).select_related("position", "department", "unit")
        held = held.defer("unit__geometry", "unit__outline").order_by("-is_head", "valid_from")
        persons = Person.objects.filter(realm__in={LIVE, settings.IOC_REALM})
        return persons.prefetch_related(Prefetch("appointments", held, to_attr="held"))
