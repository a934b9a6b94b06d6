using System.Globalization;
using Plumbline.Torch.Functions;
using Plumbline.Training.Losses;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences;

/// <summary>
/// A weighted sum of preference losses, and the weight of the cross-entropy of the chosen answers beside it: RPO (arXiv 2404.19733), MPO (arXiv 2411.10442:
/// <c>sigmoid: 0.8, bco_pair: 0.2, sft: 1</c>), and every loss alone.
/// </summary>
public sealed class PreferenceLossMixture
{
    private const string Sft = "sft";
    private const int MostParts = 32;

    /// <summary>Looks the losses up.</summary>
    /// <param name="parts">
    /// Names with their weights. <c>sft</c> is the cross-entropy of the chosen answers, a mean over tokens: its denominator is another one, so the objective adds
    /// it.
    /// </param>
    /// <exception cref="InvalidInputException">A name is unknown or stands twice, a weight is unusable, or no loss of pairs is left.</exception>
    public PreferenceLossMixture(IReadOnlyList<(string Name, double Weight)> parts)
    {
        foreach (var (name, weight) in parts)
        {
            if (!double.IsFinite(weight) || weight < 0 || (weight == 0 && name != Sft))
            {
                throw new InvalidInputException(
                    $"The weight of the loss '{name}' is {weight.ToString(CultureInfo.InvariantCulture)}.",
                    "Give a number above 0, or leave the loss out."
                );
            }
        }

        if (parts.GroupBy(part => part.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidInputException(
                $"The loss '{twice.Key}' stands twice in the mixture.",
                "Name it once, with the sum of the weights."
            );
        }

        Parts = [.. parts.Where(part => part.Name != Sft).Select(part => (PreferenceLosses.Find(part.Name), part.Weight))];
        if (Parts.Count == 0)
        {
            throw new InvalidInputException("The mixture has no preference loss.", "Name one: sigmoid is DPO's.");
        }

        SftWeight = parts.Any(part => part.Name == Sft)
            ? parts.Single(part => part.Name == Sft).Weight
            : Parts.Sum(part => part.Weight * part.Loss.Declaration.SftWeight);
    }

    /// <summary>The losses of pairs and their weights.</summary>
    public IReadOnlyList<(
        RegisteredLoss<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions> Loss,
        double Weight
    )> Parts { get; }

    /// <summary>
    /// The weight of the token-mean cross-entropy of the chosen answers: what <c>sft</c> says, else what the losses bring along (1 for <c>cpo</c> and
    /// <c>orpo</c>).
    /// </summary>
    public double SftWeight { get; }

    /// <summary>Whether a loss compares with a reference.</summary>
    public bool NeedsReference => Parts.Any(part => part.Loss.Declaration.NeedsReference);

    /// <summary>Whether a loss must see all pairs of a step at once.</summary>
    public bool WholeBatch => Parts.Any(part => part.Loss.Declaration.WholeBatch);

    /// <summary>Reads <c>sigmoid</c>, or <c>sigmoid: 0.8, bco_pair: 0.2, sft: 1</c>, in brackets or without. A name alone has weight 1.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="InvalidInputException">The text is no mixture.</exception>
    public static PreferenceLossMixture Parse(string text)
    {
        var inner = text.Trim();
        inner = inner is ['[', .., ']'] or ['{', .., '}'] ? inner[1..^1] : inner;
        var pieces = inner.Split(',', MostParts + 1, StringSplitOptions.TrimEntries);
        if (pieces.Length > MostParts)
        {
            throw new InvalidInputException($"The mixture has more than {MostParts} losses.", "Name fewer.");
        }

        return new PreferenceLossMixture([.. pieces.Select(Part)]);
    }

    /// <summary>Whether some loss learns from gold answers.</summary>
    public bool NeedsGold => Parts.Any(part => part.Loss.Declaration.NeedsGold);

    /// <summary>Refuses options that no loss reads, and a divergence that some loss cannot honour.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">An option is set and would be ignored.</exception>
    public void Check(PreferenceLossOptions options)
    {
        Configuration.OptionsValidation.ThrowIfInvalid(options);
        var unread = Parts.Select(part => part.Loss.Unread(options).ToHashSet()).Aggregate((all, next) => [.. all.Intersect(next)]);
        if (unread.FirstOrDefault() is { } option)
        {
            var name = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(option);
            throw new InvalidInputException(
                $"The option '{name}' is set, and {string.Join(", ", Parts.Select(part => part.Loss.Name))} would ignore it.",
                $"Leave {name} out, or use a loss that reads it: {ReadersOf(option)}."
            );
        }

        foreach (var (loss, _) in Parts)
        {
            RefuseDivergence(loss, options);
        }
    }

    /// <summary>Σ weight · loss of each pair, without the cross-entropy.</summary>
    /// <param name="pairs">Log-probabilities, [pairs]; of the whole step where <see cref="WholeBatch"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="weights">Weights of the pairs (WPO, annotators), [pairs]; null for 1. A weight of 0 masks a pair.</param>
    /// <param name="confidences">
    /// How likely it is that the chosen answer of each pair is the better one, c in [0.5, 1], [pairs]: the loss is c times the pair's and 1 − c times that of the pair with its answers
    /// changed round. Null for 1.
    /// </param>
    /// <returns>[pairs], differentiable.</returns>
    /// <exception cref="InvalidInputException">
    /// A reference is missing, a divergence cannot be honoured, or pairs are weighed, or doubted, whose losses belong to no single pair.
    /// </exception>
    public Tensor Of(PairLogProbabilities pairs, PreferenceLossOptions options, Tensor? weights = null, Tensor? confidences = null)
    {
        if ((weights ?? confidences) is not null && Parts.FirstOrDefault(part => part.Loss.Declaration.WholeBatch).Loss is { } whole)
        {
            var (problem, mend) = weights is null
                ? ("labels cannot be soft", "Leave the confidences away (soft_labels: false)")
                : ("pairs cannot be weighed", "Leave the weights away");
            throw new InvalidInputException(
                $"The loss '{whole.Name}' sorts the pairs of a batch, so that its values belong to no single pair, and {problem}.",
                $"{mend}, or use another loss."
            );
        }

        using var scope = NewDisposeScope();
        var losses = confidences is null
            ? Sum(pairs, options)
            : SoftLabels.Expected(confidences, Sum(pairs, options), Sum(pairs.Swapped(), options));
        return (weights is null ? losses : losses * weights).MoveToOuterDisposeScope();
    }

    private Tensor Sum(PairLogProbabilities pairs, PreferenceLossOptions options)
    {
        Tensor? sum = null;
        foreach (var (loss, weight) in Parts)
        {
            RefuseDivergence(loss, options);
            var part = loss.Of(pairs, options).Times(weight);
            sum = sum is null ? part : sum + part;
        }

        return sum!;
    }

    private static (string Name, double Weight) Part(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (text, 1);
        }

        return double.TryParse(text[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            ? (text[..colon].Trim(), weight)
            : throw new InvalidInputException(
                $"'{(text.Length > 40 ? text[..40] + "…" : text)}' is no loss with its weight.",
                "Write a mixture as sigmoid: 0.8, bco_pair: 0.2, sft: 1."
            );
    }

    private static void RefuseDivergence(
        RegisteredLoss<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions> loss,
        PreferenceLossOptions options
    )
    {
        const string Option = nameof(PreferenceLossOptions.FDivergenceType);
        if (options.FDivergenceType != DivergenceType.ReverseKl && !loss.Declaration.Reads.Contains(Option))
        {
            throw new InvalidInputException(
                $"The loss '{loss.Name}' does not look at each answer's ratio to the reference, which f_divergence_type transforms.",
                $"Leave f_divergence_type at reverse_kl, or use one of {ReadersOf(Option)}."
            );
        }
    }

    private static string ReadersOf(string option) =>
        string.Join(", ", PreferenceLosses.All.Where(loss => loss.Declaration.Reads.Contains(option)).Select(loss => loss.Name));
}
