using System.Text.Json.Nodes;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Feedback.Judging;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo.Constitutional;

/// <summary>How reviser and judge did their work, which the exact judge knows.</summary>
/// <param name="Before">How many of the answers that were revised, all of them different afterwards, were what the world wants before.</param>
/// <param name="After">How many are afterwards.</param>
/// <param name="Clauses">The judge, clause by clause.</param>
/// <param name="Better">Of the pairs in which one answer is better by the raters' weights, in how many it prevails.</param>
/// <param name="Worse">In how many of them the other one does; in the rest neither.</param>
/// <param name="Pairs">Pairs that were labelled.</param>
internal sealed record ConstitutionFindings(
    Proportion Before,
    Proportion After,
    IReadOnlyList<ClauseFinding> Clauses,
    Proportion Better,
    Proportion Worse,
    int Pairs
)
{
    /// <summary>Looks at what the stages left.</summary>
    /// <param name="world">The world, which knows the prompts.</param>
    /// <param name="constitution">The clauses.</param>
    /// <param name="revisions">The revised answers over the first ones, as preferences.</param>
    /// <param name="pairs">The pairs that were labelled.</param>
    /// <param name="labels">Their labels.</param>
    internal static ConstitutionFindings Of(World world, Constitution constitution, string revisions, string pairs, string labels)
    {
        var revised = Verdicts(world, revisions);
        var compared = Verdicts(world, pairs).ToDictionary(pair => pair.Id, StringComparer.Ordinal);
        var labelled = LabelFile.Read(labels).ToList();
        var statistics = LabelStatistics.ByClause(labelled);
        return new ConstitutionFindings(
            Proportion.Of(revised.Select(pair => pair.Second.Appropriate)),
            Proportion.Of(revised.Select(pair => pair.First.Appropriate)),
            [
                .. constitution
                    .Clauses.Keys.Where(statistics.ContainsKey)
                    .Select(id => ClauseFinding.Of(id, labelled, compared, statistics[id])),
            ],
            Prevails(labelled, compared, isBetter: true),
            Prevails(labelled, compared, isBetter: false),
            labelled.Count
        );
    }

    /// <summary>The figures for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["revised"] = After.Trials,
            ["revised_appropriate_before"] = Share(Before),
            ["revised_appropriate_after"] = Share(After),
            ["labelled_pairs"] = Pairs,
            ["better_answer_prevails"] = Share(Better),
            ["worse_answer_prevails"] = Share(Worse),
            ["clauses"] = new JsonObject(
                Clauses.Select(clause =>
                    KeyValuePair.Create(
                        clause.Clause,
                        (JsonNode?)
                            new JsonObject
                            {
                                ["pairs"] = clause.Right.Trials,
                                ["right"] = Share(clause.Right),
                                ["position_bias"] = clause.Judge.PositionBias,
                                ["flips"] = clause.Judge.Flips,
                            }
                    )
                )
            ),
        };

    // Nothing, where there was nothing to be right about.
    private static double? Share(Proportion proportion) => proportion.Trials == 0 ? null : proportion.Value;

    private static Proportion Prevails(List<LabelledPair> labelled, Dictionary<string, VerdictPair> compared, bool isBetter)
    {
        var criteria = new RatingCriteria();
        return Proportion.Of(
            from label in labelled
            let pair = compared[label.Id]
            let lead = criteria.Utility(pair.First) - criteria.Utility(pair.Second)
            where lead != 0
            select label.Settled.Outcome == (lead > 0 == isBetter ? SettlementOutcome.First : SettlementOutcome.Second)
        );
    }

    private static List<VerdictPair> Verdicts(World world, string path) =>
        [
            .. DatasetReader
                .Open(new DatasetOptions(path))
                .ReadPreferences()
                .Select(pair =>
                {
                    var prompt = world.Find(pair.Prompt.Messages![0].Text)!;
                    return new VerdictPair(pair.Id, Verdict(prompt, pair.Chosen), Verdict(prompt, pair.Rejected));
                }),
        ];

    private static Verdict Verdict(WorldPrompt prompt, Content answer) => ExactJudge.Judge(prompt, answer.Messages![0].Text);
}

/// <summary>Two answers as the exact judge sees them.</summary>
/// <param name="Id">The pair's id.</param>
/// <param name="First">The first answer.</param>
/// <param name="Second">The second.</param>
internal sealed record VerdictPair(string Id, Verdict First, Verdict Second);

/// <summary>How a judge sees one clause.</summary>
/// <param name="Clause">The clause's id.</param>
/// <param name="Right">Of the pairs in which only one answer keeps the clause, in how many the judge holds that one for better.</param>
/// <param name="Judge">How it fared otherwise.</param>
internal sealed record ClauseFinding(string Clause, Proportion Right, LabelStatistics Judge)
{
    internal static ClauseFinding Of(
        string clause,
        IReadOnlyList<LabelledPair> labelled,
        IReadOnlyDictionary<string, VerdictPair> compared,
        LabelStatistics judge
    )
    {
        var keeps = WorldStandard.Keeps[clause];
        return new ClauseFinding(
            clause,
            Proportion.Of(
                from label in labelled
                where label.Clauses.ContainsKey(clause)
                let pair = compared[label.Id]
                where keeps(pair.First) != keeps(pair.Second)
                select label.Clauses[clause].First > 0.5 == keeps(pair.First)
            ),
            judge
        );
    }
}
