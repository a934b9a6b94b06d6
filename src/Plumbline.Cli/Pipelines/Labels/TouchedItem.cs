using System.Text.Json.Nodes;
using Plumbline.Constitutions.Comparing;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>A labelled pair or a revised answer that a changed constitution touches.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rows">The training rows that were made of it.</param>
/// <param name="Clauses">The clauses that it was asked about, or would be now.</param>
internal sealed record TouchedItem(string Id, IReadOnlyList<string> Rows, IReadOnlySet<string> Clauses);

/// <summary>What one changed clause touches.</summary>
/// <param name="Clause">Its id.</param>
/// <param name="Items">Labelled pairs or revised answers that are touched and that the clause has part in.</param>
/// <param name="Rows">The training rows made of these.</param>
/// <param name="Tests">Prompts of the clause's tests, those that it had and those that it has.</param>
internal sealed record ChangeReach(string Clause, IReadOnlyList<string> Items, IReadOnlyList<string> Rows, IReadOnlyList<string> Tests)
{
    /// <summary>What each change touches; what several touch counts for each.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="touched">Everything that is touched.</param>
    internal static IReadOnlyList<ChangeReach> Of(IReadOnlyList<ClauseChange> changes, IReadOnlyList<TouchedItem> touched) =>
        [
            .. changes.Select(change =>
            {
                var own = touched.Where(item => item.Clauses.Contains(change.Id) || item.Clauses.Contains(change.OldId)).ToList();
                return new ChangeReach(
                    change.Id,
                    [.. own.Select(item => item.Id)],
                    [.. own.SelectMany(item => item.Rows).Distinct(StringComparer.Ordinal)],
                    [
                        .. new[] { change.Old, change.New }
                            .SelectMany(clause => clause?.Tests ?? [])
                            .Select(test => test.Prompt)
                            .Distinct(StringComparer.Ordinal),
                    ]
                );
            }),
        ];

    /// <summary>The ids for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["items"] = List(Items),
            ["training_rows"] = List(Rows),
            ["tests"] = List(Tests),
        };

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
