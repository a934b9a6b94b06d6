using System.Text.Json.Nodes;
using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Judging;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>
/// How far several labellings of the same pairs agree, clause by clause: of several judges, or of one judge under the standards of several places. Where they part is told, and nothing is averaged away.
/// </summary>
/// <param name="Clauses">The clauses that two labellings judged at least one pair by, in the order of their ids.</param>
/// <param name="Overall">Of the labels of the pairs themselves.</param>
/// <param name="Disputed">The pairs whose labels are furthest apart, the furthest first.</param>
internal sealed record LabelAgreement(IReadOnlyList<ClauseAgreement> Clauses, ClauseAgreement Overall, IReadOnlyList<DisputedPair> Disputed)
{
    /// <summary>The clauses, those that labellings part about most first, and the label of the pairs at the end.</summary>
    internal IEnumerable<ClauseAgreement> ByDispute =>
        Clauses.OrderBy(clause => clause.SameSide).ThenBy(clause => clause.Clause, StringComparer.Ordinal).Append(Overall);

    /// <summary>Compares labellings.</summary>
    /// <param name="labellings">The labels of each, two labellings at least.</param>
    /// <param name="disputed">How many disputed pairs to name.</param>
    internal static LabelAgreement Of(IReadOnlyList<IReadOnlyDictionary<string, LabelledPair>> labellings, int disputed)
    {
        var pairs = labellings
            .SelectMany(labels => labels.Keys)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(id => (Id: id, Labels: labellings.Select(labels => labels.GetValueOrDefault(id)).ToList()))
            .ToList();
        var clauses = labellings
            .SelectMany(labels => labels.Values)
            .SelectMany(label => label.Clauses.Keys)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new LabelAgreement(
            [
                .. clauses
                    .Select(clause => ClauseAgreement.Of(clause, pairs.Select(pair => Opinions(pair.Labels, clause)), labellings.Count))
                    .Where(clause => clause.Pairs > 0),
            ],
            ClauseAgreement.Of("(label)", pairs.Select(pair => pair.Labels.ConvertAll(label => label?.Label)), labellings.Count),
            [
                .. pairs
                    .Select(pair => new DisputedPair(pair.Id, pair.Labels.ConvertAll(label => label?.Label)))
                    .Where(pair => pair.Spread > 0)
                    .OrderByDescending(pair => pair.Spread)
                    .Take(disputed),
            ]
        );
    }

    /// <summary>The figures for machines.</summary>
    /// <param name="names">What the labellings are called.</param>
    internal JsonObject Json(IReadOnlyList<string> names) =>
        new()
        {
            ["labellings"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
            ["overall"] = Overall.Json(),
            ["clauses"] = new JsonObject(Clauses.Select(clause => KeyValuePair.Create(clause.Clause, (JsonNode?)clause.Json()))),
            ["disputed"] = new JsonArray([
                .. Disputed.Select(pair =>
                    (JsonNode)
                        new JsonObject { ["id"] = pair.Id, ["labels"] = new JsonArray([.. pair.Labels.Select(label => (JsonNode?)label)]) }
                ),
            ]),
        };

    private static List<double?> Opinions(List<LabelledPair?> labels, string clause) =>
        labels.ConvertAll(label =>
            label is not null && label.Clauses.TryGetValue(clause, out var judgement) ? judgement.First : (double?)null
        );
}

/// <summary>How far labellings agree about one clause.</summary>
/// <param name="Clause">Its id.</param>
/// <param name="Pairs">Pairs that at least two labellings judged by it.</param>
/// <param name="SameSide">The share of those in which all that judged prefer the same answer, or none does.</param>
/// <param name="Alpha">Krippendorff's α of the opinions; null where nobody prefers an answer.</param>
/// <param name="Spread">The mean distance between the highest and the lowest opinion.</param>
/// <param name="Means">The mean opinion of each labelling on these pairs; null where it has none.</param>
internal sealed record ClauseAgreement(
    string Clause,
    int Pairs,
    double SameSide,
    double? Alpha,
    double Spread,
    IReadOnlyList<double?> Means
)
{
    internal static ClauseAgreement Of(string clause, IEnumerable<List<double?>> opinions, int labellings)
    {
        var shared = opinions.Where(each => each.Count(opinion => opinion is not null) > 1).ToList();
        var given = shared.ConvertAll(each => each.OfType<double>().ToList());
        return new ClauseAgreement(
            clause,
            shared.Count,
            shared.Count == 0
                ? 0
                : given.Average(each => each.TrueForAll(opinion => Math.Sign(opinion - 0.5) == Math.Sign(each[0] - 0.5)) ? 1.0 : 0.0),
            KrippendorffAlpha.OfPairOpinions(given),
            shared.Count == 0 ? 0 : given.Average(each => each.Max() - each.Min()),
            [
                .. Enumerable
                    .Range(0, labellings)
                    .Select(labelling => shared.Select(each => each[labelling]).OfType<double>().ToList())
                    .Select(own => own.Count == 0 ? (double?)null : own.Average()),
            ]
        );
    }

    internal JsonObject Json() =>
        new()
        {
            ["pairs"] = Pairs,
            ["same_side"] = SameSide,
            ["alpha"] = Alpha,
            ["spread"] = Spread,
            ["means"] = new JsonArray([.. Means.Select(mean => (JsonNode?)mean)]),
        };
}

/// <summary>A pair whose labels part.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Labels">Its label in each labelling; null where it has none.</param>
internal sealed record DisputedPair(string Id, IReadOnlyList<double?> Labels)
{
    /// <summary>From the lowest label to the highest; 0 with fewer than two.</summary>
    internal double Spread { get; } = Labels.Max() - Labels.Min() ?? 0;
}
