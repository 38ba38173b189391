"""Writes pad-tree.json: the pads of some lots, by an implementation of the tree that shares nothing with the package."""

import hashlib
import json
import pathlib
import struct


def children(lot, depth, level, index, node, length):
    name = lot.encode()
    data = b"seedlot pad tree v1" + bytes([len(name)]) + name + bytes([depth, level, length])
    data += struct.pack(">I", index) + node
    block = hashlib.shake_256(data).digest(16 * length)
    return [block[i * length : (i + 1) * length] for i in range(16)]


def pad(lot, quantity, seed_length, root, serial):
    depth = 3
    while 16**depth < quantity:
        depth += 1
    node = root
    for level in range(depth):
        length = seed_length if level == depth - 1 else 32
        index = serial // 16 ** (depth - level)
        node = children(lot, depth, level, index, node, length)[serial // 16 ** (depth - level - 1) % 16]
    return node


LOTS = [
    ("L1", 1, 16, [0]),
    ("L2", 17, 20, [0, 15, 16]),
    ("lot-2026-000417", 4097, 32, [0, 255, 256, 4095, 4096]),
    ("5f3c2a9e-7d1b-4f7e-9a55-0c8e1d2b3a4f", 1_000_000, 20, [0, 65535, 65536, 123456, 999_999]),
    ("Zürich", 16_777_216, 64, [0, 1_048_575, 1_048_576, 16_777_215]),
]

vectors = []
for number, (lot, quantity, seed_length, serials) in enumerate(LOTS):
    root = hashlib.sha256(bytes([number])).digest()
    pads = {str(s): pad(lot, quantity, seed_length, root, s).hex() for s in serials}
    vectors.append(
        {"lot": lot, "quantity": quantity, "seedLength": seed_length, "root": root.hex(), "pads": pads}
    )

target = pathlib.Path(__file__).with_name("pad-tree.json")
target.write_text(json.dumps(vectors, ensure_ascii=False, indent=2) + "\n")
