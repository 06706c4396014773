"""The counter's voice: a loop for a new order, a chime for one that was taken on by itself."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import assets

_log = logging.getLogger("pos.sound")

#: Silence between two rings of a loop, in seconds.
_PAUSE = 1.2


class Sound:
    """Plays on a thread of its own; quiet for good where there is no audio device."""

    def __init__(self, able: bool | None = None) -> None:
        self._slot = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sound")
        self._device: Any = None
        self._able = has_device() if able is None else able
        self.looping = False

    def loop(self) -> None:
        """Ring until `stop`."""
        self.looping = True
        self._slot.submit(self._play, "new_order", True)

    def chime(self) -> None:
        """Ring once, unless a loop rings."""
        if not self.looping:
            self._slot.submit(self._play, "chime", False)

    def stop(self) -> None:
        """Be quiet."""
        self.looping = False
        self._slot.submit(self._silence)

    def close(self) -> None:
        """Be quiet and give the device back."""
        self.stop()
        self._slot.shutdown(wait=True)

    def _play(self, name: str, again: bool) -> None:
        self._silence()
        if not self._able:
            return
        try:
            import miniaudio

            sound = miniaudio.decode_file(str(assets.path("sounds", f"{name}.wav")))
            self._device = miniaudio.PlaybackDevice(
                output_format=sound.sample_format, nchannels=sound.nchannels, sample_rate=sound.sample_rate
            )
            stream = _samples(sound.samples, round(_PAUSE * sound.sample_rate) if again else None)
            next(stream)
            self._device.start(stream)
        except (ImportError, OSError, miniaudio.MiniaudioError) as error:
            self._able = False
            _log.info("no sound: %s", error)

    def _silence(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None


def has_device(proc: Path = Path("/proc/asound/cards")) -> bool:
    """Whether there may be something to play on: ALSA without a card fills the terminal with its woes."""
    if not sys.platform.startswith("linux"):
        return True
    server = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / "pulse" / "native"
    if "PULSE_SERVER" in os.environ or server.exists():
        return True
    return proc.exists() and "no soundcards" not in proc.read_text(encoding="utf-8", errors="replace")


def _samples(samples: Any, pause: int | None) -> Generator[Any, int, None]:
    """Yield as many samples as the device asks for; with a pause (in frames) from the start again."""
    whole = samples if pause is None else samples + type(samples)(samples.typecode, [0] * pause)
    wanted = yield whole[:0]
    place = 0
    while place < len(whole):
        part = whole[place : place + wanted]
        place += len(part)
        if pause is not None and place >= len(whole):
            place = 0
        wanted = yield part
