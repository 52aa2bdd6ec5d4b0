"""Who verifies logins is named by an address that nobody on the way can hear, or the gateway does not start."""

import pytest

from gateway.settings import SettingError, confidential, settings

HUB = {"GATEWAY_HUB": "postgresql://gateway@localhost/hub"}
ISSUER, AUDIENCE = "GATEWAY_OIDC_ISSUER", "GATEWAY_OIDC_AUDIENCE"
CLIENT = "GATEWAY_OIDC_CLIENT"
SERVICE = "GATEWAY_ACCOUNT_SERVICE"


def test_each_way_to_log_in() -> None:
    assert not settings(HUB).logs_in
    by_tokens = settings(HUB | {ISSUER: "https://login.jmmc.fr/realm", AUDIENCE: "gateway"})
    by_passwords = settings(HUB | {SERVICE: "https://apps.jmmc.fr/account/manage.php", "GATEWAY_ADMINS": " A@b.fr, c,"})
    assert by_tokens.logs_in
    assert (by_passwords.logs_in, by_passwords.admin_logins) == (True, {"a@b.fr", "c"})
    assert settings(HUB).admin_logins == frozenset()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({ISSUER: "http://login.jmmc.fr", AUDIENCE: "gateway"}, ISSUER),
        ({ISSUER: "login.jmmc.fr", AUDIENCE: "gateway"}, ISSUER),
        ({SERVICE: "http://apps.jmmc.fr/account"}, SERVICE),
        ({SERVICE: "https://[::1"}, SERVICE),
        ({SERVICE: "ftp://127.0.0.1/"}, SERVICE),
        ({ISSUER: "https://login.jmmc.fr"}, AUDIENCE),
        ({ISSUER: "https://login.jmmc.fr", AUDIENCE: "gateway", CLIENT: "gateway"}, CLIENT),
        ({"GATEWAY_SPICA_WRITER": "spica"}, "GATEWAY_SPICA_WRITER"),
    ],
)
def test_wrong_ones_are_named(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        settings(HUB | wrong)


def test_within_this_machine_nobody_listens() -> None:
    assert all(map(confidential, ("http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:8/", "https://a.b/")))
    assert not any(map(confidential, ("http://127.0.0.1.evil.test/", "http://localhost@evil.test/", "https://", "")))
