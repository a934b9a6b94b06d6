using System.Text.Json.Nodes;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Cli.Pipelines;

/// <summary>A measured value with its interval, for machines; what is not known is null.</summary>
internal static class EstimateJson
{
    internal static JsonObject Of(Estimate estimate) =>
        new()
        {
            ["value"] = Finite(estimate.Value),
            ["low"] = Finite(estimate.Interval?.Low),
            ["high"] = Finite(estimate.Interval?.High),
        };

    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;
}
