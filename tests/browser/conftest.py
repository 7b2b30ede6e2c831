"""The browser that the tests of this folder share."""

from tests.support.browser import chromium

__all__ = ["chromium"]
