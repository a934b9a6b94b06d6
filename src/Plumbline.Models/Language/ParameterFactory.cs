using Plumbline.Randomness;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>Makes a decoder's parameters in order, outside every dispose scope, each from a seed derived from its Hugging Face name.</summary>
/// <param name="config">The decoder's shape.</param>
/// <param name="seed">The seed of new weights; null to leave matrices for a loader to write.</param>
/// <param name="device">Where they live.</param>
/// <param name="dtype">float32, or float64 for gradient checks.</param>
internal sealed class ParameterFactory(DecoderConfig config, Seed? seed, Device device, ScalarType dtype = ScalarType.Float32)
{
    private readonly List<DecoderParameter> made = [];

    internal Device Device { get; } = device;

    internal IReadOnlyList<DecoderParameter> Made => made;

    internal DecoderParameter Matrix(string name, long rows, long columns) => Add(name, [new(name, 0, rows)], [rows, columns], Draw);

    internal DecoderParameter Norm(string name, long width) => Add(name, [new(name, 0, width)], [width], (tensor, _) => tensor.fill_(1.0f));

    internal DecoderParameter Bias(string name, long width) => Add(name, [new(name, 0, width)], [width], (tensor, _) => tensor);

    internal DecoderParameter JoinedMatrix(string prefix, string name, (string Name, int Rows)[] parts, long columns) =>
        Add($"{prefix}{name}.weight", Parts(prefix, parts, "weight"), [parts.Sum(part => part.Rows), columns], Draw);

    internal DecoderParameter JoinedBias(string prefix, string name, (string Name, int Rows)[] parts) =>
        Add($"{prefix}{name}.bias", Parts(prefix, parts, "bias"), [parts.Sum(part => part.Rows)], (tensor, _) => tensor);

    /// <summary>A matrix of its own, with a bias where asked for.</summary>
    internal Projection Projection(string name, int outputs, int inputs, bool bias) =>
        new(name, Matrix(name + ".weight", outputs, inputs), bias ? Bias(name + ".bias", outputs) : null);

    /// <summary>Matrices that read the same input, kept as one.</summary>
    internal Projection JoinedProjection(string prefix, string name, (string Name, int Rows)[] parts, int inputs, bool bias) =>
        new(prefix + name, JoinedMatrix(prefix, name, parts, inputs), bias ? JoinedBias(prefix, name, parts) : null);

    private static ParameterPart[] Parts(string prefix, (string Name, int Rows)[] parts, string kind)
    {
        var result = new ParameterPart[parts.Length];
        var start = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            result[i] = new ParameterPart($"{prefix}{parts[i].Name}.{kind}", start, parts[i].Rows);
            start += parts[i].Rows;
        }

        return result;
    }

    private DecoderParameter Add(string name, ParameterPart[] parts, long[] shape, Func<Tensor, ParameterPart, Tensor> fill)
    {
        using var noGradients = no_grad();
        var value = zeros(shape, dtype, Device).DetachFromDisposeScope();
        if (seed is not null)
        {
            foreach (var part in parts)
            {
                using var rows = value.narrow(0, part.Start, part.Rows);
                fill(rows, part);
            }
        }

        value.requires_grad = true;
        var parameter = new DecoderParameter(name, value, parts);
        made.Add(parameter);
        return parameter;
    }

    private Tensor Draw(Tensor rows, ParameterPart part)
    {
        // Drawn on the CPU so that a seed means the same weights on every device.
        using var generator = new Generator(seed!.Value.Derive(part.Name).Value, CPU);
        using var drawn = empty(rows.shape, ScalarType.Float32).normal_(0, config.InitializerRange, generator);
        return rows.copy_(drawn);
    }
}
