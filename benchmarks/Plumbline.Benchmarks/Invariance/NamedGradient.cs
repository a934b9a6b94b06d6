using Plumbline.Models.Adapters;
using Plumbline.Models.Language;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>The gradient of a step in float64, under the names that files give the parameters. Its tensors belong to the scope it was made in.</summary>
internal sealed class NamedGradient
{
    private readonly SortedDictionary<string, Tensor> values = new(StringComparer.Ordinal);

    private NamedGradient(IEnumerable<(string Name, Tensor Value)> values)
    {
        foreach (var (name, value) in values)
        {
            this.values.Add(name, value);
        }
    }

    /// <summary>Takes the gradients of a model's parameters.</summary>
    internal static NamedGradient Of(IEnumerable<DecoderParameter> parameters) =>
        new(
            from parameter in parameters
            let whole = Wide(parameter.Value)
            from part in parameter.Parts
            select (part.Name, whole.narrow(0, part.Start, part.Rows))
        );

    /// <summary>Takes the gradients of plain tensors.</summary>
    internal static NamedGradient Of(IEnumerable<KeyValuePair<string, Tensor>> weights) =>
        new(weights.Select(weight => (weight.Key, Wide(weight.Value))));

    /// <summary>
    /// The gradient that an adapter must have where this is the gradient of the model it was merged into: with W + s·B·A in W's place, dA = s·Bᵀ dW and
    /// dB = s·dW Aᵀ. Whatever else is trained beside the adapter keeps its gradient.
    /// </summary>
    /// <param name="adapter">The adapter, without magnitudes.</param>
    /// <param name="others">Names of what is trained beside it.</param>
    internal NamedGradient ThroughAdapter(LoraAdapter adapter, IEnumerable<string> others)
    {
        const string prefix = "base_model.model.";
        var factors = adapter
            .Parameters.SelectMany(parameter => parameter.Parts, (parameter, part) => (part.Name, Value: Rows(parameter, part)))
            .ToDictionary(factor => factor.Name, factor => factor.Value, StringComparer.Ordinal);
        var scaling = adapter.Options.Alpha / adapter.Options.Rank;
        var found = others.Select(name => (name, values[name])).ToList();
        foreach (var module in adapter.Modules)
        {
            var (down, up) = ($"{prefix}{module}.lora_A.weight", $"{prefix}{module}.lora_B.weight");
            var change = values[module + ".weight"];
            found.Add((down, factors[up].t().mm(change).Times(scaling)));
            found.Add((up, change.mm(factors[down].t()).Times(scaling)));
        }

        return new NamedGradient(found);
    }

    /// <summary>|this − plain| / |plain| over all parameters.</summary>
    /// <exception cref="InvalidOperationException">They are gradients of different parameters.</exception>
    internal double RelativeDifference(NamedGradient plain)
    {
        if (!values.Keys.SequenceEqual(plain.values.Keys, StringComparer.Ordinal))
        {
            throw new InvalidOperationException(
                $"Not the same parameters: {string.Join(", ", values.Keys.Except(plain.values.Keys).Concat(plain.values.Keys.Except(values.Keys)))}."
            );
        }

        var difference = values.Sum(entry => Squared(entry.Value - plain.values[entry.Key]));
        return Math.Sqrt(difference / plain.values.Values.Sum(Squared));
    }

    private static Tensor Rows(DecoderParameter parameter, ParameterPart part) =>
        parameter.Value.detach().to(ScalarType.Float64).narrow(0, part.Start, part.Rows);

    private static Tensor Wide(Tensor parameter)
    {
        using var gradient = parameter.grad;
        return gradient is null ? zeros(parameter.shape, ScalarType.Float64) : gradient.to(ScalarType.Float64, copy: true);
    }

    private static double Squared(Tensor values) => values.square().sum().item<double>();
}
