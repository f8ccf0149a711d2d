"""One ASGI application: pages and API by Django, the wall's websockets by Channels."""

import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # must come first: it loads the apps

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings

from services.kernel import garbage
from services.wall.routing import websocket_urlpatterns

# No AuthMiddlewareStack: it costs two thread hops and two statements a socket; the hub looks sessions up in batches.
_websocket = AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))

application = ProtocolTypeRouter(
    {
        "all": {"http": http, "websocket": _websocket},
        "web": {"http": http},
        "hub": {"http": http, "websocket": _websocket},
    }[settings.IOC_ROLE]
)

import_module(settings.ROOT_URLCONF)  # every view is loaded now, not at the first request
garbage.settle()
