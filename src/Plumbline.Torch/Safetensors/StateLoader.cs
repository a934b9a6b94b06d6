using static TorchSharp.torch;

namespace Plumbline.Torch.Safetensors;

/// <summary>What <see cref="StateLoader"/> puts up with.</summary>
public sealed record StateLoadOptions
{
    /// <summary>Whether floating-point weights are converted to the model's floating-point dtype, rounding to nearest. Other dtypes never are.</summary>
    /// <value>true</value>
    public bool AllowCast { get; init; } = true;

    /// <summary>Says which tensors of the file the model may leave aside (a tied head stored twice, buffers it computes itself).</summary>
    /// <value>none</value>
    public Func<string, bool> AllowUnexpected { get; init; } = static _ => false;

    /// <summary>Says which tensors of the model may keep their present values because the file lacks them (a new head).</summary>
    /// <value>none</value>
    public Func<string, bool> AllowMissing { get; init; } = static _ => false;

    /// <summary><c>model</c>, <c>adapter_model</c> (PEFT) or <c>diffusion_pytorch_model</c> (diffusers).</summary>
    /// <value><c>model</c></value>
    public string Stem { get; init; } = "model";
}

/// <summary>Fills a model's tensors from its folder; checks that all of them fit before the first byte is copied.</summary>
public static class StateLoader
{
    /// <summary>Loads every tensor of <paramref name="expected"/> by its name.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="expected">The model's tensors under the names of the file; parameters may require gradients.</param>
    /// <param name="options">What is put up with; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The weights cannot be read, or tensors do not fit: the message lists every missing, unexpected, wrongly shaped and wrongly typed one. Nothing was
    /// changed then.
    /// </exception>
    /// <exception cref="ArgumentException">Two expected tensors share a name.</exception>
    public static void Load(string folder, IReadOnlyList<(string Name, Tensor Destination)> expected, StateLoadOptions? options = null)
    {
        options ??= new StateLoadOptions();
        using var weights = SafetensorsFolder.Open(folder, options.Stem);
        var mismatches = Compare(weights, expected, options);
        if (mismatches.Count > 0)
        {
            throw new InvalidInputException(
                $"{mismatches.Count} of {expected.Count} tensors do not fit the weights:\n  {string.Join("\n  ", mismatches)}\n",
                "The weights belong to another model or configuration.",
                new InputPosition(folder)
            );
        }

        foreach (var (name, destination) in expected)
        {
            if (weights.Contains(name))
            {
                weights.LoadInto(name, destination, options.AllowCast);
            }
        }
    }

    /// <summary>Every misfit, in the order of the model, then of the file.</summary>
    internal static List<TensorMismatch> Compare(
        SafetensorsFolder weights,
        IReadOnlyList<(string Name, Tensor Destination)> expected,
        StateLoadOptions options
    )
    {
        var entries = weights.Entries.ToDictionary(entry => entry.Name);
        var mismatches = new List<TensorMismatch>();
        var names = new HashSet<string>();
        foreach (var (name, destination) in expected)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"Two expected tensors are called '{name}'.", nameof(expected));
            }

            var entry = entries.GetValueOrDefault(name);
            if (Misfit(destination, entry, options) is { } kind && !(kind == MismatchKind.Missing && options.AllowMissing(name)))
            {
                var needed = $"{destination.dtype} {TensorShape.Describe(destination.shape)}";
                mismatches.Add(new TensorMismatch(kind, name, needed, entry?.Describe()));
            }
        }

        foreach (var entry in weights.Entries)
        {
            if (!names.Contains(entry.Name) && !options.AllowUnexpected(entry.Name))
            {
                mismatches.Add(new TensorMismatch(MismatchKind.Unexpected, entry.Name, null, entry.Describe()));
            }
        }

        return mismatches;
    }

    private static MismatchKind? Misfit(Tensor destination, SafetensorsEntry? entry, StateLoadOptions options)
    {
        if (entry is null)
        {
            return MismatchKind.Missing;
        }

        if (!TensorShape.AreEqual(entry.Shape, destination.shape))
        {
            return MismatchKind.Shape;
        }

        var fits =
            entry.Type is { } type
            && (type == destination.dtype || (options.AllowCast && is_floating_point(type) && is_floating_point(destination.dtype)));
        return fits ? null : MismatchKind.Dtype;
    }
}
