using Plumbline.Randomness;
using static TorchSharp.torch;

namespace Plumbline.Models.Language;

/// <summary>Makes a decoder's parameters in order, outside every dispose scope, each from a seed derived from its Hugging Face name.</summary>
/// <param name="config">The decoder's shape.</param>
/// <param name="seed">The seed of new weights; null to leave matrices for a loader to write.</param>
/// <param name="device">Where they live.</param>
/// <param name="dtype">float32, or float64 for gradient checks.</param>
/// <param name="projectionDtype">That of the projections' weights; null for the same.</param>
internal sealed class ParameterFactory(
    DecoderConfig config,
    Seed? seed,
    Device device,
    ScalarType dtype = ScalarType.Float32,
    ScalarType? projectionDtype = null
)
{
    private readonly List<DecoderParameter> made = [];
    private readonly List<Projection> projections = [];

    internal Device Device { get; } = device;

    internal IReadOnlyList<DecoderParameter> Made => made;

    internal IReadOnlyList<Projection> Projections => projections;

    internal DecoderParameter Matrix(string name, long rows, long columns) => Add(name, [new(name, 0, rows)], [rows, columns], dtype, Draw);

    /// <summary>The matrix of a multiply.</summary>
    internal DecoderParameter ProjectionMatrix(string name, long rows, long columns, PartLayout layout = PartLayout.Rows) =>
        Add(name, [new(name, 0, rows, layout)], [rows, columns], projectionDtype ?? dtype, Draw);

    internal DecoderParameter Bias(string name, long width, PartLayout layout = PartLayout.Rows) =>
        Add(name, [new(name, 0, width, layout)], [width], dtype, (tensor, _) => tensor);

    /// <summary>A normalisation of the model's kind; only layer norms have a bias.</summary>
    internal Normalization Norm(string name, int width)
    {
        var start = config.Norm == NormKind.RootMeanSquareOffset ? 0f : 1f;
        var weight = Add($"{name}.weight", [new($"{name}.weight", 0, width)], [width], dtype, (tensor, _) => tensor.fill_(start));
        return new(config.Norm, config.NormEpsilon, weight, config.Norm == NormKind.Layer ? Bias($"{name}.bias", width) : null);
    }

    /// <summary>A matrix of its own, with a bias where asked for.</summary>
    internal Projection Projection(string name, int outputs, int inputs, bool bias, PartLayout layout = PartLayout.Rows) =>
        Add(
            new Projection(
                name,
                ProjectionMatrix($"{name}.weight", outputs, inputs, layout),
                // A bias has nothing to transpose.
                bias ? Bias($"{name}.bias", outputs, layout == PartLayout.Transposed ? PartLayout.Rows : layout) : null
            )
        );

    /// <summary>Matrices that read the same input, kept as one.</summary>
    internal Projection JoinedProjection(string prefix, string name, (string Name, int Rows)[] parts, int inputs, bool bias) =>
        Add(
            new Projection(
                prefix + name,
                Add(
                    $"{prefix}{name}.weight",
                    Parts(prefix, parts, "weight"),
                    [parts.Sum(part => part.Rows), inputs],
                    projectionDtype ?? dtype,
                    Draw
                ),
                bias
                    ? Add(
                        $"{prefix}{name}.bias",
                        Parts(prefix, parts, "bias"),
                        [parts.Sum(part => part.Rows)],
                        dtype,
                        (tensor, _) => tensor
                    )
                    : null
            )
        );

    /// <summary>One matrix with rows of several Hugging Face tensors.</summary>
    internal DecoderParameter JoinedMatrix(string name, ParameterPart[] parts, long columns) =>
        Add(name, parts, [parts.Sum(part => part.Rows), columns], dtype, Draw);

    private Projection Add(Projection projection)
    {
        projections.Add(projection);
        return projection;
    }

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

    private DecoderParameter Add(
        string name,
        ParameterPart[] parts,
        long[] shape,
        ScalarType parameterDtype,
        Func<Tensor, ParameterPart, Tensor> fill
    )
    {
        using var noGradients = no_grad();
        var value = zeros(shape, parameterDtype, Device).DetachFromDisposeScope();
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
