using System.Text.Json.Serialization;

namespace Plumbline.Runs;

/// <summary>An alarm of a run, as it stands in <c>alarms.jsonl</c>.</summary>
/// <param name="Name">The rule that raised it, such as <c>kl_budget</c>.</param>
/// <param name="Step">The step at which it was raised, from 1.</param>
/// <param name="Since">The step at which its condition began.</param>
/// <param name="Seen">What was seen, with numbers and units.</param>
/// <param name="Value">The value that crossed the threshold.</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Action">What was done: <c>warn</c>, <c>stop</c> or <c>roll_back</c>.</param>
/// <param name="WeightsFrom">Steps done by the weights that the run ended with; null where it went on.</param>
public sealed record AlarmRow(
    string Name,
    long Step,
    long Since,
    string Seen,
    double Value,
    double Threshold,
    string Meaning,
    string Advice,
    string Action,
    long? WeightsFrom
)
{
    /// <summary>When, in seconds since 1970-01-01 UTC; set when it is written down.</summary>
    public double Time { get; init; }
}

/// <summary>How alarms are spelled.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(AlarmRow))]
internal sealed partial class AlarmJson : JsonSerializerContext;
