"""Addresses of the duty pages, below /duty/."""

from django.urls import path

from services.duty import page_deeds, pages

app_name = "duty"
urlpatterns = [
    path("", pages.week, name="week"),
    path("me/", pages.me, name="me"),
    path("me/swap/", page_deeds.ask_swap, name="ask-swap"),
    path("me/leave/", page_deeds.add_leave, name="add-leave"),
    path("me/leave/<uuid:public_id>/end/", page_deeds.end_leave, name="end-leave"),
    path("me/feed/", page_deeds.make_own_feed, name="make-own-feed"),
    path("feed/<str:secret>.ics", pages.feed, name="feed"),
    path("feeds/<uuid:public_id>/revoke/", page_deeds.revoke_feed, name="revoke-feed"),
    path("swaps/<uuid:public_id>/approve/", page_deeds.approve_swap, name="approve-swap"),
    path("swaps/<uuid:public_id>/answer/<slug:answer>/", page_deeds.answer_swap, name="answer-swap"),
    path("overrides/<uuid:public_id>/withdraw/", page_deeds.withdraw_override, name="withdraw-override"),
    path("rotations/<uuid:public_id>/", pages.rotation, name="rotation"),
    path("rotations/<uuid:public_id>/retire/", page_deeds.retire_rotation, name="retire-rotation"),
    path("<slug:roster>/", pages.roster, name="roster"),
    path("<slug:roster>/rotation/", pages.new_rotation, name="new-rotation"),
    path("<slug:roster>/override/", page_deeds.add_override, name="add-override"),
    path("<slug:roster>/settings/", page_deeds.set_plan, name="set-plan"),
    path("<slug:roster>/feed/", page_deeds.make_feed, name="make-feed"),
    path("<slug:roster>/import/", page_deeds.import_calendar, name="import"),
]
