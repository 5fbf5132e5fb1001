import os
from pathlib import Path

import pytest
from browsing import chromium  # noqa: F401 (one browser for all modules)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder with real scans, or skip."""
    folder = os.environ.get("REGRADE_DATA")
    if not folder:
        pytest.skip("REGRADE_DATA does not name a folder with real scans")
    return Path(folder)
