from django.urls import path

from labelplatform.accounts.api import me, tokens

urlpatterns = [
    path("me/", me.MeView.as_view(), name="me"),
    path("tokens/", tokens.TokensView.as_view(), name="token-list"),
    path("tokens/<int:token_id>/", tokens.TokenView.as_view(), name="token-detail"),
]
