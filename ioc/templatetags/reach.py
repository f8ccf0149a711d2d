"""Links that are shown only to whom they lead somewhere: ``{% may "indicators.read" as reads %}``."""

from django import template
from django.template import Context

from services.directory import access

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: Context, action: str) -> bool:
    """Tell whether the reader may do an action of the access table to anything at all; False without a request."""
    request = context.get("request")
    return request is not None and access.may(request.user, action)
