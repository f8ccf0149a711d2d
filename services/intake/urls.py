"""Addresses below ``/api/intake/``."""

from django.urls import path

from services.intake import api

urlpatterns = [
    path("batches/<uuid:public_id>/", api.BatchDetail.as_view(), name="intake-batch"),
    path("quarantine/", api.QuarantineList.as_view(), name="quarantine-list"),
    path("quarantine/<uuid:public_id>/correct/", api.Correct.as_view(), name="quarantine-correct"),
    path("quarantine/<uuid:public_id>/discard/", api.Discard.as_view(), name="quarantine-discard"),
    path("<slug:monitor>/<slug:source>/", api.Intake.as_view(), name="intake"),
]
