"""Secrets are kept from the processes that read what strangers wrote, so that who takes one over finds none in its
environment: the addresses and keys of channels, and those of Rasid's settings.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from alerts.rules import Alerting
from rasid.settings import SECRETS


@contextmanager
def without_secrets(alerting: Alerting) -> Iterator[None]:
    """A context in which the environment has none of them; what is started in it gets that environment. Not for two
    threads at once, nor for what sends alerts.
    """
    named = (name for channel in alerting.channels.values() for name in channel.variables)
    taken = {name: os.environ.pop(name) for name in {*SECRETS, *named} if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(taken)
