"""An event of a security sensor."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.kernel.records import Record, once_per_source


class Threat(models.TextChoices):
    """What an event is a sign of: the four kinds the centre counts by, port scans, and the sensors' own noise.

    ``NONE`` is traffic that was only logged (a flow, a name looked up).
    """

    NONE = "", _("none")
    MALWARE = "malware", _("malware")
    VULNERABILITY = "vulnerability", _("application vulnerability")
    EXPLOIT = "exploit", _("exploit attempt")
    SERVER = "abnormal_server", _("abnormal server")
    SCAN = "scan", _("scan")
    NOISE = "noise", _("decoder noise")


INCIDENTS = (Threat.MALWARE, Threat.VULNERABILITY, Threat.EXPLOIT, Threat.SERVER, Threat.SCAN)


class Event(Record):
    """One line of a sensor's log (EVE JSON), kept as sent in ``raw``; partitioned by month of ``occurred_at``.

    ``host`` is the machine of ours that the event is about, ``system`` the information system of the province pack it
    belongs to. ``level`` is the sensor's own severity: 1 the worst, 4 the mildest.
    """

    partition_by: ClassVar[str] = "occurred_at"

    event_type = models.CharField(max_length=40)
    sensor = models.CharField(max_length=80)
    src_ip = models.GenericIPAddressField(null=True)
    src_port = models.IntegerField(null=True)
    dest_ip = models.GenericIPAddressField(null=True)
    dest_port = models.IntegerField(null=True)
    proto = models.CharField(max_length=40, blank=True, default="")
    signature_id = models.BigIntegerField(null=True)
    signature = models.CharField(max_length=300, blank=True, default="")
    classtype = models.CharField(max_length=120, blank=True, default="")
    level = models.SmallIntegerField(null=True)
    blocked = models.BooleanField(default=False)
    threat = models.CharField(max_length=16, choices=Threat, blank=True, default="")
    host = models.GenericIPAddressField(null=True)
    system = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        constraints = (once_per_source("event_once", partition="occurred_at"),)
        indexes = (
            models.Index(name="event_by_time", fields=("realm", "occurred_at")),
            models.Index(name="event_by_source_address", fields=("realm", "src_ip", "occurred_at")),
            models.Index(
                name="event_by_host", fields=("realm", "threat", "host", "occurred_at"), condition=~Q(threat="")
            ),
            models.Index(name="event_news", fields=("realm", "received_at"), condition=~Q(threat="")),
            models.Index(name="event_heard", fields=("realm", "received_at")),
            models.Index(name="event_signs", fields=("realm", "occurred_at", "threat"), condition=~Q(threat="")),
        )
