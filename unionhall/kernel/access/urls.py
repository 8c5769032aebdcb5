"""The addresses of sign-in. allauth answers them; what it offers beyond that (self-service accounts, e-mail) is left out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

View = Callable[..., Any]


def _door(view: View, *, public: bool = False) -> View:
    """Declare an allauth view as the house declares its own doors."""

    @wraps(view)
    def door(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    door.permission, door.public, door.signed_in = None, public, not public  # type: ignore[attr-defined]
    return door


urlpatterns = [
    path("sign-in/", _door(account.login, public=True), name="account_login"),
    path("sign-out/", _door(account.logout), name="account_logout"),
    path("again/", _door(account.reauthenticate), name="account_reauthenticate"),
    path("password/", _door(account.password_change), name="account_change_password"),
    path("inactive/", _door(account.account_inactive, public=True), name="account_inactive"),
    path("factors/", _door(mfa.index), name="mfa_index"),
    path("factors/authenticate/", _door(mfa.authenticate, public=True), name="mfa_authenticate"),
    path("factors/again/", _door(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("factors/totp/activate/", _door(totp.activate_totp), name="mfa_activate_totp"),
    path("factors/totp/deactivate/", _door(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("factors/codes/", _door(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("factors/codes/generate/", _door(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("factors/codes/download/", _door(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("factors/keys/", _door(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("factors/keys/add/", _door(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("factors/keys/again/", _door(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("factors/keys/<int:pk>/remove/", _door(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("factors/keys/<int:pk>/edit/", _door(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("factors/keys/sign-in/", _door(webauthn.login_webauthn, public=True), name="mfa_login_webauthn"),
]
