using Plumbline.Models.Architectures;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>The part of a block that works on each token alone.</summary>
internal interface IFeedForward
{
    /// <summary>[tokens, hidden size] to [tokens, hidden size].</summary>
    Tensor Forward(Tensor input, RoutingRecord? routing);
}

/// <summary>down(activation(gate(x)) · up(x)), or down(activation(up(x))) without gates.</summary>
internal sealed class DenseFeedForward : IFeedForward
{
    private readonly DecoderConfig config;

    internal DenseFeedForward(DecoderConfig config, string prefix, ParameterNames names, int width, ParameterFactory factory)
    {
        this.config = config;
        Up = config.GatedFeedForward
            ? names.GateUp is { } fused
                ? factory.Projection(prefix + fused, 2 * width, config.HiddenSize, config.FeedForwardBias)
                : factory.JoinedProjection(
                    prefix,
                    "gate_up_proj",
                    [(names.Gate, width), (names.Up, width)],
                    config.HiddenSize,
                    config.FeedForwardBias
                )
            : factory.Projection(prefix + names.Up, width, config.HiddenSize, config.FeedForwardBias, names.Matrices);
        Down = factory.Projection(prefix + names.Down, config.HiddenSize, width, config.FeedForwardBias, names.Matrices);
    }

    /// <summary>[width, hidden size], or gates and values [2 · width, hidden size].</summary>
    internal Projection Up { get; }

    /// <summary>[hidden size, width].</summary>
    internal Projection Down { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input, RoutingRecord? routing)
    {
        var inner = Up.Forward(input);
        return Down.Forward(
            config.GatedFeedForward ? FusedLayers.Gated(inner, config.Activation) : FusedLayers.Activate(inner, config.Activation)
        );
    }
}
