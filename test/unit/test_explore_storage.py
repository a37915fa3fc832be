"""
Databases for studies.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.explore_storage import Storage, open_storage


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "Could not parse"),
        ("oracel://host/db", "oracel"),
        ("sqlite:////nowhere/study.db", "unable to open database file"),
    ],
)
def test_storages_that_are_none(url: str, message: str):
    """
    One line each.
    """
    with pytest.raises(UserError, match=f"--storage {url}: .*{message}") as error:
        open_storage(Storage(url))
    assert "\n" not in str(error.value)
