"""Saving text to a file of a person's choice, where nothing waits for disks or for the person."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from pos.config_edit import EditTrouble
from pos.ui.desk import Desk
from pos.ui.setup import trouble_words

#: What would be a folder, or is nowhere part of a file's name.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')


def save_text(
    host: QWidget, desk: Desk, title: str, name: str, text: str, saved: Callable[[str], object]
) -> QFileDialog:
    """Ask where to keep `text`, in the last folder first, and write it there; `saved` gets the file.

    Of the proposed `name` what no file's name may hold is replaced.
    """
    folder = desk.folder if os.path.isdir(desk.folder) else str(Path.home())
    dialog = QFileDialog(host, title, os.path.join(folder, _NOT_IN_NAMES.sub("_", name)))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")

    def write(file: str) -> None:
        desk.folder = str(Path(file).parent)
        desk.folder_chosen.emit(desk.folder)
        desk.run(_write, file, text, then=saved, failed=partial(_complain, desk))

    dialog.fileSelected.connect(write)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _write(file: str, text: str) -> str:
    try:
        # A spreadsheet knows by the mark at its beginning how the text is written.
        Path(file).write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise EditTrouble("file_not_saved", file=file, detail=error.strerror or str(error)) from error
    return file


def _complain(desk: Desk, trouble: Exception) -> None:
    desk.said.emit(trouble_words(desk.words, trouble))
