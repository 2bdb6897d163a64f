"""Embeds samples as a network of metriclab does. It needs numpy, and the file of `weightsOf(await lab.save())`.

    python3 weights.py weights.safetensors samples.mlds.gz embeddings.npy

The samples are a packed data set (.mlds, .mlds.gz) or an .npy of count x channels x height x width, or count x numbers. A byte
p (uint8) counts as p / 255, and floats count as they are.
"""
import gzip
import json
import sys

import numpy as np


def load(path):
    """The tensors of a safetensors file, and what its metadata say of the model."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    model = json.loads(header.pop("__metadata__")["model"])
    tensors = {}
    for name, entry in header.items():
        begin, end = (start + at for at in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors, model


def samples_of(path):
    """An .npy, or the samples of a packed data set: 12 bytes, a header in JSON, the numbers."""
    if path.endswith(".npy"):
        return np.load(path)
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    start = 12 + int.from_bytes(data[8:12], "little")
    header = json.loads(data[12:start])
    shape = [header[name] for name in ("count", "channels", "height", "width")]
    kind = "<f4" if header.get("type") == "f32" else "u1"
    return np.frombuffer(data, kind, int(np.prod(shape)), start).reshape(shape)


def prepared(samples, tensors, ink):
    """Numbers as the network gets them. Each centre and scale serves one run of numbers: a channel, or a single number."""
    numbers = samples / 255 if samples.dtype == np.uint8 else samples.astype(np.float64)
    centre, scale = tensors["preparation.centre"], tensors["preparation.scale"]
    runs = numbers.reshape(len(numbers), len(centre), -1)
    runs = np.abs(runs - centre[:, None]) if ink else (runs - centre[:, None]) / scale[:, None]
    return runs.reshape(numbers.shape)


def rectified(x):
    return np.maximum(x, 0)


def linear(x, tensors, name):
    return x @ tensors[f"{name}.weight"] + tensors[f"{name}.bias"]


def convolved(x, tensors, name, stride=2):
    """A kernel of 3 x 3 over count x channels x height x width, or of 3 over count x channels x time, padded by 1."""
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    axes = tuple(range(2, x.ndim))
    padded = np.pad(x, [(0, 0), (0, 0)] + [(1, 1)] * len(axes))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[(slice(None), slice(None)) + (slice(None, None, stride),) * len(axes)]
    inner = [1] + [axis + len(axes) for axis in axes]
    return np.moveaxis(np.tensordot(windows, weight, (inner, range(1, weight.ndim))) + bias, -1, 1)


def mlp(x, tensors, network):
    x = x.reshape(len(x), -1)
    for layer in range(len(network["hidden"])):
        x = rectified(linear(x, tensors, f"network.{layer}"))
    return x


def conv(x, tensors, network):
    for layer in range(len(network["channels"])):
        x = rectified(convolved(x, tensors, f"network.{layer}"))
    return x.reshape(len(x), -1)


def residual(x, tensors, network):
    for stage in range(len(network["channels"])):
        x = rectified(convolved(x, tensors, f"network.{stage}"))
        inner = rectified(convolved(x, tensors, f"network.{stage}.first", stride=1))
        x = rectified(x + convolved(inner, tensors, f"network.{stage}.second", stride=1))
    return x.reshape(len(x), -1)


def conv1d(x, tensors, network):
    count, channels, height, frames = x.shape
    x = x.reshape(count, channels * height, frames)
    # Of sequences, the last channel tells which frames are there; the others stay 0, and the mean leaves them out.
    there = x[:, -1:] if network["presence"] else np.ones((count, 1, frames))
    x = x * there
    for layer in range(len(network["channels"])):
        there = there[:, :, ::2]
        x = rectified(convolved(x, tensors, f"network.{layer}")) * there
    return x.sum(axis=2) / there.sum(axis=2)


def bag(x, tensors, network):
    weights = x.reshape(len(x), -1)
    total = weights.sum(axis=1, keepdims=True)
    return weights @ tensors["network.0.vectors"] / np.where(total > 0, total, 1)


BODIES = {"mlp": mlp, "conv": conv, "residual": residual, "conv1d": conv1d, "bag": bag}


def unit(x):
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(length > 0, length, 1)


def histogram(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


ENDINGS = {"plain": lambda x: x, "unit": unit, "histogram": histogram}


def embed(samples, tensors, model):
    """Rows of `model["dim"]` numbers, one for each sample."""
    network = {**model["network"], "presence": model["presence"]}
    features = BODIES[network["kind"]](prepared(samples, tensors, model["ink"]), tensors, network)
    rows = ENDINGS[model["ending"]](linear(features, tensors, "network.head"))
    # The Mahalanobis distance that was learned is the Euclidean one of these rows.
    return rows @ tensors["network.factor"] if "network.factor" in tensors else rows


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    rows = embed(samples_of(sys.argv[2]), *load(sys.argv[1]))
    np.save(sys.argv[3], rows.astype(np.float32))
    print(f"{rows.shape[0]} embeddings of {rows.shape[1]} numbers")
