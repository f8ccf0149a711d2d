import pytest

from services.notify import vapid
from tests.services.notify.kit import gateway, mailbox

SMS = """
[sms]
url = "{url}/send"
headers = {{ Authorization = "Bearer k", "Content-Type" = "application/json" }}
body = '{{"to":"$to","text":"$text","id":"$id","unicode":$unicode}}'
success = '"status":"(ok|queued)"'
queued = '"status":"queued"'
refused = '"status":"refused"'
message_id = '"id":"([^"]+)"'
timeout = {timeout}
receipt_token = "geheim"
"""


@pytest.fixture
def server():
    """A gateway over a real socket."""
    with gateway() as running:
        yield running


@pytest.fixture
def mail(settings):
    """A mail server over a real socket, in use."""
    with mailbox() as running:
        settings.EMAIL_URL = running.url
        yield running


@pytest.fixture
def configure(settings, tmp_path):
    """Write the file of the gateways."""

    def write(text: str) -> None:
        path = tmp_path / f"notify-{len(list(tmp_path.iterdir()))}.toml"
        path.write_text(text, encoding="utf-8")
        settings.IOC_NOTIFY = path

    return write


@pytest.fixture
def sms(server, configure):
    """An SMS gateway over a real socket, in use."""
    configure(SMS.format(url=server.url, timeout=2))
    return server


@pytest.fixture(autouse=True)
def sinks(settings, tmp_path_factory):
    """Files of this test alone."""
    folder = tmp_path_factory.mktemp("sinks")
    settings.IOC_MAIL_DIR, settings.IOC_SINK_DIR = folder / "mail", folder / "sink"
    settings.IOC_VAPID_KEY = folder / "vapid.pem"
    settings.IOC_PUBLIC_URL = "https://ioc.example.vn"
    yield folder
    vapid._key.cache_clear()
