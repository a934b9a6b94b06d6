using Plumbline.Models.Language;

namespace Plumbline.Models.Architectures;

/// <summary>What the tensors of an architecture are called in Hugging Face files. The defaults are Llama's.</summary>
internal sealed record ParameterNames
{
    /// <summary>Before every name but the head's; files of a headless model leave it out.</summary>
    internal string Base { get; init; } = "model.";

    internal string Embedding { get; init; } = "embed_tokens";

    internal string Positions { get; init; } = "wpe";

    internal string Layers { get; init; } = "layers";

    internal string InputNorm { get; init; } = "input_layernorm";

    internal string FeedForwardNorm { get; init; } = "post_attention_layernorm";

    internal string PostAttentionNorm { get; init; } = "post_attention_layernorm";

    internal string PostFeedForwardNorm { get; init; } = "post_feedforward_layernorm";

    internal string Attention { get; init; } = "self_attn.";

    /// <summary>The module that holds query, key and value together in the file; null where each has its own.</summary>
    internal string? QueryKeyValue { get; init; }

    internal PartLayout QueryKeyValueLayout { get; init; } = PartLayout.Rows;

    internal string Output { get; init; } = "o_proj";

    internal string FeedForward { get; init; } = "mlp.";

    /// <summary>The module that holds gate and up together in the file; null where each has its own.</summary>
    internal string? GateUp { get; init; }

    internal string Gate { get; init; } = "gate_proj";

    internal string Up { get; init; } = "up_proj";

    internal string Down { get; init; } = "down_proj";

    /// <summary>Stands in the place of <see cref="FeedForward"/> in layers with experts.</summary>
    internal string Experts { get; init; } = "mlp.";

    internal string ExpertGate { get; init; } = "gate_proj";

    internal string ExpertUp { get; init; } = "up_proj";

    internal string ExpertDown { get; init; } = "down_proj";

    internal string FinalNorm { get; init; } = "norm";

    internal string Head { get; init; } = "lm_head";

    /// <summary>How matrices that stand alone are laid out.</summary>
    internal PartLayout Matrices { get; init; } = PartLayout.Rows;

    /// <summary>The prefix of a layer's names.</summary>
    internal string Layer(int index) => $"{Base}{Layers}.{index}.";
}
