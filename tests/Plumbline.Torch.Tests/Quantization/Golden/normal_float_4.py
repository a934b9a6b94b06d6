"""Writes normal_float_4.json: NF4 with double quantisation, in numpy, from the QLoRA paper (arXiv 2305.14314, section 3 and appendix E).

The sixteen values are derived here from the quantiles of the normal distribution, not copied: offset 0.9677083 = (1 - 1/(2*15) + 1 - 1/(2*16)) / 2.
The 8-bit code of the block sizes is the dynamic tree of arXiv 2110.02861 (signed, seven exponent steps). Run with python3-numpy:
    python3 normal_float_4.py > normal_float_4.json
"""

import json
from statistics import NormalDist

import numpy

BLOCK, SECOND_BLOCK = 64, 256
OFFSET = (1 - 1 / 30 + 1 - 1 / 32) / 2


def normal_values():
    quantile = NormalDist().inv_cdf
    positive = [quantile(p) for p in numpy.linspace(OFFSET, 0.5, 9)[:-1]]
    negative = [-quantile(p) for p in numpy.linspace(OFFSET, 0.5, 8)[:-1]]
    values = numpy.sort(numpy.array(positive + [0.0] + negative))
    return (values / values.max()).astype(numpy.float32)


def dynamic_values():
    values = [0.0, 1.0]
    for step in range(7):
        boundaries = numpy.linspace(0.1, 1, 2**step + 1, dtype=numpy.float32)
        means = 10.0 ** (step - 6) * ((boundaries[:-1] + boundaries[1:]) / numpy.float32(2))
        values += means.tolist() + (-means).tolist()
    return numpy.sort(numpy.array(values, dtype=numpy.float32))


def nearest(values, code):
    return numpy.abs(values[:, None].astype(numpy.float64) - code[None, :].astype(numpy.float64)).argmin(1)


def quantise(weights):
    code, tree = normal_values(), dynamic_values()
    indices, largest = [], []
    for start in range(0, len(weights), BLOCK):
        block = weights[start : start + BLOCK]
        largest.append(numpy.abs(block).max())
        indices.append(nearest(block / largest[-1], code))
    indices, largest = numpy.concatenate(indices), numpy.array(largest, dtype=numpy.float32)
    mean = numpy.float32(largest.astype(numpy.float64).mean())
    centred, bytes_, seconds = largest - mean, [], []
    for start in range(0, len(centred), SECOND_BLOCK):
        block = centred[start : start + SECOND_BLOCK]
        seconds.append(numpy.abs(block).max())
        bytes_.append(nearest(block / seconds[-1], tree))
    bytes_ = numpy.concatenate(bytes_)
    scales = tree[bytes_] * numpy.repeat(numpy.array(seconds), SECOND_BLOCK)[: len(bytes_)] + mean
    restored = code[indices] * numpy.repeat(scales, BLOCK)[: len(indices)]
    return indices, bytes_, numpy.array(seconds), mean, restored


generator = numpy.random.default_rng(5)
ROWS, COLUMNS = 21, 40  # 840 weights: thirteen blocks of 64 and one of 8, blocks that begin inside of rows
small = (generator.standard_normal(ROWS * COLUMNS) * generator.uniform(0.2, 3)).astype(numpy.float32)
small = numpy.round(small, 4)
indices, bytes_, seconds, mean, restored = quantise(small)

large = generator.standard_normal(64 * 64 * 300).astype(numpy.float32)
error = quantise(large)[-1] - large
print(
    json.dumps(
        {
            "code": [float(v) for v in normal_values()],
            "tree": [float(v) for v in dynamic_values()],
            "rows": ROWS,
            "columns": COLUMNS,
            "weights": [round(float(v), 4) for v in small],
            "indices": "".join("%x" % i for i in indices),
            "scale_bytes": [int(b) for b in bytes_],
            "second_scales": [float(v) for v in seconds],
            "mean": float(mean),
            "restored": [float("%.8g" % v) for v in restored],
            "root_mean_square_error_of_normal_weights": float(numpy.sqrt((error.astype(numpy.float64) ** 2).mean())),
        }
    )
)
