"""The entrance for WSGI servers: `gunicorn "powerup.wsgi:create()"`. Nothing is built when it is imported."""

import os

from flask import Flask
from gunicorn.errors import AppImportError

from powerup.app import create_app
from powerup.parts import begin_to_run_on, build_parts
from powerup.settings import SettingsError, read_settings


def create() -> Flask:
    """The application for the settings of this process's environment. Raises AppImportError for unusable ones."""
    os.umask(0o077)  # as the command line does: a database is its owner's alone
    begin_to_run_on()
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        # gunicorn ends with the words of this one, and with the traceback of any other.
        raise AppImportError(str(error)) from error
    return create_app(build_parts(settings))
