using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Torch.Blocks;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Models.Adapters;

/// <summary>
/// One adapter's part on one projection. The modules of a joined projection read the same input, so their A's are kept as one matrix too: one multiply gives
/// all of their A x. Each module has a B of its own.
/// </summary>
internal sealed class LowRankUpdate : IDisposable
{
    private readonly Projection projection;
    private readonly TrainingPass pass;
    private readonly double dropout;
    private readonly DecoderParameter down;
    private readonly List<AdaptedModule> modules = [];
    private readonly List<DecoderParameter> parameters = [];

    /// <summary>New tensors, as PEFT starts them: A uniform in ±1/√inputs, B zero, magnitudes the lengths of W's rows. The update is zero.</summary>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="projection">Where it sits.</param>
    /// <param name="selection">Which modules are adapted; at least one of the projection's.</param>
    /// <param name="options">The adapter's options.</param>
    /// <param name="seed">The seed of A; each module draws from a seed of its own name.</param>
    /// <param name="pass">Says whether inputs are dropped.</param>
    internal LowRankUpdate(
        string adapter,
        Projection projection,
        TargetSelection selection,
        LoraOptions options,
        Seed seed,
        TrainingPass pass
    )
    {
        (this.projection, this.pass, dropout) = (projection, pass, options.Dropout);
        var targets = projection.Modules.Where(module => selection.Includes(module.Name)).ToArray();
        down = Down(adapter, targets, selection, seed);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var (module, part) in targets.Zip(down.Parts))
        {
            var rank = (int)part.Rows;
            var up = Add(adapter, module, "lora_B", zeros([module.Rows, rank], down.Value.dtype, down.Value.device));
            var magnitude = options.UseDora
                ? Add(adapter, module, "lora_magnitude_vector", projection.BaseWeight().narrow(0, module.Start, module.Rows).norm(1))
                : null;
            modules.Add(
                new AdaptedModule(module, part.Start, rank, selection.ScalingOf(module.Name), down.Value, up.Value, magnitude?.Value)
            );
        }
    }

    /// <summary>A of all modules, then B and magnitude of each.</summary>
    internal IReadOnlyList<DecoderParameter> Parameters => [down, .. parameters];

    /// <summary>The adapted modules.</summary>
    internal IEnumerable<string> ModuleNames => modules.Select(adapted => adapted.Module.Name);

    /// <summary>The projection's output with this update added.</summary>
    /// <param name="output">The output so far, […, outputs].</param>
    /// <param name="ofBase">x Wᵀ + b, […, outputs].</param>
    /// <param name="input">x, […, inputs].</param>
    /// <param name="share">Factor on what is added.</param>
    internal Tensor AddTo(Tensor output, Tensor ofBase, Tensor input, double share)
    {
        var drops = dropout > 0 && pass.IsOpen;
        var seen = drops ? F.dropout(input, dropout, training: true) : input;
        var low = F.linear(seen, down.Value);
        var plain =
            !modules.Exists(adapted => adapted.HasMagnitude) ? null
            : drops ? projection.MultiplyBase(seen)
            : projection.Bias is { } bias ? ofBase - bias.Value
            : ofBase;
        // Disposed at once: a quantised base is widened here, and must not stay so for the rest of the pass.
        using var weight = plain is null ? null : projection.BaseWeight();
        var parts = new List<Tensor>();
        var done = 0L;
        foreach (var adapted in modules)
        {
            var (start, rows) = (adapted.Module.Start, adapted.Module.Rows);
            if (start > done)
            {
                parts.Add(output.narrow(-1, done, start - done));
            }

            parts.Add(
                adapted.AddTo(
                    output.narrow(-1, start, rows),
                    low,
                    plain?.narrow(-1, start, rows),
                    () => weight!.narrow(0, start, rows),
                    share
                )
            );
            done = start + rows;
        }

        if (done < output.shape[^1])
        {
            parts.Add(output.narrow(-1, done, output.shape[^1] - done));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, -1);
    }

    /// <summary>The update in a form that a block computes itself; null where it drops inputs or decomposes weights.</summary>
    /// <param name="share">Factor on what is added.</param>
    internal LowRankAddition? AsAddition(double share) =>
        dropout > 0 || modules.Exists(adapted => adapted.HasMagnitude)
            ? null
            : new LowRankAddition(down.Value, [.. modules.Select(adapted => adapted.AsModule(share))]);

    /// <summary>What the update adds to W, [outputs, inputs].</summary>
    /// <param name="weight">W.</param>
    internal Tensor WeightChange(Tensor weight)
    {
        var change = zeros_like(weight, requires_grad: false);
        foreach (var adapted in modules)
        {
            var (start, rows) = (adapted.Module.Start, adapted.Module.Rows);
            change.narrow(0, start, rows).copy_(adapted.WeightChange(weight.narrow(0, start, rows)));
        }

        return change;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Value.Dispose();
        }
    }

    private DecoderParameter Down(string adapter, ProjectionModule[] targets, TargetSelection selection, Seed seed)
    {
        using var noGradients = no_grad();
        var parts = new List<ParameterPart>();
        foreach (var module in targets)
        {
            var start = parts.Sum(part => part.Rows);
            parts.Add(new ParameterPart(PeftNames.Of(module.Name, "lora_A"), start, selection.RankOf(module.Name)));
        }

        var value = empty([parts.Sum(part => part.Rows), projection.Inputs], projection.Dtype, projection.Device).DetachFromDisposeScope();
        var bound = 1 / Math.Sqrt(projection.Inputs);
        foreach (var (module, part) in targets.Zip(parts))
        {
            // Drawn on the CPU so that a seed means the same weights on every device. ±√(6 / ((1 + a²) · inputs)) with a = √5.
            using var generator = new Generator(seed.Derive("lora_A " + module.Name).Value, CPU);
            using var drawn = empty([part.Rows, projection.Inputs], ScalarType.Float32).uniform_(-bound, bound, generator);
            using var rows = value.narrow(0, part.Start, part.Rows);
            rows.copy_(drawn);
        }

        value.requires_grad = true;
        return new DecoderParameter($"{projection.Name}.lora_A.{adapter}", value, parts);
    }

    private DecoderParameter Add(string adapter, ProjectionModule module, string kind, Tensor start)
    {
        var value = start.DetachFromDisposeScope();
        value.requires_grad = true;
        var parameter = new DecoderParameter(
            $"{module.Name}.{kind}.{adapter}",
            value,
            [new ParameterPart(PeftNames.Of(module.Name, kind), 0, module.Rows, module.Layout)]
        );
        parameters.Add(parameter);
        return parameter;
    }
}
