"""Prints the columns of a data frame that pandas saved as an xz pickle, as JSON: python3 frame.py FILE

The standard library is enough. A pickle can call any function; this reader knows what a frame needs, and refuses the rest.
"""

import json
import lzma
import pickle
import struct
import sys

LETTERS = {"f8": "d", "i4": "i", "i8": "q"}


class Part:
    """An object of pandas or numpy: what it was made from, and what was set afterwards."""

    def __init__(self, *given):
        self.given = given
        self.state = ()

    def __setstate__(self, state):
        self.state = state


def numbers(data, kind, shape, _order):
    letter = LETTERS[kind.given[0]]
    return rows(struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data), shape)


def rows(values, shape):
    *count, length = shape
    return [values[at * length : (at + 1) * length] for at in range(*count)] if count else values


def block(values, place, _dimensions):
    """Some columns of a frame, and which ones."""
    if isinstance(values, Part):
        _version, shape, _kind, _order, flat = values.state
        values = rows(flat, shape)
    if isinstance(place, slice):
        place = range(place.start, place.stop, place.step)
    return list(zip(place, values))


FUNCTIONS = {
    ("numpy.core.numeric", "_frombuffer"): numbers,
    ("pandas._libs.internals", "_unpickle_block"): block,
    ("builtins", "slice"): slice,
}


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if module.split(".")[0] in ("numpy", "pandas"):
            return FUNCTIONS.get((module, name), Part)
        if (module, name) in FUNCTIONS:
            return FUNCTIONS[module, name]
        raise pickle.UnpicklingError(f"the file names {module}.{name}")


def columns(path):
    with lzma.open(path) as file:
        blocks, (names, _index) = Reader(file).load().state["_mgr"].given
    names = names.given[1]["data"].state[-1]
    # JSON has no NaN, which stands for what is missing and is the only value that is not itself.
    return {names[at]: [x if x == x else None for x in values] for block in blocks for at, values in block}


if __name__ == "__main__":
    json.dump(columns(sys.argv[1]), sys.stdout, allow_nan=False)
