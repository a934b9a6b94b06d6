using System.Globalization;
using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>Reads what <see cref="DecisionLine"/> wrote.</summary>
internal static class DecisionLineParser
{
    private const int Deepest = 6;

    /// <summary>Reads a line; null where one bit of it is another than was written, or it is no decision.</summary>
    internal static DecisionRecord? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > DecisionLine.Longest || ChainLine.HashOf(line) is not { } hash)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = Deepest });
            return Read(ref reader, hash);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static DecisionRecord? Read(ref Utf8JsonReader reader, string hash)
    {
        var (previous, sequence) = ChainLine.ReadOpening(ref reader);
        var recorded = Time(ref reader, "recorded");
        var decision = new GuardDecision
        {
            Id = OrderedJson.Text(ref reader, "id"),
            Time = Time(ref reader, "time"),
            Part = DecisionNames.Part(OrderedJson.Text(ref reader, "part")),
            Outcome = DecisionNames.Outcome(OrderedJson.Text(ref reader, "outcome")),
            Constitution = OrderedJson.Text(ref reader, "constitution"),
            Input = OrderedJson.Text(ref reader, "input"),
            Language = OrderedJson.TextOrNull(ref reader, "language"),
            Exchange = OrderedJson.TextOrNull(ref reader, "exchange"),
        };
        var explainedBy = OrderedJson.TextOrNull(ref reader, "explained_by");
        var verdicts = Verdicts(ref reader);
        var findings = Findings(ref reader);
        var leftOut = 0;
        if (OrderedJson.IsNext(reader, "findings_left_out"))
        {
            OrderedJson.Field(ref reader, "findings_left_out", JsonTokenType.Number);
            leftOut = reader.GetInt32();
            OrderedJson.Require(leftOut > 0);
        }

        decision = decision with
        {
            Verdicts = verdicts,
            Findings = findings,
            Detectors = Detectors(ref reader),
            Failed = Texts(ref reader, "failed"),
            Basis = BasisLineParser.Read(ref reader),
        };
        ChainLine.ReadTail(ref reader, hash);
        return DecisionLine.Problem(decision) is null
            ? new DecisionRecord(sequence, recorded, decision, leftOut, explainedBy, previous, hash)
            : null;
    }

    private static List<ClauseVerdict> Verdicts(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "verdicts", JsonTokenType.StartArray);
        var verdicts = new List<ClauseVerdict>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.StartObject)
        {
            var clause = OrderedJson.Text(ref reader, "clause");
            var outcome = DecisionNames.Outcome(OrderedJson.Text(ref reader, "outcome"));
            verdicts.Add(new ClauseVerdict(clause, outcome, Number(ref reader, "score"), Number(ref reader, "threshold")));
            OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        return verdicts;
    }

    private static List<Finding> Findings(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "findings", JsonTokenType.StartArray);
        var findings = new List<Finding>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.StartObject)
        {
            findings.Add(
                new Finding
                {
                    Hazard = OrderedJson.Text(ref reader, "hazard"),
                    Score = Number(ref reader, "score"),
                    Detector = OrderedJson.TextOrNull(ref reader, "detector"),
                    IsExact = Flag(ref reader, "exact"),
                    Clause = OrderedJson.TextOrNull(ref reader, "clause"),
                    Kind = OrderedJson.TextOrNull(ref reader, "kind"),
                    Span = Span(ref reader),
                    Region = Region(ref reader),
                    View = OrderedJson.TextOrNull(ref reader, "view"),
                    Evidence = OrderedJson.TextOrNull(ref reader, "evidence"),
                }
            );
            OrderedJson.Expect(ref reader, JsonTokenType.EndObject);
            OrderedJson.Require(findings.Count <= DecisionLine.MostFindings);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        return findings;
    }

    private static TextSpan? Span(ref Utf8JsonReader reader)
    {
        if (!OrderedJson.IsNext(reader, "span"))
        {
            return null;
        }

        OrderedJson.Field(ref reader, "span", JsonTokenType.StartArray);
        OrderedJson.Expect(ref reader, JsonTokenType.Number);
        var start = reader.GetInt32();
        OrderedJson.Expect(ref reader, JsonTokenType.Number);
        var length = reader.GetInt32();
        OrderedJson.Expect(ref reader, JsonTokenType.EndArray);
        return new TextSpan(start, length);
    }

    private static ImageRegion? Region(ref Utf8JsonReader reader)
    {
        if (!OrderedJson.IsNext(reader, "region"))
        {
            return null;
        }

        OrderedJson.Field(ref reader, "region", JsonTokenType.StartArray);
        var region = new ImageRegion(Value(ref reader), Value(ref reader), Value(ref reader), Value(ref reader));
        OrderedJson.Expect(ref reader, JsonTokenType.EndArray);
        return region;
    }

    private static Dictionary<string, string> Detectors(ref Utf8JsonReader reader)
    {
        OrderedJson.Field(ref reader, "detectors", JsonTokenType.StartObject);
        var detectors = new Dictionary<string, string>(StringComparer.Ordinal);
        while (OrderedJson.Next(ref reader) == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            OrderedJson.Expect(ref reader, JsonTokenType.String);
            // Two names that only differ in broken characters are one on disk.
            detectors[name] = reader.GetString()!;
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndObject);
        return detectors;
    }

    /// <summary>The texts that the next field lists.</summary>
    internal static List<string> Texts(ref Utf8JsonReader reader, string name)
    {
        OrderedJson.Field(ref reader, name, JsonTokenType.StartArray);
        var texts = new List<string>();
        while (OrderedJson.Next(ref reader) == JsonTokenType.String)
        {
            texts.Add(reader.GetString()!);
        }

        OrderedJson.Require(reader.TokenType == JsonTokenType.EndArray);
        return texts;
    }

    /// <summary>Whether the next field has that name: it is written only where it is true.</summary>
    internal static bool Flag(ref Utf8JsonReader reader, string name)
    {
        if (!OrderedJson.IsNext(reader, name))
        {
            return false;
        }

        OrderedJson.Field(ref reader, name, JsonTokenType.True);
        return true;
    }

    private static DateTimeOffset Time(ref Utf8JsonReader reader, string name) =>
        DateTimeOffset.ParseExact(
            OrderedJson.Text(ref reader, name),
            DecisionLine.TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );

    /// <summary>The number that is the next field.</summary>
    internal static double Number(ref Utf8JsonReader reader, string name)
    {
        OrderedJson.Expect(ref reader, JsonTokenType.PropertyName);
        OrderedJson.Require(reader.ValueTextEquals(name));
        return Value(ref reader);
    }

    private static double Value(ref Utf8JsonReader reader) =>
        OrderedJson.Next(ref reader) switch
        {
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String => reader.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => throw new FormatException(),
            },
            _ => throw new FormatException(),
        };
}
