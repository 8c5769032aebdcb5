"""The sign-in pages in the house's layout: clean, without scripts too, and inside the weight of a desk page."""

import gzip

import pytest
from django.urls import reverse

PLACES = [
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "account_logout",
]


@pytest.mark.django_db
def test_the_sign_in_page_speaks_chinese_and_names_no_self_service(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "<title>登录" in page
    assert "忘记密码或还没有账号" in page
    assert "sign up" not in page.lower()


@pytest.mark.django_db
def test_a_refused_sign_in_says_so_without_telling_which(client):
    answer = client.post(reverse("account_login"), {"login": "nobody", "password": "wrong-password"})
    page = answer.content.decode()
    assert 'class="errors"' in page
    assert "<title>错误：登录" in page
    assert 'value="nobody"' in page


@pytest.mark.django_db
def test_the_page_is_light(client):
    assert len(gzip.compress(client.get(reverse("account_login")).content)) <= 14 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 375])
def test_the_sign_in_page_is_clean(window, live_server, transactional_db, width):
    opened = window(width)
    opened.open(reverse("account_login"))
    opened.shot(f"sign-in-{width}")
    opened.expect_clean()
    opened.page.get_by_role("button", name="登录", exact=True).click()
    opened.page.wait_for_selector(".errors")
    opened.shot(f"sign-in-refused-{width}")
    opened.expect_clean()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 375])
def test_what_lies_behind_ones_name_is_clean(window, live_server, transactional_db, cast, width):
    opened = window(width, person=cast.client("county_clerk"))
    for name in PLACES:
        assert opened.open(reverse(name)).status == 200
        assert opened.page.url.endswith(reverse(name))
        opened.shot(f"{name}-{width}")
        opened.expect_clean()
