"""Zalo: notifications of an official account by approved templates, addressed by telephone number.

The answer to ``POST …/message/template`` is 200 with ``error`` 0, or below 0 with a ``message``. The access token lives
about a day; it is renewed with the refresh token, which every renewal replaces, so both are kept in the database.
"""

import json
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction

from services.kernel import clock
from services.kernel.models import LIVE
from services.notify.channels import ZALO
from services.notify.config import ZaloAccount, config
from services.notify.models import Message, Token
from services.notify.outcomes import AgainError, Outcome, RefusedError, UnsureError
from services.notify.sending.delivery import Delivery
from services.notify.sending.http import Answer, ask, build
from services.notify.sending.sms import number_of

BAD_TOKEN: Final = frozenset({-124, -216, -201})
LATER: Final = frozenset({-100, -115, -133, -144, -147})
"""Unknown error at their side, out of quota, not at night, a day's limits: another time."""
EARLY: Final = timedelta(minutes=5)
"""How long before its end a token is renewed."""
DIGEST: Final = "digest"


def send(delivery: Delivery) -> Outcome:
    """Send by the approved template; a token that is refused is renewed once."""
    account = config().zalo
    if account is None:
        message = "no Zalo account is configured"
        raise RefusedError(message)
    body = json.dumps(_body(delivery, account), ensure_ascii=False).encode()
    found = _answer(_post(account, body, _access(account)))
    if found.get("error") in BAD_TOKEN:
        found = _answer(_post(account, body, _access(account, renew=True)))
    return _read(found)


def described(delivery: Delivery) -> dict[str, Any]:
    """Return what would be sent."""
    return {
        "phone": number_of(delivery.person.phone, "84", plus=False),
        "template": _template(delivery),
        "data": values_of(delivery),
        "tracking_id": delivery.key,
    }


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what parameters of templates may be filled with."""
    words, context = delivery.letter, delivery.first.context
    return {
        "name": delivery.person.full_name,
        "code": str(context.get("code", "")),
        "title": words.title,
        "subject": words.subject,
        "text": words.short,
        "due": words.due,
        "url": words.url,
        "count": str(len(delivery.messages)),
    }


def _template(delivery: Delivery) -> str:
    return delivery.first.template if len(delivery.messages) == 1 else DIGEST


def _body(delivery: Delivery, account: ZaloAccount) -> dict[str, Any]:
    approved = account.templates.get(_template(delivery))
    if approved is None:
        message = f"no approved template for {_template(delivery)}"
        raise RefusedError(message)
    values = values_of(delivery)
    return {
        "phone": number_of(delivery.person.phone, "84", plus=False),
        "template_id": str(approved["id"]),
        "template_data": {theirs: values.get(ours, "")[:100] for theirs, ours in approved.get("params", {}).items()},
        "tracking_id": delivery.key,
    }


def _post(account: ZaloAccount, body: bytes, access: str) -> Answer:
    headers = {"access_token": access, "Content-Type": "application/json"}
    return ask(build("POST", account.url, headers=headers, content=body), repeatable=False, timeout=account.timeout)


def _answer(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "error" not in found:
        message = f"an answer that is none: {answer.text[:300]}"
        raise UnsureError(message)
    return found


def _read(found: dict[str, Any]) -> Outcome:
    code, text = found["error"], f"{found['error']} {found.get('message', '')}".strip()
    if code == 0:
        data = found.get("data")
        return Outcome(Message.SENT, str(data.get("msg_id", ""))[:120] if isinstance(data, dict) else "")
    if code in LATER or code in BAD_TOKEN:
        raise AgainError(text)
    raise RefusedError(text)


def _access(account: ZaloAccount, *, renew: bool = False) -> str:
    """Return the access token, renewed when it ends soon or is asked for.

    Its row is locked meanwhile: of two senders one renews, the other takes what came of it.
    """
    now = clock.now(LIVE)
    with transaction.atomic():
        token, _made = Token.objects.select_for_update().get_or_create(
            channel=ZALO, defaults={"access": "", "refresh": account.refresh_token, "expires_at": now}
        )
        if renew or token.expires_at - EARLY <= now:
            _renew(token, account)
        return token.access


def _renew(token: Token, account: ZaloAccount) -> None:
    form = {"app_id": account.app_id, "grant_type": "refresh_token", "refresh_token": token.refresh}
    headers = {"secret_key": account.app_secret, "Content-Type": "application/x-www-form-urlencoded"}
    request = build("POST", account.token_url, headers=headers, content=urlencode(form).encode())
    answer = ask(request, repeatable=True, timeout=account.timeout)
    try:
        found = json.loads(answer.text)
        token.access, token.refresh = str(found["access_token"]), str(found["refresh_token"])
        life = timedelta(seconds=int(found.get("expires_in", 3600)))
    except (ValueError, KeyError, TypeError) as error:
        message = f"the token was not renewed: {answer.text[:200]}"
        raise AgainError(message) from error
    token.expires_at = clock.now(LIVE) + life
    token.save()
