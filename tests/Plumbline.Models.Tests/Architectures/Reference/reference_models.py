"""Makes tiny random models in Hugging Face layout with the logits that they must give.

Independent of Plumbline and of transformers: each architecture is written from its paper and its published config and tensor names, in float64, one
token after another where that is the plainer way. Needs torch (Debian: python3-torch). Run here: python3 reference_models.py
"""

import json
import math
import os
import shutil
import struct

import torch

VOCABULARY = 40
SEQUENCES = [23, 9, 1]
torch.set_default_dtype(torch.float64)


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        if tensor.dtype == torch.bfloat16:
            kind, raw = "BF16", tensor.contiguous().view(torch.int16).numpy().tobytes()
        elif tensor.dtype == torch.int64:
            kind, raw = "I64", tensor.numpy().tobytes()
        else:
            kind, raw = "F32", tensor.to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


class Weights:
    """Random weights, rounded to bfloat16 so that the file holds them exactly."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.tensors = {}

    def __call__(self, name, *shape, around=0.0, scale=None):
        if name not in self.tensors:
            scale = scale or (0.3 if len(shape) == 1 else 1.3 / math.sqrt(shape[-1]))
            values = around + scale * torch.randn(shape, generator=self.generator)
            self.tensors[name] = values.to(torch.bfloat16)
        return self.tensors[name].double()


# ---------------------------------------------------------------------------------------------------------------------------- parts


def rms_norm(x, weight, epsilon):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * weight


def layer_norm(x, weight, bias, epsilon):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(-1, keepdim=True) + epsilon) * weight + bias


def silu(x):
    return x / (1 + torch.exp(-x))


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def frequencies(size, theta, scaling, length, max_positions):
    """Rotary frequencies and the factor on cosine and sine."""
    plain = [theta ** (-2 * j / size) for j in range(size // 2)]
    if not scaling:
        return plain, 1.0
    kind, factor = scaling["rope_type"], scaling.get("factor")
    if kind == "linear":
        return [f / factor for f in plain], 1.0
    if kind == "dynamic":
        reached = max(length, max_positions)
        base = theta * (factor * reached / max_positions - (factor - 1)) ** (size / (size - 2))
        return [base ** (-2 * j / size) for j in range(size // 2)], 1.0
    if kind == "llama3":
        original, low, high = scaling["original_max_position_embeddings"], scaling["low_freq_factor"], scaling["high_freq_factor"]
        result = []
        for f in plain:
            wave = 2 * math.pi / f
            if wave < original / high:
                result.append(f)
            elif wave > original / low:
                result.append(f / factor)
            else:
                smooth = (original / wave - low) / (high - low)
                result.append((1 - smooth) * f / factor + smooth * f)
        return result, 1.0
    if kind == "yarn":
        original = scaling["original_max_position_embeddings"]

        def dimension(turns):
            return size * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(theta))

        low = max(math.floor(dimension(scaling.get("beta_fast", 32))), 0)
        high = min(math.ceil(dimension(scaling.get("beta_slow", 1))), size - 1)
        result = []
        for j, f in enumerate(plain):
            ramp = min(max((j - low) / max(high - low, 0.001), 0), 1)
            result.append(f / factor * ramp + f * (1 - ramp))
        return result, 0.1 * math.log(factor) + 1
    if kind == "longrope":
        original = scaling["original_max_position_embeddings"]
        divisors = scaling["long_factor"] if length > original else scaling["short_factor"]
        return [f / d for f, d in zip(plain, divisors)], math.sqrt(1 + math.log(factor) / math.log(original))
    raise ValueError(kind)


def rotate(head, position, freq, factor):
    """Element j turns with element j + half; what lies behind the rotated part stays."""
    half = len(freq)
    result = head.clone()
    for j in range(half):
        c, s = factor * math.cos(position * freq[j]), factor * math.sin(position * freq[j])
        result[j] = head[j] * c - head[j + half] * s
        result[j + half] = head[j + half] * c + head[j] * s
    return result


def attention(queries, keys, values, scale, window=None, cap=None):
    """queries [T][heads][size], keys and values [T][key heads][size]."""
    output = []
    for i in range(len(queries)):
        heads = []
        for h in range(queries.shape[1]):
            g = h * keys.shape[1] // queries.shape[1]
            first = 0 if window is None else max(0, i - window + 1)
            score = keys[first : i + 1, g] @ queries[i, h] * scale
            if cap:
                score = cap * torch.tanh(score / cap)
            heads.append(torch.softmax(score, 0) @ values[first : i + 1, g])
        output.append(torch.cat(heads))
    return torch.stack(output)


def linear(w, name, x, outputs, bias):
    y = x @ w(f"{name}.weight", outputs, x.shape[-1]).T
    return y + w(f"{name}.bias", outputs) if bias else y


# -------------------------------------------------------------------------------------------------------------------- architectures


def llama_like(c, w, ids):
    """Llama and its descendants, by the fields of their configs."""
    kind = c["model_type"]
    gemma = kind.startswith("gemma")
    hidden, layers, heads = c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"]
    groups, size = c.get("num_key_value_heads", heads), c.get("head_dim", hidden // heads)
    epsilon, length = c["rms_norm_eps"], len(ids)
    qkv_bias = c.get("attention_bias", False) or kind == "qwen2" or c.get("qkv_bias", kind == "qwen2_moe")
    out_bias, mlp_bias = c.get("attention_bias", False), c.get("mlp_bias", False)
    activation = gelu_tanh if gemma else silu

    def norm(x, name, width):
        if gemma:
            return rms_norm(x, 1 + w(f"{name}.weight", width), epsilon)
        return rms_norm(x, w(f"{name}.weight", width, around=1.0), epsilon)

    def mlp(x, prefix, width):
        if kind == "phi3":
            both = linear(w, f"{prefix}.gate_up_proj", x, 2 * width, False)
            inner = activation(both[..., :width]) * both[..., width:]
        else:
            inner = activation(linear(w, f"{prefix}.gate_proj", x, width, mlp_bias)) * linear(w, f"{prefix}.up_proj", x, width, mlp_bias)
        return linear(w, f"{prefix}.down_proj", inner, hidden, mlp_bias)

    def experts(x, layer):
        mixtral = kind == "mixtral"
        prefix = f"model.layers.{layer}." + ("block_sparse_moe" if mixtral else "mlp")
        count = c["num_local_experts"] if mixtral else c["num_experts"]
        width = c["intermediate_size"] if mixtral else c["moe_intermediate_size"]
        names = ("w1", "w3", "w2") if mixtral else ("gate_proj", "up_proj", "down_proj")
        router = x @ w(f"{prefix}.gate.weight", count, hidden).T
        result = torch.zeros_like(x)
        for e in range(count):  # every expert's weights exist even if no token chooses it
            for n, shape in zip(names, ((width, hidden), (width, hidden), (hidden, width))):
                w(f"{prefix}.experts.{e}.{n}.weight", *shape)
        for t in range(len(x)):
            p = torch.softmax(router[t], 0)
            chosen = sorted(range(count), key=lambda e: -p[e].item())[: c["num_experts_per_tok"]]
            total = sum(p[e] for e in chosen) if mixtral or c.get("norm_topk_prob") else 1.0
            for e in chosen:
                gate, up, down = (w.tensors[f"{prefix}.experts.{e}.{n}.weight"].double() for n in names)
                result[t] += p[e] / total * (down @ (activation(gate @ x[t]) * (up @ x[t])))
        if kind == "qwen2_moe":
            gate = x @ w(f"{prefix}.shared_expert_gate.weight", 1, hidden).T
            result = result + mlp(x, f"{prefix}.shared_expert", c["shared_expert_intermediate_size"]) / (1 + torch.exp(-gate))
        return result

    def sliding(layer):
        if "layer_types" in c:
            return c["layer_types"][layer] == "sliding_attention"
        if kind == "gemma2":
            return layer % 2 == 0
        if kind == "gemma3_text":
            return (layer + 1) % c["sliding_window_pattern"] != 0
        if kind in ("qwen2", "qwen3", "qwen2_moe", "qwen3_moe"):
            return c.get("use_sliding_window", False) and layer >= c["max_window_layers"]
        return c.get("sliding_window") is not None

    x = w("model.embed_tokens.weight", c["vocab_size"], hidden, scale=0.7)[ids]
    if gemma:
        x = x * math.sqrt(hidden)
    for layer in range(layers):
        name = f"model.layers.{layer}"
        normed = norm(x, f"{name}.input_layernorm", hidden)
        if kind == "phi3":
            both = linear(w, f"{name}.self_attn.qkv_proj", normed, (heads + 2 * groups) * size, False)
            q, k, v = both.split([heads * size, groups * size, groups * size], -1)
        else:
            q = linear(w, f"{name}.self_attn.q_proj", normed, heads * size, qkv_bias)
            k = linear(w, f"{name}.self_attn.k_proj", normed, groups * size, qkv_bias)
            v = linear(w, f"{name}.self_attn.v_proj", normed, groups * size, qkv_bias)
        q, k, v = q.view(length, heads, size), k.view(length, groups, size), v.view(length, groups, size)
        if kind in ("qwen3", "qwen3_moe", "gemma3_text"):
            q, k = norm(q, f"{name}.self_attn.q_norm", size), norm(k, f"{name}.self_attn.k_norm", size)
        theta, scaling = c.get("rope_theta", 10000.0), c.get("rope_scaling")
        if kind == "gemma3_text" and sliding(layer):
            theta, scaling = c["rope_local_base_freq"], None
        rotated = int(size * c.get("partial_rotary_factor", 1.0))
        freq, factor = frequencies(rotated, theta, scaling, length, c["max_position_embeddings"])
        if not (kind == "smollm3" and c["no_rope_layers"][layer] == 0):
            q = torch.stack([torch.stack([rotate(h, t, freq, factor) for h in q[t]]) for t in range(length)])
            k = torch.stack([torch.stack([rotate(h, t, freq, factor) for h in k[t]]) for t in range(length)])
        scale = c.get("query_pre_attn_scalar", size) ** -0.5
        window = c["sliding_window"] if sliding(layer) else None
        attended = attention(q, k, v, scale, window, c.get("attn_logit_softcapping"))
        attended = linear(w, f"{name}.self_attn.o_proj", attended, hidden, out_bias)
        if kind in ("gemma2", "gemma3_text"):
            x = x + norm(attended, f"{name}.post_attention_layernorm", hidden)
            added = mlp(norm(x, f"{name}.pre_feedforward_layernorm", hidden), f"{name}.mlp", c["intermediate_size"])
            x = x + norm(added, f"{name}.post_feedforward_layernorm", hidden)
            continue
        x = x + attended
        normed = norm(x, f"{name}.post_attention_layernorm", hidden)
        sparse = kind == "mixtral" or (
            kind in ("qwen2_moe", "qwen3_moe") and layer not in c["mlp_only_layers"] and (layer + 1) % c["decoder_sparse_step"] == 0
        )
        x = x + (experts(normed, layer) if sparse else mlp(normed, f"{name}.mlp", c["intermediate_size"]))
    x = norm(x, "model.norm", hidden)
    head = w("model.embed_tokens.weight") if c["tie_word_embeddings"] else w("lm_head.weight", c["vocab_size"], hidden)
    logits = x @ head.T
    cap = c.get("final_logit_softcapping")
    return cap * torch.tanh(logits / cap) if cap else logits


def gpt2(c, w, ids):
    """Conv1D keeps its matrices as [inputs, outputs]; the published files leave 'transformer.' out and carry the causal masks."""
    hidden, heads, length = c["n_embd"], c["n_head"], len(ids)
    size, epsilon = hidden // heads, c["layer_norm_epsilon"]

    def conv1d(name, x, outputs):
        return x @ w(f"{name}.weight", x.shape[-1], outputs, scale=1.3 / math.sqrt(x.shape[-1])) + w(f"{name}.bias", outputs)

    def norm(x, name):
        return layer_norm(x, w(f"{name}.weight", hidden, around=1.0), w(f"{name}.bias", hidden), epsilon)

    x = w("wte.weight", c["vocab_size"], hidden, scale=0.7)[ids] + w("wpe.weight", c["n_positions"], hidden)[:length]
    for layer in range(c["n_layer"]):
        q, k, v = conv1d(f"h.{layer}.attn.c_attn", norm(x, f"h.{layer}.ln_1"), 3 * hidden).split(hidden, -1)
        q, k, v = (part.reshape(length, heads, size) for part in (q, k, v))
        x = x + conv1d(f"h.{layer}.attn.c_proj", attention(q, k, v, size**-0.5), hidden)
        x = x + conv1d(f"h.{layer}.mlp.c_proj", gelu_tanh(conv1d(f"h.{layer}.mlp.c_fc", norm(x, f"h.{layer}.ln_2"), 4 * hidden)), hidden)
        w(f"h.{layer}.attn.bias", 1, 1, 4, 4)
    return norm(x, "ln_f") @ w("wte.weight").T


def gpt_neox(c, w, ids):
    """Query, key and value of one head stand together in query_key_value."""
    hidden, heads, length = c["hidden_size"], c["num_attention_heads"], len(ids)
    size, epsilon, width = hidden // heads, c["layer_norm_eps"], c["intermediate_size"]
    freq, factor = frequencies(int(size * c["rotary_pct"]), c["rotary_emb_base"], c.get("rope_scaling"), length, c["max_position_embeddings"])

    def norm(x, name):
        return layer_norm(x, w(f"{name}.weight", hidden, around=1.0), w(f"{name}.bias", hidden), epsilon)

    x = w("gpt_neox.embed_in.weight", c["vocab_size"], hidden, scale=0.7)[ids]
    for layer in range(c["num_hidden_layers"]):
        name = f"gpt_neox.layers.{layer}"
        both = linear(w, f"{name}.attention.query_key_value", norm(x, f"{name}.input_layernorm"), 3 * hidden, True)
        q, k, v = both.view(length, heads, 3, size).unbind(2)
        q = torch.stack([torch.stack([rotate(h, t, freq, factor) for h in q[t]]) for t in range(length)])
        k = torch.stack([torch.stack([rotate(h, t, freq, factor) for h in k[t]]) for t in range(length)])
        attended = linear(w, f"{name}.attention.dense", attention(q, k, v, size**-0.5), hidden, True)
        source = x if c["use_parallel_residual"] else x + attended
        inner = gelu(linear(w, f"{name}.mlp.dense_h_to_4h", norm(source, f"{name}.post_attention_layernorm"), width, True))
        x = x + attended + linear(w, f"{name}.mlp.dense_4h_to_h", inner, hidden, True)
        w(f"{name}.attention.masked_bias", 1)
    return norm(x, "gpt_neox.final_layer_norm") @ w("embed_out.weight", c["vocab_size"], hidden).T


# ---------------------------------------------------------------------------------------------------------------------------- cases

COMMON = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    rms_norm_eps=1e-5,
    rope_theta=10000.0,
    max_position_embeddings=64,
    tie_word_embeddings=False,
    bos_token_id=1,
    eos_token_id=2,
)
WIDE = dict(COMMON, hidden_size=32, num_attention_heads=2, num_key_value_heads=1, head_dim=32, intermediate_size=32)

CASES = {
    "llama-2": dict({k: v for k, v in COMMON.items() if k not in ("head_dim", "num_key_value_heads")}, model_type="llama", hidden_act="silu"),
    "llama-biased": dict(COMMON, model_type="llama", attention_bias=True, mlp_bias=True),
    "llama-3.1": dict(
        WIDE,
        model_type="llama",
        tie_word_embeddings=True,
        rope_theta=500000.0,
        eos_token_id=[2, 3],
        rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16),
    ),
    "llama-linear": dict(COMMON, model_type="llama", rope_scaling=dict(type="linear", rope_type="linear", factor=4.0)),
    "llama-dynamic": dict(COMMON, model_type="llama", max_position_embeddings=12, rope_scaling=dict(rope_type="dynamic", factor=2.0)),
    "qwen2-yarn": dict(
        COMMON,
        model_type="qwen2",
        max_position_embeddings=16,
        rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=4.0),
    ),
    "mistral": dict(COMMON, model_type="mistral", sliding_window=5),
    "qwen2": dict(COMMON, model_type="qwen2", use_sliding_window=True, sliding_window=6, max_window_layers=1),
    "qwen3": dict(WIDE, model_type="qwen3", tie_word_embeddings=True, rope_theta=1000000.0),
    "smollm3": dict(COMMON, model_type="smollm3", num_hidden_layers=3, no_rope_layers=[1, 0, 1], tie_word_embeddings=True),
    "phi3": dict(COMMON, model_type="phi3", sliding_window=7),
    "phi3-longrope": dict(
        COMMON,
        model_type="phi3",
        sliding_window=None,
        original_max_position_embeddings=16,
        partial_rotary_factor=0.75,
        rope_scaling=dict(type="longrope", rope_type="longrope", factor=4.0, original_max_position_embeddings=16, short_factor=[1.0, 1.1, 1.3], long_factor=[1.2, 2.5, 4.0]),
    ),
    "gemma": dict(COMMON, model_type="gemma", hidden_activation="gelu_pytorch_tanh", hidden_act="gelu_pytorch_tanh", tie_word_embeddings=True),
    "gemma2": dict(
        WIDE,
        model_type="gemma2",
        hidden_activation="gelu_pytorch_tanh",
        tie_word_embeddings=True,
        query_pre_attn_scalar=24,
        attn_logit_softcapping=2.0,
        final_logit_softcapping=3.0,
        sliding_window=4,
    ),
    "gemma3": dict(
        COMMON,
        model_type="gemma3_text",
        hidden_activation="gelu_pytorch_tanh",
        tie_word_embeddings=True,
        num_hidden_layers=3,
        query_pre_attn_scalar=8,
        rope_theta=1000000.0,
        rope_local_base_freq=10000.0,
        rope_scaling=dict(rope_type="linear", factor=8.0),
        sliding_window=6,
        sliding_window_pattern=2,
    ),
    "gpt2": dict(model_type="gpt2", vocab_size=VOCABULARY, n_embd=16, n_head=2, n_layer=2, n_positions=32, layer_norm_epsilon=1e-5, activation_function="gelu_new"),
    "gpt-neox": dict(
        model_type="gpt_neox",
        vocab_size=VOCABULARY,
        hidden_size=32,
        num_attention_heads=2,
        num_hidden_layers=2,
        intermediate_size=48,
        layer_norm_eps=1e-5,
        hidden_act="gelu",
        rotary_pct=0.25,
        rotary_emb_base=10000,
        max_position_embeddings=32,
        use_parallel_residual=True,
        tie_word_embeddings=False,
    ),
    "gpt-neox-serial": dict(
        model_type="gpt_neox",
        vocab_size=VOCABULARY,
        hidden_size=16,
        num_attention_heads=2,
        num_hidden_layers=2,
        intermediate_size=32,
        layer_norm_eps=1e-5,
        hidden_act="gelu",
        rotary_pct=1.0,
        rotary_emb_base=10000,
        max_position_embeddings=32,
        use_parallel_residual=False,
        tie_word_embeddings=False,
    ),
    "mixtral": dict(COMMON, model_type="mixtral", num_local_experts=4, num_experts_per_tok=2, sliding_window=None),
    "qwen2-moe": dict(
        COMMON,
        model_type="qwen2_moe",
        num_hidden_layers=3,
        num_experts=4,
        num_experts_per_tok=2,
        moe_intermediate_size=12,
        shared_expert_intermediate_size=20,
        norm_topk_prob=False,
        decoder_sparse_step=1,
        mlp_only_layers=[1],
        max_window_layers=3,
    ),
    "qwen3-moe": dict(
        COMMON,
        model_type="qwen3_moe",
        num_experts=5,
        num_experts_per_tok=3,
        moe_intermediate_size=12,
        norm_topk_prob=True,
        decoder_sparse_step=1,
        mlp_only_layers=[],
        max_window_layers=2,
    ),
}


def main():
    for number, (case, config) in enumerate(CASES.items()):
        model = {"gpt2": gpt2, "gpt_neox": gpt_neox}.get(config["model_type"], llama_like)
        weights, expected = Weights(number), {}
        generator = torch.Generator().manual_seed(1000 + number)
        for index, length in enumerate(SEQUENCES):
            ids = torch.randint(0, VOCABULARY, (length,), generator=generator)
            expected[f"ids.{index}"] = ids
            expected[f"logits.{index}"] = model(config, weights, ids)
        shutil.rmtree(case, ignore_errors=True)
        os.makedirs(case)
        with open(f"{case}/config.json", "w") as file:
            json.dump(config, file, indent=1)
            file.write("\n")
        write_safetensors(f"{case}/model.safetensors", weights.tensors)
        write_safetensors(f"{case}/expected.safetensors", expected)
        print(case, sum(t.numel() for t in weights.tensors.values()), "weights")


main()
