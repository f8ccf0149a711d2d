"""Addresses below ``/api/duty/``."""

from django.urls import path

from services.duty import api, own_api

urlpatterns = [
    path("rosters/", api.RosterList.as_view(), name="duty-rosters"),
    path("rosters/<slug:roster>/", api.RosterDetail.as_view(), name="duty-roster"),
    path("rosters/<slug:roster>/settings/", api.RosterSettings.as_view(), name="duty-roster-settings"),
    path("rosters/<slug:roster>/rotations/", api.RotationAdd.as_view(), name="duty-rotation-add"),
    path("rosters/<slug:roster>/overrides/", api.OverrideAdd.as_view(), name="duty-override-add"),
    path("rosters/<slug:roster>/import/", api.CalendarImport.as_view(), name="duty-import"),
    path("rotations/<uuid:public_id>/change/", api.RotationChange.as_view(), name="duty-rotation-change"),
    path("rotations/<uuid:public_id>/retire/", api.RotationRetire.as_view(), name="duty-rotation-retire"),
    path("overrides/<uuid:public_id>/withdraw/", api.OverrideWithdraw.as_view(), name="duty-override-withdraw"),
    path("shifts/", api.ShiftList.as_view(), name="duty-shifts"),
    path("swaps/", own_api.SwapList.as_view(), name="duty-swaps"),
    path("swaps/ask/", own_api.SwapAsk.as_view(), name="duty-swap-ask"),
    *(
        path(f"swaps/<uuid:public_id>/{verb}/", own_api.SwapVerb.as_view(verb=verb), name=f"duty-swap-{verb}")
        for verb in ("agree", "refuse", "withdraw", "approve")
    ),
    path("leaves/", own_api.LeaveList.as_view(), name="duty-leaves"),
    path("leaves/add/", own_api.LeaveAdd.as_view(), name="duty-leave-add"),
    path("leaves/<uuid:public_id>/end/", own_api.LeaveEnd.as_view(), name="duty-leave-end"),
    path("feeds/", own_api.FeedAdd.as_view(), name="duty-feed-add"),
    path("feeds/<uuid:public_id>/revoke/", own_api.FeedRevoke.as_view(), name="duty-feed-revoke"),
]
