using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Randomness;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>A recipe of <c>plumb guard train</c>: what a text model learns, from which texts, and which it is tested on.</summary>
public sealed record TextModelRecipe : IValidatedOptions
{
    /// <summary>What the model is called.</summary>
    public required string Name { get; init; }

    /// <summary>The seed of everything random.</summary>
    /// <value>17</value>
    public Seed Seed { get; init; } = new(17);

    /// <summary>The folders that the paths of sources are looked for in, in order; relative to the working folder.</summary>
    /// <value>the working folder</value>
    public IReadOnlyList<string> Folders { get; init; } = ["."];

    /// <summary>What is learnt: each label with the code of the hazard it speaks for, or <c>none</c> where it says only that something is wrong.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>How it is learnt.</summary>
    public TextModelOptions Model { get; init; } = new();

    /// <summary>What it is learnt from.</summary>
    public required IReadOnlyList<TextSource> Sources { get; init; }

    /// <summary>What it is tested on: sources that nothing was learnt from.</summary>
    public IReadOnlyList<TextSource> Tests { get; init; } = [];

    /// <summary>The labels as the trainer takes them.</summary>
    public IReadOnlyList<(string Name, string? Hazard)> LabelsWithHazards =>
        [.. Labels.Select(label => (label.Key, label.Value == NoHazard ? null : label.Value))];

    private const string NoHazard = "none";

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        foreach (var (label, hazard) in Labels)
        {
            if (hazard != NoHazard && Hazards.Find(hazard) is null)
            {
                yield return new OptionProblem($"{nameof(Labels)}.{label}", hazard, "the code of a hazard, such as S10, or none");
            }
        }

        foreach (var (source, label) in Sources.Concat(Tests).SelectMany(source => source.Labels.Keys.Select(label => (source, label))))
        {
            if (!Labels.ContainsKey(label))
            {
                yield return new OptionProblem(
                    $"{nameof(Sources)}.{source.Name}",
                    label,
                    $"about the labels {string.Join(", ", Labels.Keys)}"
                );
            }
        }
    }
}
