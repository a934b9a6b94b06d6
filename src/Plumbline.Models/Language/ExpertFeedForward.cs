using Plumbline.Models.Architectures;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Language;

/// <summary>
/// A mixture of experts: p = softmax(router(x)), and the sum over the k most likely experts of p[e] · expert_e(x), with p scaled to sum to 1 where the
/// config asks (arXiv 2401.04088, 2.1). Each expert multiplies exactly the tokens that chose it: none is dropped, none is padded.
/// </summary>
internal sealed class ExpertFeedForward : IFeedForward
{
    private readonly DecoderConfig config;
    private readonly ExpertOptions options;
    private readonly DecoderParameter router;
    private readonly DecoderParameter gateUp;
    private readonly DecoderParameter down;
    private readonly DenseFeedForward? shared;
    private readonly DecoderParameter? sharedGate;

    internal ExpertFeedForward(DecoderConfig config, string prefix, ParameterNames names, ParameterFactory factory)
    {
        this.config = config;
        options = config.Experts!;
        var (width, hidden) = (options.IntermediateSize, config.HiddenSize);
        router = factory.Matrix(prefix + "gate.weight", options.Count, hidden);
        string Name(int expert, string part) => $"{prefix}experts.{expert}.{part}.weight";
        var experts = Enumerable.Range(0, options.Count).ToArray();
        gateUp = factory.JoinedMatrix(
            prefix + "experts.gate_up_proj.weight",
            [
                .. experts.SelectMany(e =>
                    new ParameterPart[]
                    {
                        new(Name(e, names.ExpertGate), 2L * e * width, width),
                        new(Name(e, names.ExpertUp), ((2L * e) + 1) * width, width),
                    }
                ),
            ],
            hidden
        );
        down = factory.JoinedMatrix(
            prefix + "experts.down_proj.weight",
            [.. experts.Select(e => new ParameterPart(Name(e, names.ExpertDown), (long)e * hidden, hidden))],
            width
        );
        if (options.SharedIntermediateSize is { } sharedWidth)
        {
            shared = new DenseFeedForward(config, prefix + "shared_expert.", names, sharedWidth, factory);
            sharedGate = factory.Matrix(prefix + "shared_expert_gate.weight", 1, hidden);
        }
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input, RoutingRecord? routing)
    {
        var probabilities = FusedLayers.Wide(F.linear(input, router.Value)).softmax(-1);
        var (weights, chosen) = probabilities.topk(options.PerToken, -1);
        routing?.Add(probabilities, chosen);
        if (options.NormalizeWeights)
        {
            weights = weights / weights.sum(-1, keepdim: true);
        }

        var output = Mixture(input, weights.view(-1), chosen.view(-1));
        return shared is null
            ? output
            : output + (F.linear(input, sharedGate!.Value).sigmoid() * shared.Forward(input, routing)).to(output.dtype);
    }

    // Choices are sorted by expert, so that each expert's tokens lie together: one product per expert, one scatter for all.
    private Tensor Mixture(Tensor input, Tensor weights, Tensor chosen)
    {
        var (order, counts) = ByExpert(chosen);
        var token = tensor(Array.ConvertAll(order, choice => choice / options.PerToken), device: input.device);
        var rows = input.index_select(0, token).split(counts);
        var scale = weights.index_select(0, tensor(order, device: input.device)).unsqueeze(1).split(counts);
        var gateUps = gateUp.Value.split(2L * options.IntermediateSize);
        var downs = down.Value.split((long)config.HiddenSize);
        var results = new List<Tensor>();
        for (var expert = 0; expert < options.Count; expert++)
        {
            if (counts[expert] > 0)
            {
                var inner = FusedLayers.Gated(F.linear(rows[expert], gateUps[expert]), config.Activation);
                results.Add(FusedLayers.Wide(F.linear(inner, downs[expert])) * scale[expert]);
            }
        }

        return cat(results).SumByGroup(token, input.shape[0]);
    }

    // A counting sort: the choices of the first expert in the order of their tokens, then those of the next.
    private (long[] Order, long[] Counts) ByExpert(Tensor chosen)
    {
        var experts = chosen.cpu().data<long>().ToArray();
        var counts = new long[options.Count];
        foreach (var expert in experts)
        {
            counts[expert]++;
        }

        var next = new long[options.Count];
        for (var expert = 1; expert < next.Length; expert++)
        {
            next[expert] = next[expert - 1] + counts[expert - 1];
        }

        var order = new long[experts.Length];
        for (var choice = 0; choice < experts.Length; choice++)
        {
            order[next[experts[choice]]++] = choice;
        }

        return (order, counts);
    }
}
