"""Writes low_rank.json: outputs and gradients of LoRA, rank-stabilised LoRA and DoRA on a joined query/key/value projection.

Written from the papers (arXiv 2106.09685, 2312.03732, 2402.09353 section 4.3) with torch's autograd in float64; run with python3-torch:
    python3 low_rank.py > low_rank.json
"""

import json
import math

import torch

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)

INPUTS = 8
ROWS = {"q_proj": 6, "k_proj": 4, "v_proj": 4}
TOKENS = 5


def flat(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 15) for v in tensor.detach().reshape(-1).tolist()]}


def update(x, weight, a, b, scaling, magnitude):
    """One module's output without bias, written out with the whole matrix."""
    if magnitude is None:
        return x @ weight.T + scaling * (x @ a.T) @ b.T
    adapted = weight + scaling * b @ a
    length = torch.linalg.norm(adapted, dim=1).detach()
    return x @ (magnitude / length)[:, None].mul(adapted).T


def case(name, ranks, alpha, rank_stabilised, dora):
    x = torch.randn(TOKENS, INPUTS, requires_grad=True)
    coefficients = torch.randn(TOKENS, sum(ROWS.values()))
    outputs, tensors, frozen = [], {}, {}
    for module, rows in ROWS.items():
        weight, bias = torch.randn(rows, INPUTS), torch.randn(rows)
        frozen[module + ".weight"], frozen[module + ".bias"] = weight, bias
        if module not in ranks:
            outputs.append(x @ weight.T + bias)
            continue
        rank = ranks[module]
        a = torch.randn(rank, INPUTS, requires_grad=True)
        b = torch.randn(rows, rank, requires_grad=True)
        magnitude = (torch.rand(rows) + 0.5).requires_grad_() if dora else None
        scaling = alpha / (math.sqrt(rank) if rank_stabilised else rank)
        outputs.append(update(x, weight, a, b, scaling, magnitude) + bias)
        tensors[module + ".lora_A"], tensors[module + ".lora_B"] = a, b
        if dora:
            tensors[module + ".lora_magnitude_vector"] = magnitude
    output = torch.cat(outputs, -1)
    (output * coefficients).sum().backward()
    return {
        "name": name,
        "ranks": ranks,
        "alpha": alpha,
        "use_rslora": rank_stabilised,
        "use_dora": dora,
        "input": flat(x),
        "coefficients": flat(coefficients),
        "frozen": {key: flat(value) for key, value in frozen.items()},
        "adapter": {key: flat(value) for key, value in tensors.items()},
        "output": flat(output),
        "input_gradient": flat(x.grad),
        "gradients": {key: flat(value.grad) for key, value in tensors.items()},
    }


print(
    json.dumps(
        [
            case("lora", {"q_proj": 2, "v_proj": 3}, 4.0, False, False),
            case("rslora", {"q_proj": 3, "k_proj": 3, "v_proj": 3}, 6.0, True, False),
            case("dora", {"q_proj": 2, "k_proj": 2, "v_proj": 1}, 3.0, False, True),
        ]
    )
)
