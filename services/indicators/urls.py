"""Addresses below ``/api/indicators/``."""

from django.urls import path

from services.indicators import api, closing_api, workbook_api

urlpatterns = [
    path("", api.DefinitionList.as_view(), name="indicator-list"),
    path("series/", api.SeriesView.as_view(), name="indicator-series"),
    path("pivot/", api.PivotView.as_view(), name="indicator-pivot"),
    path("comparison/", api.ComparisonView.as_view(), name="indicator-comparison"),
    path("history/", api.HistoryView.as_view(), name="indicator-history"),
    path("periods/close/", closing_api.ClosePeriod.as_view(), name="period-close"),
    path("template/", workbook_api.TemplateView.as_view(), name="indicator-template"),
    path("workbooks/", workbook_api.WorkbookList.as_view(), name="workbook-list"),
    path("workbooks/<uuid:public_id>/", workbook_api.WorkbookDetail.as_view(), name="workbook-detail"),
    path("workbooks/<uuid:public_id>/marked/", workbook_api.WorkbookMarked.as_view(), name="workbook-marked"),
]
