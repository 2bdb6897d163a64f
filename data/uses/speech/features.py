"""Log-mel frames of the clips of a list, for recipe.mjs: reads a JSON list of {"file", "raw"} from standard input, writes one block
a clip: the number of frames as uint32, then frames x MELS float32, little-endian. Needs numpy and soundfile.

Every clip is heard as a telephone would carry it, so that what a package kept of the high notes does not tell the package:
8,000 samples a second, then frames of 25 ms every 20 ms under a Hann window, triangles equally spaced in mel from 0 to 4,000 Hz,
and the logarithm, as in pkg/src/data/log-mel.ts. Pauses at both ends are cut off."""

import json
import sys

import numpy as np
import soundfile

RATE = 8_000
WINDOW, HOP, POINTS, MELS = 200, 160, 256, 24
FLOOR = 1e-10
# Frames this much quieter than the loudest are pauses: 40 dB, as the logarithm of power.
PAUSE = np.log(10_000)
LONGEST = 75  # frames, 1.5 s


def sound_of(file, raw):
    how = dict(format="RAW", subtype="GSM610", samplerate=RATE, channels=1) if raw else {}
    samples, rate = soundfile.read(file, always_2d=True, **how)
    return at_rate(samples.mean(axis=1), rate)


def at_rate(samples, rate):
    """Leaves out what lies above half of RATE, and reads the rest at RATE samples a second, by the discrete Fourier transform."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * (count / len(samples))


def triangles():
    mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)
    corners = 700 * (10 ** (np.linspace(0, mel(RATE / 2), MELS + 2) / 2595) - 1)
    f = np.arange(POINTS // 2 + 1) * RATE / POINTS
    low, peak, high = (corners[at : at + MELS, None] for at in range(3))
    return np.maximum(0, np.minimum((f - low) / (peak - low), (high - f) / (high - peak)))


def frames_of(samples, filters=triangles(), window=0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)):
    samples = np.pad(samples, (0, max(0, WINDOW - len(samples))))
    starts = np.arange(0, len(samples) - WINDOW + 1, HOP)
    pieces = samples[starts[:, None] + np.arange(WINDOW)] * window
    power = np.abs(np.fft.rfft(pieces, POINTS)) ** 2
    loudness = np.log(FLOOR + power.sum(axis=1))
    spoken = np.flatnonzero(loudness >= loudness.max() - PAUSE)
    power = power[spoken[0] : spoken[-1] + 1]
    middle = max(0, (len(power) - LONGEST) // 2)
    return np.log(FLOOR + power[middle : middle + LONGEST] @ filters.T)


for clip in json.load(sys.stdin):
    frames = frames_of(sound_of(clip["file"], clip["raw"]))
    sys.stdout.buffer.write(np.uint32(len(frames)).tobytes() + frames.astype("<f4").tobytes())
