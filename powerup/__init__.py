"""Contract management for OutSmart: from maintenance contracts, the right work orders at the right time."""

from importlib.metadata import version

__version__ = version("contract-management")
