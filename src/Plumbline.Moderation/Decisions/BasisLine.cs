using System.Globalization;
using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Findings;

namespace Plumbline.Moderation.Decisions;

/// <summary>A decision's basis as a field of its line.</summary>
internal static class BasisLine
{
    /// <summary>What the field is called.</summary>
    internal const string Field = "basis";

    /// <summary>The way that days are written.</summary>
    internal const string DayFormat = "yyyy-MM-dd";

    /// <summary>What records call the values of enums that have a place in a basis.</summary>
    internal static readonly NamedValues<EnforcementAction> Actions = new();

    /// <inheritdoc cref="Actions"/>
    internal static readonly NamedValues<DetectorCost> Costs = new();

    /// <inheritdoc cref="Actions"/>
    internal static readonly NamedValues<Audience> Audiences = new();

    /// <inheritdoc cref="Actions"/>
    internal static readonly NamedValues<Modality> Modalities = new();

    private const int DayLength = 10;

    /// <summary>Writes the field.</summary>
    internal static void Write(Utf8JsonWriter json, DecisionBasis basis)
    {
        json.WriteStartObject("basis"u8);
        WriteSituation(json, basis.Situation);
        WriteDetectors(json, basis.Detectors);
        json.WriteString("unconfirmed"u8, Actions.Of(basis.Unconfirmed));
        json.WriteString("unknown_language"u8, Actions.Of(basis.UnknownLanguage));
        json.WriteString("too_many_readings"u8, Actions.Of(basis.TooManyReadings));
        WriteFlag(json, "language_unknown"u8, basis.IsUnknownLanguage);
        WriteFlag(json, "truncated"u8, basis.IsTruncated);
        json.WriteStartArray("thresholds"u8);
        for (var i = 0; i < basis.Thresholds.Count; i++)
        {
            var threshold = basis.Thresholds[i];
            json.WriteStartObject();
            json.WriteString("detector"u8, DecisionLine.Given(threshold.Detector));
            json.WriteString("hazard"u8, DecisionLine.Given(threshold.Hazard));
            json.WritePropertyName("threshold"u8);
            DecisionLine.WriteNumber(json, threshold.Threshold);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSituation(Utf8JsonWriter json, Situation situation)
    {
        json.WriteStartObject("situation"u8);
        DecisionLine.WriteUnlessNull(json, "language"u8, situation.Language);
        DecisionLine.WriteUnlessNull(json, "region"u8, situation.Region);
        DecisionLine.WriteUnlessNull(json, "domain"u8, situation.Domain);
        if (situation.Audience is { } audience)
        {
            json.WriteString("audience"u8, Audiences.Of(audience));
        }

        json.WriteString("modality"u8, Modalities.Of(situation.Modality));
        if (situation.Day is { } day)
        {
            Span<byte> written = stackalloc byte[DayLength];
            day.TryFormat(written, out _, DayFormat, CultureInfo.InvariantCulture);
            json.WriteString("day"u8, written);
        }

        json.WriteEndObject();
    }

    private static void WriteDetectors(Utf8JsonWriter json, IReadOnlyList<BasisDetector> detectors)
    {
        json.WriteStartArray("detectors"u8);
        for (var i = 0; i < detectors.Count; i++)
        {
            var detector = detectors[i];
            json.WriteStartObject();
            json.WriteString("name"u8, DecisionLine.Given(detector.Name));
            json.WriteString("cost"u8, Costs.Of(detector.Cost));
            json.WriteStartArray("hazards"u8);
            for (var hazard = 0; hazard < detector.Hazards.Count; hazard++)
            {
                json.WriteStringValue(DecisionLine.Given(detector.Hazards[hazard]));
            }

            json.WriteEndArray();
            WriteFlag(json, "always"u8, detector.IsAlways);
            WriteFlag(json, "reads_clauses"u8, detector.ReadsClauses);
            if (detector.AskedAbout.Count > 0)
            {
                json.WriteStartObject("asked_about"u8);
                for (var clause = 0; clause < detector.AskedAbout.Count; clause++)
                {
                    json.WriteString(DecisionLine.Given(detector.AskedAbout[clause].Id), detector.AskedAbout[clause].Question);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFlag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }
}

/// <summary>What records call the values of an enum, in snake_case.</summary>
internal sealed class NamedValues<T>
    where T : struct, Enum
{
    private readonly Dictionary<T, string> names = Enum.GetValues<T>()
        .ToDictionary(value => value, value => OptionText.SnakeCase(value.ToString()));

    private readonly Dictionary<string, T> values = Enum.GetValues<T>()
        .ToDictionary(value => OptionText.SnakeCase(value.ToString()), value => value, StringComparer.Ordinal);

    /// <summary>A value's name.</summary>
    /// <exception cref="ArgumentException">It is none of those that are defined.</exception>
    public string Of(T value) =>
        names.TryGetValue(value, out var name) ? name : throw new ArgumentException($"There is no {typeof(T).Name} {value}.");

    /// <summary>A name's value.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public T Of(string name) =>
        values.TryGetValue(name, out var value) ? value : throw new FormatException($"Nothing is called '{name}' here.");
}
