"""Pictures that others send: really a picture, small, and without what its sender hid in it."""

import base64
import binascii
import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 300_000
"""Of a picture as sent (configuration)."""
MOST_PIXELS = 12_000_000
WIDTH = 1280
"""Pixels across the picture that is kept."""


class BadPictureError(ValueError):
    """What was sent is no picture that can be kept; the message says why, in the reader's language."""


def checked_jpeg(text: str) -> bytes:
    """Return a base64 text's JPEG or PNG as a fresh JPEG; BadPictureError when it is none, too large or damaged.

    It is decoded and written anew: neither a position in its EXIF data nor anything behind its end mark is kept.
    """
    try:
        content = base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPictureError(_("is no base64 text")) from error
    if len(content) > MOST_BYTES:
        raise BadPictureError(_("is larger than {limit} kB").format(limit=MOST_BYTES // 1000))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _again(content)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPictureError(_("is no JPEG or PNG picture")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadPictureError(_("is a damaged picture")) from error


def _again(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.thumbnail((WIDTH, WIDTH))
        kept = io.BytesIO()
        picture.convert("RGB").save(kept, "JPEG", quality=75)
    return kept.getvalue()
