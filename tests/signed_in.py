"""Sessions for tests without going through the form."""

import time

from allauth.account.internal.flows import login
from django.test import Client

from labelplatform.accounts.models import User


def sign_in_just_now(client: Client, user: User) -> None:
    """A session as after signing in by password a moment ago, which need not be confirmed; it stays fresh for long."""
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() + 3600}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
