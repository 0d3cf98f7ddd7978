"""Single sign-on against a real provider: who gets in, as whom, with which roles."""

import re
import socket

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from labelplatform.accounts.models import User
from labelplatform.accounts.single_sign_on import groups_of
from labelplatform.events.models import Event
from projects.membership.group_roles import add_group_role
from projects.models import GroupGrant, Membership
from tests.factories import make_member, make_project, make_user
from tests.openid_provider import Provider, running_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings) -> Provider:
    settings.SOCIALACCOUNT_PROVIDERS = running.settings()
    settings.OIDC_NAME = "Acme"
    return running


@pytest.fixture
def admin(db):
    return make_user("admin", is_superuser=True)


def who_is_in(client: Client) -> str:
    answer = client.get("/api/v1/me/")
    return answer.json()["email"] if answer.status_code == 200 else ""


def gives(admin, group, project, role=""):
    return add_group_role(group=group, project=project, role=role, actor=admin)


def role_of(email, project):
    member = Membership.objects.filter(project=project, user__email=email).first()
    return member and member.role


# --- who gets in ------------------------------------------------------------------------------------------------------


def test_the_sign_in_page_leads_to_the_provider_and_a_verified_person_gets_an_account(provider):
    provider.knows("zoe-1", email="Zoe@Acme.example", name="Zoe Zimt")
    page = Client().get("/accounts/login/?next=/help/").content.decode()
    assert "Sign in with Acme" in page
    assert "/accounts/sso/sso/?next=/help/" in page
    client, answer = provider.sign_in("zoe-1", next_url="/help/")
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert who_is_in(client) == "zoe@acme.example"
    zoe = User.objects.get(email="zoe@acme.example")
    assert (zoe.name, zoe.has_usable_password(), zoe.is_superuser) == ("Zoe Zimt", False, False)
    assert Event.objects.filter(object_type="user", object_id=zoe.pk, verb="signed up by single sign-on").exists()


def test_the_code_is_bound_to_this_browser_by_pkce_and_state(provider):
    provider.knows("zoe-1", email="zoe@acme.example")
    client, _ = provider.sign_in("zoe-1")
    assert provider.asked["code_challenge_method"] == "S256"
    assert set(provider.asked["scope"].split()) == {"openid", "profile", "email"}
    assert provider.verifier_fits()
    begun = Client().get("/accounts/sso/sso/")
    back = provider.authorize(begun["Location"], "zoe-1").partition("/accounts/")[2]
    stolen = Client().get(f"/accounts/{back}")
    assert stolen.status_code == 401
    assert "Single sign-on did not work" in stolen.content.decode()


def test_the_second_time_it_is_the_same_account_whatever_address_the_provider_tells(provider):
    provider.knows("zoe-1", email="zoe@acme.example")
    provider.sign_in("zoe-1")
    provider.knows("zoe-1", email="zoe.zimt@acme.example")
    client, _ = provider.sign_in("zoe-1")
    assert who_is_in(client) == "zoe@acme.example"
    assert User.objects.count() == 1


def test_an_account_that_is_there_is_found_by_its_verified_address_and_keeps_its_password(provider):
    ben = make_user("ben", email="ben@acme.example", password="correct horse battery")
    provider.knows("ben-1", email="Ben@acme.example")
    client, _ = provider.sign_in("ben-1")
    assert who_is_in(client) == ben.email
    ben.refresh_from_db()
    assert ben.check_password("correct horse battery")
    assert Event.objects.filter(object_id=ben.pk, verb="connected single sign-on to").exists()


@pytest.mark.parametrize("verified", [False, "false", None, 0, "no"])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(provider, verified):
    make_user("ben", email="ben@acme.example")
    for email in ("ben@acme.example", "new@acme.example"):
        provider.knows("unsure", email=email, email_verified=verified)
        client, answer = provider.sign_in("unsure")
        assert answer.status_code == 403
        assert "has not verified" in answer.content.decode()
        assert who_is_in(client) == ""
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_provider_that_never_says_verified_can_be_trusted_but_its_no_stays_a_no(provider, settings):
    settings.OIDC_TRUST_EMAIL = True
    provider.knows("silent", email="silent@acme.example", email_verified=None)
    assert who_is_in(provider.sign_in("silent")[0]) == "silent@acme.example"
    provider.knows("denied", email="denied@acme.example", email_verified=False)
    assert provider.sign_in("denied")[1].status_code == 403


def test_only_addresses_of_allowed_domains_come_in(provider, settings):
    settings.OIDC_ALLOWED_DOMAINS = ["acme.example"]
    for number, email in enumerate(["eve@elsewhere.example", "eve@acme.example.evil.example", "eve@notacme.example"]):
        provider.knows(f"eve-{number}", email=email)
        client, answer = provider.sign_in(f"eve-{number}")
        assert answer.status_code == 403
        assert who_is_in(client) == ""
    provider.knows("zoe-1", email="zoe@ACME.example")
    assert who_is_in(provider.sign_in("zoe-1")[0]) == "zoe@acme.example"


def test_without_an_address_nobody_comes_in(provider):
    provider.knows("nameless", name="No Body")
    answer = provider.sign_in("nameless")[1]
    assert answer.status_code == 403
    assert "did not tell your e-mail address" in answer.content.decode()


def test_another_person_of_the_provider_with_the_same_address_is_refused_until_an_admin_disconnects(provider, admin):
    provider.knows("zoe-1", email="zoe@acme.example")
    provider.sign_in("zoe-1")
    provider.knows("zoe-2", email="zoe@acme.example")
    answer = provider.sign_in("zoe-2")[1]
    assert answer.status_code == 403
    assert "belongs to another person" in answer.content.decode()
    client = Client()
    client.force_login(admin)
    zoe = User.objects.get(email="zoe@acme.example")
    client.post(f"/accounts/people/{zoe.pk}/", {"act": "disconnect"})
    assert who_is_in(provider.sign_in("zoe-2")[0]) == "zoe@acme.example"


def test_a_closed_account_stays_closed_and_gets_no_roles(provider, admin):
    project = make_project()
    gives(admin, "labelers", project, "annotator")
    provider.knows("ben-1", email="ben@acme.example", groups=["labelers"])
    make_user("ben", email="ben@acme.example", is_active=False)
    client, answer = provider.sign_in("ben-1")
    assert answer["Location"] == "/accounts/inactive/"
    assert who_is_in(client) == ""
    assert role_of("ben@acme.example", project) is None


def test_a_second_factor_is_asked_for_and_roles_come_after_it(provider, admin):
    project = make_project()
    gives(admin, "labelers", project, "annotator")
    ben = make_user("ben", email="ben@acme.example")
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ben, secret)
    provider.knows("ben-1", email=ben.email, groups=["labelers"])
    client, answer = provider.sign_in("ben-1")
    assert answer["Location"] == "/accounts/second-factor/authenticate/"
    assert (who_is_in(client), role_of(ben.email, project)) == ("", None)
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/accounts/second-factor/authenticate/", {"code": code})
    assert (who_is_in(client), role_of(ben.email, project)) == (ben.email, "annotator")


def test_who_stops_at_the_provider_is_told_so(provider):
    client = Client()
    begun = client.get("/accounts/sso/sso/")
    state = re.search(r"state=(\w+)", begun["Location"])
    assert state
    answer = client.get("/accounts/sso/sso/callback/", {"error": "access_denied", "state": state[1]}, follow=True)
    assert "You stopped signing in" in answer.content.decode()


def test_a_provider_that_does_not_answer_is_said_so_and_passwords_still_work(provider, settings):
    with socket.socket() as closed:
        closed.bind(("localhost", 0))
        settings.SOCIALACCOUNT_PROVIDERS = Provider(f"http://localhost:{closed.getsockname()[1]}").settings()
        for path in ("/accounts/sso/sso/", "/accounts/sso/sso/callback/?code=1&state=2"):
            answer = Client().get(path)
            assert answer.status_code == 503
            assert "does not answer" in answer.content.decode()
    ben = make_user("ben", password="correct horse battery")
    assert Client().post("/accounts/login/", {"login": ben.email, "password": "correct horse battery"}).url == "/"


def test_calls_to_the_provider_have_a_time_limit(settings):
    assert 1 <= settings.SOCIALACCOUNT_REQUESTS_TIMEOUT <= 30


def test_nobody_connects_an_account_elsewhere_to_the_session_they_have(provider):
    ben = make_user("ben")
    client = Client()
    client.force_login(ben)
    answer = client.get("/accounts/sso/sso/?process=connect&next=https://elsewhere.example/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.post("/accounts/sso/sso/?process=connect").status_code == 405


def test_who_has_no_password_cannot_cut_their_only_way_in(provider):
    provider.knows("zoe-1", email="zoe@acme.example")
    client, _ = provider.sign_in("zoe-1")
    row = SocialAccount.objects.get()
    assert "your only way in" in client.get("/accounts/sign-ins/").content.decode()
    client.post(f"/accounts/sign-ins/{row.pk}/disconnect/")
    assert SocialAccount.objects.filter(pk=row.pk).exists()


# --- roles by group ---------------------------------------------------------------------------------------------------


def test_groups_give_roles_and_fewer_groups_take_them_away(provider, admin):
    voice, spam = make_project("Voice"), make_project("Spam")
    gives(admin, "labelers", voice, "annotator")
    gives(admin, "leads", voice, "manager")
    gives(admin, "leads", spam, "viewer")
    provider.knows("zoe-1", email="zoe@acme.example", groups=["labelers", "leads", "unknown"])
    provider.sign_in("zoe-1")
    assert (role_of("zoe@acme.example", voice), role_of("zoe@acme.example", spam)) == ("manager", "viewer")
    added = Event.objects.get(project_id=voice.pk, verb="added")
    assert added.after == {"email": "zoe@acme.example", "role": "manager", "groups": ["labelers", "leads"]}
    provider.knows("zoe-1", email="zoe@acme.example", groups=["labelers"])
    provider.sign_in("zoe-1")
    assert (role_of("zoe@acme.example", voice), role_of("zoe@acme.example", spam)) == ("annotator", None)
    provider.knows("zoe-1", email="zoe@acme.example")
    provider.sign_in("zoe-1")
    assert role_of("zoe@acme.example", voice) is None
    assert Event.objects.filter(project_id=voice.pk, verb="removed").count() == 1
    assert not GroupGrant.objects.exists()


def test_what_was_given_by_hand_is_raised_by_groups_and_comes_back_without_them(provider, admin):
    project, other = make_project(), make_project()
    gives(admin, "leads", project, "manager")
    gives(admin, "leads", other, "annotator")
    zoe = make_user("zoe", email="zoe@acme.example")
    make_member(project, "reviewer", zoe)
    make_member(other, "reviewer", zoe)
    provider.knows("zoe-1", email=zoe.email, groups=["leads"])
    provider.sign_in("zoe-1")
    assert (role_of(zoe.email, project), role_of(zoe.email, other)) == ("manager", "reviewer")
    provider.knows("zoe-1", email=zoe.email, groups=[])
    provider.sign_in("zoe-1")
    assert (role_of(zoe.email, project), role_of(zoe.email, other)) == ("reviewer", "reviewer")


def test_a_role_by_group_never_falls_below_what_was_given_by_hand(provider, admin):
    project = make_project()
    gives(admin, "leads", project, "manager")
    gives(admin, "labelers", project, "annotator")
    zoe = make_user("zoe", email="zoe@acme.example")
    make_member(project, "reviewer", zoe)
    for groups, role in ((["leads"], "manager"), (["labelers"], "reviewer"), ([], "reviewer")):
        provider.knows("zoe-1", email=zoe.email, groups=groups)
        provider.sign_in("zoe-1")
        assert role_of(zoe.email, project) == role


def test_what_groups_gave_follows_them_over_changes_by_hand(provider, admin):
    project = make_project()
    gives(admin, "labelers", project, "annotator")
    provider.knows("zoe-1", email="zoe@acme.example", groups=["labelers"])
    provider.sign_in("zoe-1")
    Membership.objects.filter(project=project).update(role="manager")
    provider.sign_in("zoe-1")
    assert role_of("zoe@acme.example", project) == "annotator"


def test_a_suspended_member_is_not_let_back_in_by_groups(provider, admin):
    project = make_project()
    gives(admin, "labelers", project, "annotator")
    for groups in (["labelers"], [], ["labelers"]):
        provider.knows("zoe-1", email="zoe@acme.example", groups=groups)
        provider.sign_in("zoe-1")
        Membership.objects.filter(project=project).update(suspended=True)
        assert Membership.objects.get(project=project).suspended


def test_the_last_admin_of_a_project_stays(provider, admin):
    project = make_project()
    gives(admin, "bosses", project, "admin")
    provider.knows("zoe-1", email="zoe@acme.example", groups=["bosses"])
    provider.sign_in("zoe-1")
    provider.knows("zoe-1", email="zoe@acme.example", groups=[])
    client, _ = provider.sign_in("zoe-1")
    assert who_is_in(client) == "zoe@acme.example"
    assert role_of("zoe@acme.example", project) == "admin"
    make_member(project, "admin")
    provider.sign_in("zoe-1")
    assert role_of("zoe@acme.example", project) is None


def test_a_group_makes_site_admins_for_as_long_as_people_are_in_it(provider, admin):
    gives(admin, "operators", None)
    provider.knows("zoe-1", email="zoe@acme.example", groups=["operators"])
    provider.sign_in("zoe-1")
    assert User.objects.get(email="zoe@acme.example").is_superuser
    provider.knows("zoe-1", email="zoe@acme.example", groups=[])
    provider.sign_in("zoe-1")
    assert not User.objects.get(email="zoe@acme.example").is_superuser


def test_a_site_admin_by_hand_stays_one_and_so_does_the_last(provider, admin):
    gives(admin, "operators", None)
    provider.knows("admin-1", email=admin.email, groups=["operators"])
    provider.sign_in("admin-1")
    provider.knows("admin-1", email=admin.email, groups=[])
    provider.sign_in("admin-1")
    assert User.objects.get(pk=admin.pk).is_superuser
    provider.knows("zoe-1", email="zoe@acme.example", groups=["operators"])
    provider.sign_in("zoe-1")
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    provider.knows("zoe-1", email="zoe@acme.example", groups=[])
    provider.sign_in("zoe-1")
    assert User.objects.get(email="zoe@acme.example").is_superuser


def test_signing_in_by_password_changes_no_roles(provider, admin):
    project = make_project()
    gives(admin, "labelers", project, "annotator")
    ben = make_user("ben", email="ben@acme.example", password="correct horse battery")
    provider.knows("ben-1", email=ben.email, groups=["labelers"])
    provider.sign_in("ben-1")
    Client().post("/accounts/login/", {"login": ben.email, "password": "correct horse battery"})
    assert role_of(ben.email, project) == "annotator"


def test_roles_follow_groups_in_all_or_nothing(provider, admin, monkeypatch):
    first, second = make_project(), make_project()
    gives(admin, "leads", first, "manager")
    gives(admin, "leads", second, "manager")
    provider.knows("zoe-1", email="zoe@acme.example", groups=["leads"])
    saved = GroupGrant.save

    def fail_on_second(self, *args, **kwargs):
        if self.project_id == second.pk:
            raise RuntimeError("the disk is full")
        saved(self, *args, **kwargs)

    monkeypatch.setattr(GroupGrant, "save", fail_on_second)
    client = Client(raise_request_exception=False)
    assert provider.sign_in("zoe-1", client)[1].status_code == 500
    assert who_is_in(client) == ""
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("claim", "data", "groups"),
    [
        ("groups", {"userinfo": {"groups": ["a", " b "]}, "id_token": {"groups": ["c"]}}, {"a", "b"}),
        ("groups", {"userinfo": {}, "id_token": {"groups": ["c"]}}, {"c"}),
        ("groups", {"userinfo": {"groups": "one"}}, {"one"}),
        ("groups", {"userinfo": {"groups": {"a": 1}}}, set()),
        ("groups", {"userinfo": {"groups": [None, 7, "", "a"]}}, {"a"}),
        ("groups", {}, set()),
        ("realm_access.roles", {"userinfo": {"realm_access": {"roles": ["a"]}}}, {"a"}),
        ("https://acme.example/groups", {"userinfo": {"https://acme.example/groups": ["a"]}}, {"a"}),
        ("groups", {"id_token": {"_claim_names": {"groups": "src1"}}}, None),
    ],
)
def test_groups_are_read_as_providers_write_them(settings, claim, data, groups):
    settings.OIDC_GROUPS_CLAIM = claim
    assert groups_of(data) == groups
