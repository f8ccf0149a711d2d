"""Addresses below ``/api/audit/``."""

from django.urls import path

from services.audit import api

urlpatterns = [path("", api.AuditList.as_view(), name="audit-list")]
