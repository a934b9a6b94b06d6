using Plumbline.Models.Language;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks;

/// <summary>
/// The other side of the comparison: the same model the way it is usually written on plain TorchSharp (separate projections, norm and rotation from
/// elementary operators, repeated key heads, full logits in fp32), in one dtype throughout. Its tensors belong to the scope it was made in.
/// </summary>
internal sealed class EagerDecoder
{
    private readonly DecoderConfig config;
    private readonly ScalarType dtype;
    private readonly Dictionary<string, Tensor> weights = new(StringComparer.Ordinal);
    private readonly Tensor cosine;
    private readonly Tensor sine;

    internal EagerDecoder(Decoder source, ScalarType dtype, int positions)
    {
        config = source.Config;
        this.dtype = dtype;
        using var scope = NewDisposeScope();
        foreach (var part in source.Parameters.SelectMany(parameter => parameter.Parts.Select(part => (parameter, part))))
        {
            var value = part.parameter.Value.detach().narrow(0, part.part.Start, part.part.Rows).to(dtype).clone();
            weights[part.part.Name] = value.requires_grad_().MoveToOuterDisposeScope();
        }

        var frequency = 1.0 / pow(config.RopeTheta, arange(0, config.HeadSize, 2, ScalarType.Float32) / config.HeadSize);
        var angle = outer(arange(positions, dtype: ScalarType.Float32), frequency);
        var both = cat([angle, angle], -1);
        cosine = both.cos().to(dtype).MoveToOuterDisposeScope();
        sine = both.sin().to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The weights under Hugging Face's names.</summary>
    internal IReadOnlyDictionary<string, Tensor> Weights => weights;

    /// <summary>Mean cross-entropy of predicting <paramref name="targets"/>, both [batch, time].</summary>
    internal Tensor Loss(Tensor ids, Tensor targets)
    {
        var logits = Logits(HiddenStates(ids));
        return F.cross_entropy(logits.view(-1, config.VocabularySize).to(ScalarType.Float32), targets.view(-1));
    }

    /// <summary>The last layer's normalised hidden states, [batch, time, hidden size].</summary>
    /// <param name="ids">[batch, time].</param>
    /// <param name="mask">Added to the attention scores, [batch, 1, time, time] in the model's dtype; null for causal attention over whole rows.</param>
    internal Tensor HiddenStates(Tensor ids, Tensor? mask = null) => Norm(Hidden(ids, null, mask), weights["model.norm.weight"]);

    /// <summary>The scores over the vocabulary, [batch, time, vocabulary] in the model's dtype.</summary>
    internal Tensor Logits(Tensor hidden) => F.linear(hidden, weights["lm_head.weight"]);

    /// <summary>The scores of the token after the last, [batch, vocabulary], for ids [batch, time] that follow those in the cache.</summary>
    internal Tensor NextLogits(Tensor ids, StaticCache? cache = null)
    {
        using var noGradients = no_grad();
        var hidden = Hidden(ids, cache);
        cache?.Advance(ids.shape[1]);
        var last = Norm(hidden.narrow(1, ids.shape[1] - 1, 1), weights["model.norm.weight"]);
        return F.linear(last, weights["lm_head.weight"]).squeeze(1).to(ScalarType.Float32);
    }

    internal void ZeroGradients()
    {
        foreach (var weight in weights.Values)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }
    }

    private Tensor Hidden(Tensor ids, StaticCache? cache, Tensor? mask = null)
    {
        var hidden = weights["model.embed_tokens.weight"].index_select(0, ids.view(-1)).view(ids.shape[0], ids.shape[1], -1);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            hidden = Block(hidden, layer, ids.shape[0], ids.shape[1], cache, mask);
        }

        return hidden;
    }

    private Tensor Block(Tensor hidden, int layer, long batch, long time, StaticCache? cache, Tensor? mask)
    {
        // What autograd does not keep is freed at the end of the block.
        using var scope = NewDisposeScope();
        var (name, start) = ($"model.layers.{layer}.", cache?.Length ?? 0);
        Tensor Project(Tensor input, string part) => F.linear(input, weights[name + part + ".weight"]);
        Tensor Heads(Tensor projected, int heads) => projected.view(batch, time, heads, config.HeadSize).transpose(1, 2);
        Tensor Repeat(Tensor heads) => heads.repeat_interleave(config.HeadCount / config.KeyValueHeadCount, dim: 1);

        var normed = Norm(hidden, weights[name + "input_layernorm.weight"]);
        var query = Rotate(Heads(Project(normed, "self_attn.q_proj"), config.HeadCount), start, time);
        var key = Rotate(Heads(Project(normed, "self_attn.k_proj"), config.KeyValueHeadCount), start, time);
        var value = Heads(Project(normed, "self_attn.v_proj"), config.KeyValueHeadCount);
        (key, value) = cache?.Store(layer, key, value) ?? (key, value);
        var attended = F.scaled_dot_product_attention(query, Repeat(key), Repeat(value), mask, is_casual: mask is null && time > 1)
            .transpose(1, 2)
            .reshape(batch, time, -1);
        hidden = hidden + Project(attended, "self_attn.o_proj");
        normed = Norm(hidden, weights[name + "post_attention_layernorm.weight"]);
        var gated = F.silu(Project(normed, "mlp.gate_proj")) * Project(normed, "mlp.up_proj");
        return (hidden + Project(gated, "mlp.down_proj")).MoveToOuterDisposeScope();
    }

    private Tensor Norm(Tensor input, Tensor weight)
    {
        var wide = input.to(ScalarType.Float32);
        return weight * (wide * rsqrt(wide.pow(2).mean([-1], true) + config.NormEpsilon)).to(dtype);
    }

    private Tensor Rotate(Tensor heads, long start, long time)
    {
        var halves = heads.chunk(2, -1);
        return (heads * cosine.narrow(0, start, time)) + (cat([-halves[1], halves[0]], -1) * sine.narrow(0, start, time));
    }
}
