using System.Globalization;
using System.Text.Json;
using Plumbline.Constitutions;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Reads what <see cref="BasisLine"/> wrote.</summary>
internal static class BasisLineParser
{
    /// <summary>Reads the field; null where the line has none.</summary>
    internal static DecisionBasis? Read(ref Utf8JsonReader reader)
    {
        if (!OrderedJson.IsNext(reader, BasisLine.Field))
        {
            return null;
        }

        OrderedJson.Field(ref reader, BasisLine.Field, JsonTokenType.StartObject);
        var basis = new DecisionBasis
        {
            Situation = Situation(ref reader),
            Detectors = Detectors(ref reader),
            Unconfirmed = BasisLine.Actions.Of(OrderedJson.Text(ref reader, "unconfirmed")),
            UnknownLanguage = BasisLine.Actions.Of(OrderedJson.Text(ref reader, "unknown_language")),
            TooManyReadings = BasisLine.Actions.Of(OrderedJson.Text(ref reader, "too_many_readings")),
            IsUnknownLanguage = DecisionLineParser.Flag(ref reader, "language_unknown"),
            IsTruncated = DecisionLineParser.Flag(ref reader, "truncated"),
            Thresholds = Thresholds(ref reader),
        };
        OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        return basis;
    }

    private static Situation Situation(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "situation", JsonTokenType.StartObject);
        var situation = new Situation
        {
            Language = OrderedJson.TextOrNull(ref reader, "language"),
            Region = OrderedJson.TextOrNull(ref reader, "region"),
            Domain = OrderedJson.TextOrNull(ref reader, "domain"),
            Audience = OrderedJson.TextOrNull(ref reader, "audience") is { } audience ? BasisLine.Audiences.Of(audience) : null,
            Modality = BasisLine.Modalities.Of(OrderedJson.Text(ref reader, "modality")),
            Day = OrderedJson.TextOrNull(ref reader, "day") is { } day
                ? DateOnly.ParseExact(day, BasisLine.DayFormat, CultureInfo.InvariantCulture)
                : null,
        };
        OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        return situation;
    }

    private static List<BasisDetector> Detectors(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "detectors", JsonTokenType.StartArray);
        var detectors = new List<BasisDetector>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.StartObject)
        {
            var name = OrderedJson.Text(ref reader, "name");
            var cost = BasisLine.Costs.Of(OrderedJson.Text(ref reader, "cost"));
            detectors.Add(
                new BasisDetector(name, cost, DecisionLineParser.Texts(ref reader, "hazards"))
                {
                    IsAlways = DecisionLineParser.Flag(ref reader, "always"),
                    ReadsClauses = DecisionLineParser.Flag(ref reader, "reads_clauses"),
                    AskedAbout = AskedAbout(ref reader),
                }
            );
            OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        return detectors;
    }

    private static List<AskedClause> AskedAbout(ref Utf8JsonReader reader)
    {
        if (!OrderedJson.IsNext(reader, "asked_about"))
        {
            return [];
        }

        OrderedJson.Field(ref reader, "asked_about", JsonTokenType.StartObject);
        var clauses = new List<AskedClause>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.PropertyName)
        {
            var id = reader.GetString()!;
            OrderedJson.Expect(ref reader, JsonTokenType.String);
            clauses.Add(new AskedClause(id, reader.GetString()!));
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndObject);
        // The same clause twice would be a line that no log writes.
        OrderedJson.Require(clauses.DistinctBy(clause => clause.Id, StringComparer.Ordinal).Count() == clauses.Count);
        return clauses;
    }

    private static List<BasisThreshold> Thresholds(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "thresholds", JsonTokenType.StartArray);
        var thresholds = new List<BasisThreshold>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.StartObject)
        {
            var detector = OrderedJson.Text(ref reader, "detector");
            var hazard = OrderedJson.Text(ref reader, "hazard");
            thresholds.Add(new BasisThreshold(detector, hazard, DecisionLineParser.Number(ref reader, "threshold")));
            OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        OrderedJson.Require(thresholds.DistinctBy(one => (one.Detector, one.Hazard)).Count() == thresholds.Count);
        return thresholds;
    }
}
