"""Alerts, what tells of their changes, and what is declared about them ahead."""

from services.alerts.models.alert import EVIDENCE_KEPT, Alert, AlertChange
from services.alerts.models.maintenance import MaintenanceWindow

__all__ = ["EVIDENCE_KEPT", "Alert", "AlertChange", "MaintenanceWindow"]
