"""Addresses below ``/api/notifications/``."""

from django.urls import path

from services.notify import api, receipt_api

urlpatterns = [
    path("", api.OwnMessages.as_view(), name="notification-list"),
    path("read/", api.ReadAll.as_view(), name="notification-read-all"),
    path("preferences/", api.Wishes.as_view(), name="notification-preferences"),
    path("devices/", api.Devices.as_view(), name="notification-devices"),
    path("devices/end/", api.EndDevice.as_view(), name="notification-device-end"),
    path("push-key/", api.PushKey.as_view(), name="notification-push-key"),
    path("test/", api.TestMessage.as_view(), name="notification-test"),
    path("gateways/", api.Gateways.as_view(), name="notification-gateways"),
    path("outbox/", api.Outbox.as_view(), name="notification-outbox"),
    path("outbox/<uuid:public_id>/resend/", api.Resend.as_view(), name="notification-resend"),
    path("receipts/sms/", receipt_api.SmsReceipt.as_view(), name="receipt-sms"),
    path("receipts/zalo/", receipt_api.ZaloReceipt.as_view(), name="receipt-zalo"),
    path("<uuid:public_id>/", api.OwnMessage.as_view(), name="notification-detail"),
    path("<uuid:public_id>/read/", api.ReadMessage.as_view(), name="notification-read"),
]
