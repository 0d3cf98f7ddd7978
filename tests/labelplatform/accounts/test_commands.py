"""Users and tokens from the command line, for scripts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from labelplatform.accounts.models import ApiToken, User, token_digest
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def test_create_user_prints_a_password_that_signs_in():
    lines = run("create_user", " Zoe@Example.com ", "--name", "Zoë")
    user = User.objects.get(email="zoe@example.com")
    assert (user.name, user.is_superuser) == ("Zoë", False)
    assert user.check_password(lines[-1])


def test_create_user_makes_a_site_admin_only_when_told():
    run("create_user", "root@example.com", "--site-admin")
    assert User.objects.get().is_superuser


@pytest.mark.parametrize("email", ["no-address", ""])
def test_create_user_refuses_what_is_no_address(email):
    with pytest.raises(CommandError, match="no e-mail address"):
        run("create_user", email)


def test_create_user_refuses_an_address_that_is_taken():
    make_user(email="zoe@example.com")
    with pytest.raises(CommandError, match="has an account"):
        run("create_user", "ZOE@example.com")


def test_create_token_prints_the_token_alone_on_the_last_line():
    user = make_user("zoe")
    lines = run("create_token", user.email.upper(), "--name", "nightly", "--days", "30")
    row = ApiToken.objects.get(user=user)
    assert token_digest(lines[-1]) == row.digest
    assert (row.expires_at - row.created_at).days in {29, 30}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody@example.com", "--name", "x"], "Nobody"),
        (["zoe@example.com", "--name", " "], "--name"),
        (["zoe@example.com", "--name", "x", "--days", "0"], "--days"),
    ],
)
def test_create_token_says_what_is_wrong(arguments, told):
    make_user(email="zoe@example.com")
    with pytest.raises(CommandError, match=told):
        run("create_token", *arguments)
    assert not ApiToken.objects.exists()
