"""What the steps of a database depend on, as hashes: unchanged inputs, nothing to do."""

from ioc.machine.places import ROOT
from ioc.machine.stamps import content_hash


def migrations() -> str:
    """Return the hash of every migration, those of the packages included by their versions."""
    return content_hash([*ROOT.glob("*/*/migrations"), *ROOT.glob("*/migrations"), ROOT / "requirements.txt"])


def province(slug: str) -> str:
    """Return the hash of a province pack, of the indicators, and of the services that load them."""
    loaders = (ROOT / "services" / name for name in ("directory", "worktime", "indicators", "tickets"))
    return content_hash([ROOT / "fixtures" / "province" / slug, ROOT / "fixtures" / "indicators", *loaders])


def demo() -> str:
    """Return the hash of what demo accounts and demo data are made from."""
    return content_hash([ROOT / "fixtures", ROOT / "ioc" / "management", ROOT / "ioc" / "simulator"])
