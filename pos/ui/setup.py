"""What the settings page does with the configuration and printers; it waits, so not on the Qt thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pos import config_edit
from pos.config import Config
from pos.config_edit import Draft, EditTrouble
from pos.config_tables import PrinterPart
from pos.store.database import utcnow
from pos.store.store import Store
from pos.words import Words
from printing.devices import open_device
from printing.ports import Evidence
from printing.render import to_bytes
from printing.tickets import TestPage, to_json

#: Lets all that runs go by a changed configuration; done when it does.
Apply = Callable[[Config], Future[None]]

#: What a printer is where its table says nothing.
USUAL: Mapping[str, Any] = {
    name: field.default for name, field in PrinterPart.model_fields.items() if not field.is_required()
}


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration's file, and how a change of it comes to life; `folder` is for virtual printers."""

    store: Store
    file: Path
    apply: Apply
    folder: Path | None = None

    def draft(self) -> Draft:
        """Return the configuration as it is on the disk now; raises EditTrouble."""
        return config_edit.read(self.file)

    def save(self, draft: Draft) -> Config:
        """Write a draft, and let the counter go by it; raises EditTrouble, StoreTrouble."""
        config = config_edit.save(draft)
        self.apply(config).result()
        return config

    def put(self, draft: Draft, values: Mapping[str, Any], was: str = "") -> Config:
        """Add a printer, or change the one called `was`; what is usual and was not written is left out."""
        known = next((table for table in draft.printers if table.get("name") == was), {})
        meant = {key: value for key, value in values.items() if key in known or value != USUAL.get(key, "")}
        return self.save(draft.with_printer(meant, was))

    def test(self, words: Words, values: Mapping[str, Any]) -> Evidence:
        """Print a test page on a printer with these settings; raises PrintingError, EditTrouble."""
        part = self.part(values)
        device = open_device(part.device, part.as_profile(), self.folder)
        return asyncio.run(device.send(_test_page(words, part), "TEST"))

    def part(self, values: Mapping[str, Any]) -> PrinterPart:
        """Return settings as the counter reads them; raises EditTrouble."""
        given = {key: value for key, value in values.items() if value is not None}
        if given.get("logo"):
            given["logo"] = self.file.parent / given["logo"]
        try:
            return PrinterPart.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(f"{part['loc'][0]}: {part['msg']}" for part in error.errors())
            raise EditTrouble("refused", detail=wrong) from error


def _test_page(words: Words, part: PrinterPart) -> bytes:
    paper = part.as_profile()
    page = TestPage.of(
        paper,
        language=words.language,
        number="TEST",
        printer=part.name,
        device=part.device,
        at=words.moment(utcnow()),
        settings=(("paper", f"{part.paper} mm"), ("encoding", part.encoding), ("confirm", part.confirm)),
    )
    return to_bytes(to_json(page), paper)


def trouble_words(words: Words, trouble: Exception) -> str:
    """Return what hindered a change or a printer, for a person."""
    if isinstance(trouble, EditTrouble):
        return words.say(f"edit.{trouble.code}", **trouble.facts)
    return words.cause(str(trouble))
