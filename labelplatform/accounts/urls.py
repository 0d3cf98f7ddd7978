"""Sign-in and everything about one's own account; names are django-allauth's, so that its redirects work."""

from allauth.account import views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from labelplatform.accounts import sign_in
from labelplatform.accounts import views as pages

_pages = [
    path("", pages.account, name="account"),
    path("theme/", pages.theme, name="theme"),
    path("sign-ins/", pages.sign_ins, name="sign-ins"),
    path("sign-ins/<int:sign_in_id>/disconnect/", pages.sign_in_disconnect, name="sign-in-disconnect"),
    path("sessions/", pages.sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", pages.session_end, name="session-end"),
    path("tokens/", pages.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", pages.token_revoke, name="token-revoke"),
    path("people/", pages.user_list, name="user-list"),
    path("people/<int:user_id>/", pages.user_change, name="user-change"),
]

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(  # the key holds dashes itself, so the user's number must not swallow one
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("sso/<str:provider_id>/", sign_in.sign_on, name="openid_connect_login"),
    path("sso/<str:provider_id>/callback/", sign_in.signed_on, name="openid_connect_callback"),
    path("sso-stopped/", sign_in.cancelled, name="socialaccount_login_cancelled"),
    # the keys are listed on the page of all second factors
    path("second-factor/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("second-factor/", include("allauth.mfa.urls")),
    # an address is changed by nobody: invitations and sign-in by another site go by it
    path("email/", RedirectView.as_view(pattern_name="accounts:account"), name="account_email"),
    path("", include((_pages, "accounts"))),
]
