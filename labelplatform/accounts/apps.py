from functools import partial

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "labelplatform.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, user_logged_in
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

        from labelplatform.accounts.receivers import forget_one_time_password, record_second_factor
        from labelplatform.accounts.single_sign_on import announce_groups

        password_changed.connect(forget_one_time_password)
        password_reset.connect(forget_one_time_password)
        user_logged_in.connect(announce_groups)
        for signal, verb in (
            (authenticator_added, "added a second factor to"),
            (authenticator_removed, "took a second factor from"),
            (authenticator_reset, "made new recovery codes for"),
        ):
            signal.connect(partial(record_second_factor, verb=verb), weak=False)
