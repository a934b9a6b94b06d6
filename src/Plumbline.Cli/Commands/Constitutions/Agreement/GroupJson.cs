using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines;
using Plumbline.Evaluation.Agreement;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Commands.Constitutions.Agreement;

/// <summary>How groups of people agree, for machines. A figure of too few is null.</summary>
internal static class GroupJson
{
    internal static JsonObject Of(GroupFindings findings)
    {
        var (survey, agreement) = (findings.Survey, findings.Agreement);
        return new()
        {
            ["requests"] = survey.Requests,
            ["rankings"] = survey.Rankings,
            ["raters"] = survey.Raters,
            ["raters_in_no_group"] = survey.Ungrouped,
            ["rankings_of_no_group"] = survey.UngroupedRankings,
            ["raters_who_ranked_nothing"] = survey.Silent,
            ["constitution"] = findings.Constitution,
            ["no_clauses"] = Names(survey.NoClauses),
            ["clauses_not_ranked_by"] = Names(survey.Unranked),
            ["least_requests"] = agreement.Options.LeastRequests,
            ["least_raters"] = agreement.Options.LeastRaters,
            ["false_discovery_rate"] = agreement.Options.FalseDiscoveryRate,
            ["criteria"] = new JsonArray([
                .. agreement.Criteria.Select(criterion => (JsonNode)Of(criterion, survey.Attributes, agreement)),
            ]),
            ["disputed"] = new JsonArray([
                .. agreement.Disputed.Select(disputed => (JsonNode)Of(disputed, findings.Texts[disputed.Request])),
            ]),
        };
    }

    private static JsonObject Of(CriterionAgreement criterion, IReadOnlyList<RaterTrait> attributes, GroupAgreement agreement) =>
        new()
        {
            ["criterion"] = criterion.Criterion,
            ["requests"] = criterion.Requests,
            ["pairs"] = criterion.Pairs,
            ["all_raters"] = Of(criterion.All),
            ["attributes"] = new JsonObject(
                attributes
                    .Zip(criterion.Attributes)
                    .Select(each => KeyValuePair.Create(each.First.Name, (JsonNode?)Of(each.Second, each.First, agreement)))
            ),
        };

    private static JsonObject Of(AttributeAgreement attribute, RaterTrait names, GroupAgreement agreement) =>
        new()
        {
            ["groups"] = new JsonObject(
                names.Groups.Zip(attribute.Groups).Select(each => KeyValuePair.Create(each.First, (JsonNode?)Of(each.Second)))
            ),
            ["between"] = new JsonArray([
                .. attribute.Between.Select(pair =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["first"] = names.Groups[pair.First],
                            ["second"] = names.Groups[pair.Second],
                            ["first_raters"] = pair.FirstRaters,
                            ["second_raters"] = pair.SecondRaters,
                            ["requests"] = pair.Requests,
                            ["pairs"] = pair.Pairs,
                            ["same_side"] = Of(pair.SameSide),
                            ["distance"] = Of(pair.Distance),
                        }
                ),
            ]),
            ["test"] = attribute.Test is { } test
                ? new JsonObject
                {
                    ["distance"] = EstimateJson.Of(test.Distance),
                    ["p"] = test.P,
                    ["q"] = test.Q,
                    ["least_p"] = test.LeastP,
                    ["part"] = agreement.Parts(attribute),
                }
                : null,
        };

    private static JsonObject Of(RaterAgreement raters) =>
        new()
        {
            ["raters"] = raters.Raters,
            ["requests"] = raters.Requests,
            ["pairs"] = raters.Pairs,
            ["same_side"] = Of(raters.SameSide),
            ["alpha"] = Of(raters.Alpha),
        };

    private static JsonObject Of(DisputedRequest disputed, DisputedTexts texts) =>
        new()
        {
            ["request"] = disputed.Request,
            ["criterion"] = disputed.Criterion,
            ["attribute"] = disputed.Attribute,
            ["groups"] = new JsonArray(disputed.First, disputed.Second),
            ["gap"] = disputed.Gap,
            ["answers"] = new JsonArray(disputed.Better, disputed.Worse),
            ["means"] = new JsonArray(disputed.FirstMean, disputed.SecondMean),
            ["prompt"] = texts.Prompt,
        };

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonObject? Of(Estimate? estimate) => estimate is { } known ? EstimateJson.Of(known) : null;
}
