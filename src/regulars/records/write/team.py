"""Changes to the team: adding colleagues, their roles, and ending their access."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, CompanySetting
from regulars.records.read.team import nobody_yet
from regulars.records.write.audit import record_entry, require

SETUP_KEY = "setup_token"


def add_colleague(
    actor: Colleague | None, *, email: str, name: str = "", role: str = "member", password: str | None = None
) -> Colleague:
    """Add a colleague; without a password they set their own by the link of `password_key`.

    Raises
    ------
    RegularsError
        ``forbidden``, ``email-unreadable``, ``colleague-exists``, ``role-unknown`` or ``password-weak``.
    """
    require(actor, "administer")
    address = _checked_address(email)
    colleague = Colleague(email=address, name=name.strip() or address.split("@")[0], role=_checked_role(role))
    if password is None:
        colleague.set_unusable_password()
    else:
        _check_password(password, colleague)
        colleague.set_password(password)
    with transaction.atomic():
        if Colleague.objects.filter(email__iexact=address).exists():
            raise RegularsError(
                "colleague-exists",
                f"{address} is already on the team. Change their role instead, or let them in again.",
                409,
                {"email": "Already on the team."},
            )
        colleague.save()
        record_entry(actor, "add_colleague", f"colleague {colleague.pk}", {"role": role})
    return colleague


def make_first_admin(*, email: str, name: str, password: str) -> Colleague:
    """Add the first colleague of a new installation, an admin; only while there is nobody.

    Raises
    ------
    RegularsError
        ``already-set-up`` when somebody is there, or what `add_colleague` raises.
    """
    with transaction.atomic():
        # The row is a lock: of two people who set up at once, one is told that it is done.
        CompanySetting.objects.get_or_create(key=SETUP_KEY, defaults={"value": ""})
        CompanySetting.objects.select_for_update().get(key=SETUP_KEY)
        if not nobody_yet():
            raise RegularsError(
                "already-set-up", "Regulars already has an admin. Sign in, or ask them to add you.", 404
            )
        colleague = add_colleague(None, email=email, name=name, role="admin", password=password)
        CompanySetting.objects.filter(key=SETUP_KEY).update(value="")
    return colleague


def new_setup_token() -> str | None:
    """Return a token that opens the setup page once, or nothing when there already is a colleague.

    Only its digest is stored; a newer token replaces it.
    """
    if not nobody_yet():
        return None
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    CompanySetting.objects.update_or_create(key=SETUP_KEY, defaults={"value": digest})
    return token


def opens_setup(token: str) -> bool:
    """Return whether this is the token that `new_setup_token` last gave out."""
    row = CompanySetting.objects.filter(key=SETUP_KEY).first()
    digest = hashlib.sha256(token.encode()).hexdigest()
    return bool(row and row.value and hmac.compare_digest(str(row.value), digest) and nobody_yet())


def password_key(colleague: Colleague) -> str:
    """Return the key of the page on which this colleague sets a password.

    It works once and for three days: it is derived from the password, which setting one changes.
    """
    return f"{user_pk_to_url_str(colleague)}-{default_token_generator.make_token(colleague)}"


def renew_invitation(actor: Colleague | None, colleague: Colleague) -> str:
    """Return a fresh key for a colleague to set a password, and note who asked for it.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``colleague-disabled`` for one who may not sign in.
    """
    require(actor, "administer")
    if not colleague.is_active:
        raise RegularsError(
            "colleague-disabled", f"{colleague} may not sign in. Let them in again first.", 409
        )
    record_entry(actor, "renew_invitation", f"colleague {colleague.pk}")
    return password_key(colleague)


def change_role(actor: Colleague | None, colleague: Colleague, role: str) -> str:
    """Change what a colleague may do, and return the role they had. It holds from their next click on.

    Raises
    ------
    RegularsError
        ``forbidden``, ``role-unknown`` or ``last-admin``.
    """
    require(actor, "administer")
    was = colleague.role
    with transaction.atomic():
        if _checked_role(role) != "admin":
            _keep_an_admin(colleague)
        colleague.role = role
        colleague.save(update_fields=["role"])
        record_entry(actor, "change_role", f"colleague {colleague.pk}", {"role": role, "was": was})
    return was


def disable_colleague(actor: Colleague | None, colleague: Colleague) -> int:
    """End a colleague's access and return how many sessions were ended. Their notes stay.

    Raises
    ------
    RegularsError
        ``forbidden``, ``not-yourself`` or ``last-admin``.
    """
    require(actor, "administer")
    if actor is not None and actor.pk == colleague.pk:
        raise RegularsError(
            "not-yourself", "You cannot end your own access. Ask another admin to do it.", 409
        )
    with transaction.atomic():
        _keep_an_admin(colleague)
        colleague.is_active = False
        colleague.save(update_fields=["is_active"])
        ended = end_sessions(colleague)
        record_entry(actor, "disable_colleague", f"colleague {colleague.pk}", {"sessions_ended": ended})
    return ended


def enable_colleague(actor: Colleague | None, colleague: Colleague) -> None:
    """Let a colleague in again, with the role they had."""
    require(actor, "administer")
    with transaction.atomic():
        colleague.is_active = True
        colleague.save(update_fields=["is_active"])
        record_entry(actor, "enable_colleague", f"colleague {colleague.pk}")


def end_sessions(colleague: Colleague) -> int:
    """Sign a colleague out everywhere and return the number of sessions that ended."""
    sessions: list[Any] = list(UserSession.objects.filter(user_id=colleague.pk))
    for session in sessions:
        session.end()
    return len(sessions)


def _keep_an_admin(colleague: Colleague) -> None:
    admins = Colleague.objects.select_for_update().filter(role="admin", is_active=True)
    if colleague.role == "admin" and colleague.is_active and len(admins) == 1:
        raise RegularsError(
            "last-admin",
            f"{colleague} is the only admin. Make somebody else an admin first.",
            409,
            {"role": "The only admin."},
        )


def _checked_address(email: str) -> str:
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise RegularsError(
            "email-unreadable",
            f"{address or 'Nothing'} is not an e-mail address. Write one such as ida@example.org.",
            fields={"email": "Write one such as ida@example.org."},
        ) from error
    return address.lower()


def _checked_role(role: str) -> str:
    if role not in Colleague.Role.values:
        raise RegularsError(
            "role-unknown",
            f"There is no role {role!r}. Use one of: {', '.join(Colleague.Role.values)}.",
            fields={"role": "Choose one of the four."},
        )
    return role


def _check_password(password: str, colleague: Colleague) -> None:
    try:
        validate_password(password, colleague)
    except ValidationError as error:
        raise RegularsError(
            "password-weak",
            " ".join(error.messages) + " Three or four unrelated words make a good one.",
            fields={"password": " ".join(error.messages)},
        ) from error
