"""The counter's voice is right where there is a device, and silent where there is none."""

from __future__ import annotations

import array
import wave

import pytest

import assets
from pos.ui.sound import Sound, _samples, has_device


def test_a_machine_without_a_sound_device_is_quiet_and_goes_on(monkeypatch):
    import miniaudio

    def no_device(**_facts):
        raise miniaudio.MiniaudioError("no device")

    monkeypatch.setattr(miniaudio, "PlaybackDevice", no_device)
    sound = Sound(able=True)
    sound.loop()
    sound.chime()
    sound.close()
    assert sound._able is False


@pytest.mark.parametrize("name", ["new_order", "chime"])
def test_the_sounds_are_short_and_not_silent(name):
    with wave.open(str(assets.path("sounds", f"{name}.wav"))) as sound:
        assert 0.5 < sound.getnframes() / sound.getframerate() < 3
        assert max(array.array("h", sound.readframes(sound.getnframes()))) > 10000


def test_a_loop_begins_anew_after_a_pause():
    stream = _samples(array.array("h", [1, 2, 3]), 2)
    next(stream)
    played = [sample for _ in range(4) for sample in stream.send(2)]
    assert played == [1, 2, 3, 0, 0, 1, 2]


def test_a_chime_ends():
    stream = _samples(array.array("h", [1, 2, 3]), None)
    next(stream)
    assert list(stream.send(2)) == [1, 2]
    assert list(stream.send(2)) == [3]
    with pytest.raises(StopIteration):
        stream.send(2)


def test_a_linux_without_a_card_is_not_asked_for_sound(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    cards = tmp_path / "cards"
    cards.write_text("--- no soundcards ---", encoding="utf-8")
    assert not has_device(cards)
    cards.write_text(" 0 [PCH ]: HDA-Intel", encoding="utf-8")
    assert has_device(cards)
