"""Makes from the checkpoints what the size table needs beside them: GGUF files, and models merged with an adapter.

    make_pairs.py CHECKPOINTS OUT        (needs numpy and gguf)

GGUF files are quantised by the gguf package itself; the merge is numpy's, as a trainer would do it.
"""

import json
import pathlib
import struct
import sys

import gguf
import numpy as np

KINDS = {"f16": gguf.GGMLQuantizationType.F16, "bf16": gguf.GGMLQuantizationType.BF16,
         "q8_0": gguf.GGMLQuantizationType.Q8_0, "q4_0": gguf.GGMLQuantizationType.Q4_0}
RUNS = ["base", "full_lr1e-05_s10", "full_lr1e-05_s100", "full_lr0.0001_s100"]


def read(path):
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    return data, start, json.loads(data[8:start])


def values(data, start, field):
    begin, end = field["data_offsets"]
    raw = data[start + begin:start + end]
    if field["dtype"] == "BF16":
        return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(field["shape"])
    return np.frombuffer(raw, "<f4").reshape(field["shape"])


def bf16(array):
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    return ((bits + (0x7fff + ((bits >> 16) & 1))) >> 16).astype("<u2").tobytes()


def write_gguf(source, kind, path):
    data, start, header = read(source)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(4)
    for name, field in header.items():
        if name == "__metadata__":
            continue
        array = np.ascontiguousarray(values(data, start, field))
        if array.ndim < 2 or array.shape[-1] % 32:
            writer.add_tensor(name, array)
        else:
            writer.add_tensor(name, gguf.quants.quantize(array, KINDS[kind]), raw_dtype=KINDS[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_merged(base, adapter, path):
    data, start, header = read(base)
    parts, parts_start, parts_header = read(adapter)
    merged = bytearray(data)
    for name in parts_header:
        if not name.endswith(".A"):
            continue
        field = header["blocks." + name[:-2] + ".weight"]
        down = values(parts, parts_start, parts_header[name])
        up = values(parts, parts_start, parts_header[name[:-2] + ".B"])
        begin, end = field["data_offsets"]
        merged[start + begin:start + end] = bf16(values(data, start, field) + np.float32(2) * (up @ down))
    path.write_bytes(merged)


def main(checkpoints, out):
    out.mkdir(parents=True, exist_ok=True)
    for run in RUNS:
        for precision in ("bf16", "fp32"):
            source = checkpoints / f"{run}.{precision}.safetensors"
            for kind in KINDS if source.exists() else ():
                write_gguf(source, kind, out / f"{run}.{precision}.{kind}.gguf")
    for precision in ("fp32", "bf16"):
        write_merged(checkpoints / "base.bf16.safetensors", checkpoints / f"lora_adapter.{precision}.safetensors",
                     out / f"merged_with_{precision}_adapter.bf16.safetensors")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
