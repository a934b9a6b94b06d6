using Plumbline.Configuration;

namespace Plumbline.Models.Probes.Training;

/// <summary>How a probe is trained.</summary>
public sealed record ProbeTrainingOptions : IValidatedOptions
{
    private const int MostValues = 64;

    /// <summary>How texts become hidden states.</summary>
    public ProbeReading Reading { get; init; } = new();

    /// <summary>The blocks behind which probes are tried, from 1; empty for six that are spread evenly, the last among them.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>What is tried as weight decay: λ/2·|weight|² beside the mean loss of standardised states.</summary>
    /// <value>[10, 1, 0.1, 0.01, 0.001]</value>
    public IReadOnlyList<double> L2 { get; init; } = [10, 1, 0.1, 0.01, 0.001];

    /// <summary>The share of the texts on which layer and weight decay are chosen and scores calibrated; nothing else is learnt from them.</summary>
    /// <value>0.25</value>
    public double ValidationShare { get; init; } = 0.25;

    /// <summary>Windows of a text that are read in training, from its beginning; in use all are.</summary>
    /// <value>16</value>
    public int MostWindows { get; init; } = 16;

    /// <summary>The most mebibytes that the states of all windows and layers may take.</summary>
    /// <value>2048</value>
    public int MostMegabytes { get; init; } = 2048;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (
                Layers.Count <= MostValues && Layers.All(layer => layer >= 1) && Layers.Distinct().Count() == Layers.Count,
                nameof(Layers),
                string.Join(", ", Layers),
                $"at most {MostValues} different numbers from 1 on"
            ),
            (
                L2.Count is >= 1 and <= MostValues && L2.All(value => value is > 0 and <= 1e6),
                nameof(L2),
                string.Join(", ", L2),
                $"1 to {MostValues} numbers above 0, at most 1000000"
            ),
            (ValidationShare is > 0 and < 1, nameof(ValidationShare), ValidationShare, "above 0 and below 1"),
            (MostWindows is >= 1 and <= 1 << 16, nameof(MostWindows), MostWindows, "between 1 and 65536"),
            (MostMegabytes is >= 1 and <= 1 << 20, nameof(MostMegabytes), MostMegabytes, "between 1 and 1048576"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>The blocks to try of a model, ascending.</summary>
    /// <exception cref="InvalidInputException">The model has no such block.</exception>
    internal int[] LayersOf(int layerCount)
    {
        const int usual = 6;
        if (Layers.Count == 0)
        {
            var count = Math.Min(usual, layerCount);
            return [.. Enumerable.Range(1, count).Select(i => (int)((long)i * layerCount / count))];
        }

        return Layers.Max() <= layerCount
            ? [.. Layers.Order()]
            : throw new InvalidInputException(
                $"layers names block {Layers.Max()}, and the model has {layerCount}.",
                $"Give numbers from 1 to {layerCount}."
            );
    }
}
