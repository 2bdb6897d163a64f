"""Embeds texts by all-MiniLM-L6-v2 (Wang et al. 2020; Reimers & Gurevych 2019): python minilm.py MODEL < texts.json > rows.f32.

MODEL is the folder with model.safetensors and vocab.txt. Rows have 384 numbers and length 1.
"""

import json
import struct
import sys
import unicodedata
from pathlib import Path

import numpy as np

LAYERS, HEADS, WIDTH = 6, 12, 384
BATCH = 256


def tensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    start = 8 + length
    return {
        name: np.frombuffer(raw, np.float32, int(np.prod(at["shape"])), start + at["data_offsets"][0]).reshape(at["shape"])
        for name, at in header.items()
        if name != "__metadata__" and at["dtype"] == "F32"
    }


model = Path(sys.argv[1])
weights = tensors(model / "model.safetensors")
vocabulary = {piece: at for at, piece in enumerate((model / "vocab.txt").read_text("utf-8").splitlines())}


def pieces(word):
    """The longest known pieces of a word, from its beginning on; those that continue it are written with ##."""
    found, at = [], 0
    while at < len(word):
        ends = (end for end in range(len(word), at, -1) if ("##" * (at > 0)) + word[at:end] in vocabulary)
        end = next(ends, None)
        if end is None:
            return [vocabulary["[UNK]"]]
        found.append(vocabulary[("##" * (at > 0)) + word[at:end]])
        at = end
    return found


def tokens(text):
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return [vocabulary["[CLS]"], *(piece for word in plain.split() for piece in pieces(word)), vocabulary["[SEP]"]]


def dense(x, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def normalised(x, name):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-12) * weights[name + ".weight"] + weights[name + ".bias"]


def gelu(x):
    """x Φ(x), with erf by Abramowitz & Stegun 7.1.26 (1.5e-7)."""
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 0.5 * x * (1 + np.sign(x) * (1 - series * np.exp(-z * z)))


def attended(x, name):
    count, length, _ = x.shape
    heads = lambda part: dense(x, f"{name}.self.{part}").reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)
    query, key, value = heads("query"), heads("key"), heads("value")
    scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (shares / shares.sum(-1, keepdims=True)) @ value
    return dense(mixed.transpose(0, 2, 1, 3).reshape(x.shape), f"{name}.output.dense")


def embedded(ids):
    """Texts of equally many tokens, so that none is padded."""
    embeddings = {part: weights[f"embeddings.{part}_embeddings.weight"] for part in ("word", "position", "token_type")}
    x = embeddings["word"][ids] + embeddings["position"][: ids.shape[1]] + embeddings["token_type"][0]
    x = normalised(x, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        x = normalised(x + attended(x, f"{name}.attention"), f"{name}.attention.output.LayerNorm")
        inner = gelu(dense(x, f"{name}.intermediate.dense"))
        x = normalised(x + dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(1)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


texts = [tokens(text) for text in json.load(sys.stdin)]
rows = np.zeros((len(texts), WIDTH), "<f4")
for length in {len(ids) for ids in texts}:
    places = [at for at, ids in enumerate(texts) if len(ids) == length]
    for start in range(0, len(places), BATCH):
        some = places[start : start + BATCH]
        rows[some] = embedded(np.array([texts[at] for at in some]))
sys.stdout.buffer.write(rows.tobytes())
