"""Sign-in by the organization's OpenID Connect provider: whom we believe, who gets an account, what groups they are in.

Only a verified e-mail address counts. It finds the account that is there, or makes one; from then on the provider's
own number for the person (``sub``) does.
"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import render

from labelplatform.accounts.models import User, normalize_email
from labelplatform.accounts.signals import signed_in_with_groups
from labelplatform.events.models import record_event
from labelplatform.refusals import Refusal

logger = logging.getLogger(__name__)

MAX_GROUPS = 2000


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """What django-allauth asks us about a sign-in that the provider has vouched for."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse whom we cannot believe; lead a known address to its account."""
        try:
            email = checked_email(sociallogin.account.extra_data)
            for address in sociallogin.email_addresses:
                address.verified = True  # as just checked; the provider may have said so by a text
            if not sociallogin.is_existing:
                _connect_known_address(request, sociallogin, email)
        except Refusal as refusal:
            raise ImmediateHttpResponse(_refusal_page(request, refusal.detail)) from refusal

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # who comes this far was checked above

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        assert isinstance(user, User)
        user.email = normalize_email(str(data.get("email") or ""))
        user.name = str(data.get("name") or "").strip()[:120]
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        record_event(actor=user, verb="signed up by single sign-on", object=user, after={"email": user.email})
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """The person sees a page without details; the operator finds them here."""
        reason = kwargs.get("exception") or kwargs.get("error")
        logger.warning("Single sign-on did not work: %s", str(reason)[:500])


def checked_email(data: dict[str, Any]) -> str:
    """The person's verified address as the provider gave it; raises ``Refusal`` when it is not to be believed."""
    told, signed = data.get("userinfo") or {}, data.get("id_token") or {}
    if told and signed and told.get("sub") != signed.get("sub"):
        raise Refusal("The sign-on provider named two different people. Tell your site admin.")
    claims = told or signed
    email = normalize_email(str(claims.get("email") or ""))
    if not email:
        raise Refusal("The sign-on provider did not tell your e-mail address. Tell your site admin.")
    if not _is_verified(claims):
        raise Refusal(f"The sign-on provider has not verified {email}. Verify it there, then sign in again.")
    domain = email.rpartition("@")[2]
    if settings.OIDC_ALLOWED_DOMAINS and domain not in settings.OIDC_ALLOWED_DOMAINS:
        raise Refusal(f"Addresses at {domain} may not sign in here. Ask your site admin.")
    return email


def _is_verified(claims: dict[str, Any]) -> bool:
    """Some providers write the flag as text, some not at all; "false" must not pass for true."""
    verified = claims.get("email_verified")
    if verified is None:
        return bool(settings.OIDC_TRUST_EMAIL)
    return verified is True or str(verified).lower() == "true"


@transaction.atomic
def _connect_known_address(request: HttpRequest, sociallogin: SocialLogin, email: str) -> None:
    user = User.objects.filter(email=email).first()
    if user is None:
        return
    if SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider).exists():
        raise Refusal(
            f"The account of {email} belongs to another person of the sign-on provider. Ask your site admin to look."
        )
    sociallogin.connect(request, user)
    record_event(actor=user, verb="connected single sign-on to", object=user)


def groups_of(data: dict[str, Any]) -> frozenset[str] | None:
    """The groups that the provider told, ``None`` when there are so many that it did not tell them.

    The claim's name may lead inward: ``realm_access.roles``. A single name may come as text.

    >>> sorted(groups_of({"userinfo": {"groups": ["labelers", "/reviewers", 7]}}))
    ['labelers', 'reviewers']
    """
    for claims in (data.get("userinfo") or {}, data.get("id_token") or {}):
        found: Any = claims
        if settings.OIDC_GROUPS_CLAIM in claims:
            found = claims[settings.OIDC_GROUPS_CLAIM]
        else:
            for name in settings.OIDC_GROUPS_CLAIM.split("."):
                found = found.get(name) if isinstance(found, dict) else None
        if found is not None:
            names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
            told = (name.strip().lstrip("/") for name in names[:MAX_GROUPS] if isinstance(name, str))
            return frozenset(name for name in told if name)
        if settings.OIDC_GROUPS_CLAIM in (claims.get("_claim_names") or {}):
            return None
    return frozenset()


def announce_groups(request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **kwargs: Any) -> None:
    """Receiver of django-allauth's sign-in, which comes after the second factor."""
    if sociallogin is None:
        return
    groups = groups_of(sociallogin.account.extra_data)
    if groups is None:
        logger.warning("The sign-on provider has too many groups of %s to tell them; roles stay as they are.", user)
        return
    signed_in_with_groups.send(User, user_id=user.pk, groups=groups)


HAS_SIGN_ON = Exists(SocialAccount.objects.filter(user=OuterRef("pk")))


@transaction.atomic
def disconnect(user: User, sign_in: SocialAccount, *, actor: User) -> None:
    """Sign in without the provider from now on; refused when that would leave no way in."""
    if not user.has_usable_password():
        raise Refusal("This is your only way in. Set a password first: sign out and choose “Forgotten password”.")
    record_event(actor=actor, verb="disconnected single sign-on from", object=user, before={"uid": sign_in.uid})
    sign_in.delete()


@transaction.atomic
def disconnect_all(user: User, *, actor: User) -> None:
    """For a person whom the provider made anew: their next sign-in finds the account by its address again."""
    removed, _ = SocialAccount.objects.filter(user=user).delete()
    if removed:
        record_event(actor=actor, verb="disconnected single sign-on from", object=user)


def _refusal_page(request: HttpRequest, detail: str) -> Any:
    return render(request, "socialaccount/refused.html", {"page_title": "Not signed in", "detail": detail}, status=403)
