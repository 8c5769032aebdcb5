"""A password hasher that costs next to nothing, for tests alone."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class LightHasher(PBKDF2PasswordHasher):
    """One round instead of many."""

    algorithm = "light"
    iterations = 1
