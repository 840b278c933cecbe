"""What can go wrong with the store, each as a sentence for the screen. Light: imports no SQL."""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked; `str()` says what is wrong and what to do.

    Nothing was overwritten: a transaction that fails leaves the file as it was.
    """


class DiskFull(StoreError):
    """No space is left where the database lies."""


class StoreBusy(StoreError):
    """Another program held the database locked for longer than the store waits."""


class StoreCorrupt(StoreError):
    """The file is damaged, or is no database at all."""


class ForeignDatabase(StoreError):
    """A sound database, but of another program."""


class SchemaTooNew(StoreError):
    """A newer version of the program wrote this database."""


class NoAccess(StoreError):
    """The folder or the file cannot be opened or written, or the server cannot be reached."""


class NameTaken(StoreError):
    """A connection of that name exists already."""
