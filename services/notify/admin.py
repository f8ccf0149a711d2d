"""Webhooks in Django admin: whose program is told, where; the key is made here and shown once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext

from services.directory.models import User
from services.kernel import clock
from services.notify import wishing
from services.notify.models import Endpoint
from services.notify.outcomes import RefusedError
from services.notify.sending.guard import check


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new webhook."""

    url = forms.URLField(max_length=1000, assume_scheme="https")

    class Meta:
        model = Endpoint
        fields = ("person", "url", "name")

    def clean_url(self) -> str:
        """Refuse what can be no webhook."""
        url = str(self.cleaned_data["url"])
        try:
            check(url)
        except RefusedError as error:
            raise ValidationError(str(error)) from error
        return url


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Addresses of persons: webhooks are added here, browsers add themselves; either can be taken away."""

    list_display = ("person", "kind", "name", "url", "created_at")
    list_filter = ("kind",)
    list_select_related = ("person",)
    form = EndpointForm
    fields = ("person", "url", "name")
    raw_id_fields = ("person",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one: a new address is a new webhook with a key of its own."""
        del request, obj
        return False

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Add a webhook and say its key."""
        del form, change
        assert isinstance(request.user, User)  # noqa: S101 - the site let nobody else in
        made = wishing.add_webhook(
            person=obj.person, url=obj.url, name=obj.name, now=clock.now(), acting_user=request.user
        )
        obj.pk, obj.public_id = made.pk, made.public_id
        text = gettext("The key of this webhook, shown only now: {key}").format(key=made.secrets["key"])
        self.message_user(request, text, messages.SUCCESS)
