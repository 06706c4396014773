"""Where this machine keeps what belongs to its user; quick to load, for the counter starts with it."""

from __future__ import annotations

import os
from pathlib import Path


def configuration() -> Path:
    """Return where the configuration is: `$POS_CONFIG`, else in the user's configuration folder."""
    if named := os.environ.get("POS_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("pos", appauthor=False) / "config.toml"
