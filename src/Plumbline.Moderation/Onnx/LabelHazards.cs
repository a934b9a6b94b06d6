using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Onnx;

/// <summary>Which hazard each label of a classifier stands for, and what its outputs say about each hazard.</summary>
internal sealed class LabelHazards
{
    /// <summary>How far probabilities may lie outside of [0, 1] by rounding.</summary>
    private const float Tolerance = 1e-3f;

    private const int Ignored = -1;

    private readonly int[] slots;

    private LabelHazards(IReadOnlyList<string> labels, int[] slots, string[] codes)
    {
        Labels = labels;
        this.slots = slots;
        Codes = codes;
    }

    /// <summary>The labels, in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The codes of the hazards that labels stand for, without repetition.</summary>
    public IReadOnlyList<string> Codes { get; }

    /// <summary>Joins a model's labels with what the options say about them.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="hazards">The hazard of each label that has one.</param>
    /// <param name="ignored">The labels without a hazard.</param>
    /// <param name="file">Where the labels come from, for messages.</param>
    /// <exception cref="InvalidInputException">A label is in neither or in both, or an option names one that the model has not.</exception>
    public static LabelHazards Of(
        IReadOnlyList<string> labels,
        IReadOnlyDictionary<string, string> hazards,
        IReadOnlyList<string> ignored,
        string file
    )
    {
        var shown = string.Join(", ", labels.Take(40).Select(label => $"'{label}'"));
        if (hazards.Keys.Concat(ignored).FirstOrDefault(label => !labels.Contains(label, StringComparer.Ordinal)) is { } unknown)
        {
            throw new InvalidInputException(
                $"The model has no label '{unknown}'.",
                $"Its labels are {shown}: name these under hazards or ignored.",
                new InputPosition(file)
            );
        }

        if (labels.Distinct(StringComparer.Ordinal).Count() < labels.Count)
        {
            throw new InvalidInputException($"Labels repeat: {shown}.", "Give every output a label of its own.", new InputPosition(file));
        }

        var codes = new List<string>();
        var slotOf = new int[labels.Count];
        for (var i = 0; i < slotOf.Length; i++)
        {
            var isIgnored = ignored.Contains(labels[i], StringComparer.Ordinal);
            if (hazards.TryGetValue(labels[i], out var code) == isIgnored)
            {
                throw new InvalidInputException(
                    $"The label '{labels[i]}' {(isIgnored ? "has a hazard and is ignored as well" : "has no hazard")}.",
                    "Name each label either under hazards, with a code such as S12, or under ignored.",
                    new InputPosition(file)
                );
            }

            slotOf[i] = isIgnored ? Ignored : SlotOf(code!, codes);
        }

        return codes.Count > 0
            ? new LabelHazards(labels, slotOf, [.. codes])
            : throw new InvalidInputException(
                "No label has a hazard.",
                $"Name the hazard of at least one of {shown}.",
                new InputPosition(file)
            );
    }

    /// <summary>What one row of outputs says about each hazard.</summary>
    /// <param name="outputs">One number a label.</param>
    /// <param name="scores">What they are.</param>
    /// <param name="into">Per hazard, what is found.</param>
    /// <exception cref="InvalidInputException">An output is no number, or no probability where one is said to be.</exception>
    public void Score(ReadOnlySpan<float> outputs, LabelScores scores, Span<HazardScore> into)
    {
        var exclusive = scores is LabelScores.Softmax or LabelScores.ExclusiveProbabilities;
        var (highest, sum) = scores == LabelScores.Softmax ? Normalizer(outputs) : (0, 0);
        into.Fill(new HazardScore(0, 0, -1));
        for (var i = 0; i < slots.Length; i++)
        {
            var score = scores == LabelScores.Softmax ? Math.Exp(outputs[i] - highest) / sum : ScoreOf(outputs[i], scores);
            if (slots[i] != Ignored)
            {
                into[slots[i]] = into[slots[i]].With(score, i, exclusive);
            }
        }
    }

    /// <summary>The score of a label whose output does not depend on the others.</summary>
    public static double ScoreOf(float output, LabelScores scores) =>
        float.IsNaN(output) ? throw NotANumber()
        : scores == LabelScores.Sigmoid ? 1 / (1 + Math.Exp(-output))
        : Probability(output);

    /// <summary>The hazard of a label; null where it has none.</summary>
    public string? CodeOf(int label) => slots[label] == Ignored ? null : Codes[slots[label]];

    /// <summary>A finding for each hazard whose score is high enough.</summary>
    /// <param name="scores">One score a hazard.</param>
    /// <param name="least">The least score that is reported.</param>
    /// <param name="complete">Adds where it stands.</param>
    public List<Finding> Findings(ReadOnlySpan<HazardScore> scores, double least, Func<int, Finding, Finding> complete)
    {
        var findings = new List<Finding>();
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Score >= least && scores[i].Label >= 0)
            {
                var finding = new Finding
                {
                    Hazard = Codes[i],
                    Score = scores[i].Score,
                    Kind = Labels[scores[i].Label],
                };
                findings.Add(complete(i, finding));
            }
        }

        return findings;
    }

    private static int SlotOf(string code, List<string> codes)
    {
        if (codes.IndexOf(code) is >= 0 and var slot)
        {
            return slot;
        }

        codes.Add(code);
        return codes.Count - 1;
    }

    private static (double Highest, double Sum) Normalizer(ReadOnlySpan<float> outputs)
    {
        double highest = double.NegativeInfinity;
        foreach (var output in outputs)
        {
            highest = !float.IsFinite(output) ? throw NotANumber() : Math.Max(highest, output);
        }

        double sum = 0;
        foreach (var output in outputs)
        {
            sum += Math.Exp(output - highest);
        }

        return (highest, sum);
    }

    private static double Probability(float output) =>
        output is >= -Tolerance and <= 1 + Tolerance
            ? Math.Clamp(output, 0, 1)
            : throw new InvalidInputException(
                $"The model gives {output}, which is no probability.",
                "Set scores to softmax or sigmoid where the outputs are logits."
            );

    private static InvalidInputException NotANumber() =>
        new("The model gives an output that is not a number.", "Export the model again, with 32-bit weights.");
}

/// <summary>What a classifier says about a hazard.</summary>
/// <param name="Score">How sure it is, in [0, 1].</param>
/// <param name="Share">The score of the label that says so.</param>
/// <param name="Label">The index of that label; -1 for none.</param>
internal readonly record struct HazardScore(double Score, double Share, int Label)
{
    /// <summary>The same with one more of the hazard's labels.</summary>
    public HazardScore With(double score, int label, bool addsUp)
    {
        var isHigher = Label < 0 || score > Share;
        var total = addsUp ? Math.Min(1, Score + score) : Math.Max(Score, score);
        return new HazardScore(total, isHigher ? score : Share, isHigher ? label : Label);
    }
}

/// <summary>Checks what options say about labels.</summary>
internal static class LabelOptions
{
    /// <summary>The first hazard of a mapping that no list of hazards has; null where all are known.</summary>
    public static string? UnknownHazard(IEnumerable<string> hazards) => hazards.FirstOrDefault(code => Hazards.Find(code) is null);

    /// <summary>Whether records and options can call a detector so.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_');
}
