"""A setting that is a word of a certain shape, refused in plain words where it is none."""

from __future__ import annotations

import re

from pydantic import AfterValidator


def fits(pattern: str, otherwise: str) -> AfterValidator:
    """Return a check that a whole text fits a pattern; where it does not, `otherwise` is said."""

    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(otherwise)
        return text

    return AfterValidator(checked)
