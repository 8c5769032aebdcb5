"""Wiring of the kernel package `files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "unionhall.kernel.files"
    label = "files"
