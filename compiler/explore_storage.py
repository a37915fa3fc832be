"""
Where a study is kept: a database that all processes share.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass

from optuna.exceptions import ExperimentalWarning
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from sqlalchemy import Connection, event

from .errors import UserError

_HEARTBEATS = 6
"""In the time after which a trial is taken to be lost."""
_SQLITE_PATIENCE = 60
"""Seconds to wait for others that write."""
_OPENINGS, _PAUSE = 10, 0.3
_TWO_AT_ONCE = ("already exists", "UNIQUE constraint", "uplicate")
"""In what databases say of a table or an entry that is there."""


@dataclass(frozen=True)
class Storage:
    """
    The URL of a database, and the seconds after which a trial whose worker has given no sign of
    life is another's to do.
    """

    url: str
    grace: int = 30


def open_storage(storage: Storage) -> RDBStorage:
    """
    The storage, made if it is not there. Errors: UserError.
    """
    for left in reversed(range(_OPENINGS)):
        try:
            return _opened(storage)
        except Exception as error:
            # Of two that make the same tables at the same time one fails, and then finds them.
            if left and any(sign in str(error) for sign in _TWO_AT_ONCE):
                time.sleep(_PAUSE)
                continue
            reason = str(error).strip().splitlines()[0]
            raise UserError(f"--storage {storage.url}: {reason}") from error
    raise AssertionError("unreachable")


def _opened(storage: Storage) -> RDBStorage:
    is_sqlite = storage.url.startswith("sqlite")
    options = {"timeout": _SQLITE_PATIENCE, "isolation_level": None} if is_sqlite else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        opened = RDBStorage(
            storage.url,
            engine_kwargs={"connect_args": options},
            heartbeat_interval=max(1, storage.grace // _HEARTBEATS),
            grace_period=storage.grace,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
        )
    if is_sqlite:
        event.listen(opened.engine, "begin", _lock)
    return opened


def _lock(connection: Connection) -> None:
    """
    Optuna reads whether a trial is free, then takes it. Sqlite has no rows to be locked meanwhile,
    so that two processes may take the same: let nobody else write before this one has.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
