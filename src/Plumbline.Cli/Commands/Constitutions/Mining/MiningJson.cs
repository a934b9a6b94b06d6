using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Constitutions;
using Plumbline.Evaluation.Principles;
using Plumbline.Evaluation.Principles.Words;

namespace Plumbline.Cli.Commands.Constitutions.Mining;

/// <summary>What was mined, for machines.</summary>
internal static class MiningJson
{
    internal static JsonObject Of(MinedPreferences mined, Constitution? found) =>
        new()
        {
            ["pairs"] = mined.Pairs,
            ["conversations"] = mined.Prompts,
            ["accuracies"] = AccuracyBlocks.ToJson(MiningText.Accuracies(mined)),
            ["features"] = Of(mined.Features, mined.Options.FalseDiscoveryRate),
            ["words"] = new JsonObject
            {
                ["looked_at"] = mined.Words.LookedAt,
                ["chosen"] = Of(mined.Words.Chosen),
                ["rejected"] = Of(mined.Words.Rejected),
            },
            ["clauses"] = mined.Clauses is { } clauses ? Of(clauses, mined.Options.FalseDiscoveryRate) : null,
            ["principles"] = new JsonArray([
                .. (found?.Clauses ?? new Dictionary<string, Clause>()).Select(clause =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = clause.Key,
                            ["text"] = clause.Value.Text,
                            ["weight"] = clause.Value.Weight,
                        }
                ),
            ]),
        };

    private static JsonObject Of(PreferenceModel model, double rate) =>
        new()
        {
            ["penalty"] = model.Penalty,
            ["nats_over_coin"] = EstimateJson.Of(model.OverCoin),
            ["never_differing"] = new JsonArray([.. model.NeverDiffering.Select(name => (JsonNode)name)]),
            ["findings"] = new JsonArray([.. model.Findings.Select(finding => (JsonNode)Of(finding, rate))]),
        };

    private static JsonObject Of(FeatureFinding finding, double rate) =>
        new()
        {
            ["id"] = finding.Id,
            ["chosen_has_more"] = EstimateJson.Of(finding.Share.More.ToEstimate()),
            ["differing_pairs"] = finding.Share.More.Trials,
            ["p"] = finding.Share.P,
            ["q"] = finding.Q,
            ["coefficient"] = EstimateJson.Of(finding.Coefficient),
            ["gain"] = EstimateJson.Of(finding.Gain),
            ["accuracy_loss"] = finding.AccuracyLoss,
            ["direction"] = finding.Direction(rate),
        };

    private static JsonObject Of(ClauseComparison clauses, double rate) =>
        new()
        {
            ["scored_pairs"] = clauses.Scored,
            ["model"] = Of(clauses.Model, rate),
            ["added"] = new JsonArray([
                .. clauses.Added.Select(feature =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = feature.Id,
                            ["coefficient"] = feature.Coefficient,
                            ["gain"] = EstimateJson.Of(feature.Gain),
                            ["unexplained"] = feature.IsUnexplained,
                        }
                ),
            ]),
        };

    private static JsonArray Of(IReadOnlyList<WordFinding> words) =>
        new([
            .. words.Select(word =>
                (JsonNode)
                    new JsonObject
                    {
                        ["word"] = word.Word,
                        ["chosen"] = word.Chosen,
                        ["rejected"] = word.Rejected,
                        ["chosen_answers"] = word.ChosenAnswers,
                        ["rejected_answers"] = word.RejectedAnswers,
                        ["log_odds"] = word.LogOdds,
                        ["z"] = word.Z,
                    }
            ),
        ]);
}
