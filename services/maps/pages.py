"""Vector tiles over HTTP (Mapbox Vector Tile 2.1)."""

import gzip
import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from services.directory.access import access, streams_of
from services.kernel import clock
from services.maps import reading
from services.maps.catalog import UnknownLayerError
from services.maps.grid import NoSuchTileError, TileAt

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
PUBLIC_SECONDS = 60
LEAST_TO_PACK = 1400
"""Bytes that one packet holds: packing less saves nothing."""


@access("layers.read")
@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Return one tile of a layer, or 304 when the browser has this very one.

    404 for a layer or tile that is not there, and for a layer that is not the reader's. ``?coarse=1`` asks for cells of
    twice the size.
    """
    now = clock.now(settings.IOC_REALM)
    try:
        public = reading.is_public(layer)
        streams = () if public else tuple(streams_of(request.user))
        reader = reading.Reader(settings.IOC_REALM, now, streams)
        body = reading.tile(layer, TileAt(z, x, y), reader, coarse=request.GET.get("coarse") == "1")
    except (UnknownLayerError, NoSuchTileError) as error:
        raise Http404 from error
    return _answer(request, body, public=public)


def _answer(request: HttpRequest, body: bytes, *, public: bool) -> HttpResponseBase:
    """Public tiles may be kept by anybody for a minute; others only by the reader's browser, which asks each time."""
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    packed = len(body) >= LEAST_TO_PACK and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(gzip.compress(body, 1, mtime=0) if packed else body, content_type=MEDIA_TYPE)
    if packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["ETag"] = f"W/{etag}"
    if public:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    else:
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    found: HttpResponseBase = get_conditional_response(request, etag=f"W/{etag}", response=response)  # type: ignore[assignment]
    return found
