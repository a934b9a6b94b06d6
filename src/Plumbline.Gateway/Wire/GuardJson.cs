using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Wire;

/// <summary>How decisions are written.</summary>
internal static class GuardJson
{
    /// <summary>JSON for programs, not for the middle of a web page: letters of all languages stand as they are.</summary>
    internal static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What somebody is told whose text does not pass.</summary>
    internal static string Explanation(GuardDecision decision) =>
        (decision.Outcome, decision.Explanation) switch
        {
            (GuardOutcome.Escalate, null) => $"A person will decide about this (decision {decision.Id}).",
            (GuardOutcome.Escalate, { } why) => $"{why} A person will decide about this (decision {decision.Id}).",
            (_, null) => $"This does not pass the guard (decision {decision.Id}).",
            (_, { } why) => why,
        };

    /// <summary>The extension field <c>guard</c> of answers.</summary>
    internal static void Write(Utf8JsonWriter json, GuardDecision decision, bool retract, bool explains = true)
    {
        json.WriteStartObject();
        json.WriteString("decision", decision.Id);
        json.WriteString("outcome", WireNames.Of(decision.Outcome));
        json.WriteString("part", WireNames.Of(decision.Part));
        if (decision.Outcome != GuardOutcome.Allow)
        {
            json.WriteString("clause", decision.Verdicts.Count == 0 ? null : decision.Verdicts[0].Clause);
        }

        if (!decision.Passes && explains)
        {
            json.WriteString("explanation", Explanation(decision));
        }

        if (retract)
        {
            json.WriteBoolean("retract", true);
        }

        json.WriteEndObject();
    }

    /// <summary>A decision with everything that it rests on, except for the text that was checked.</summary>
    internal static void WriteWhole(Utf8JsonWriter json, GuardDecision decision)
    {
        json.WriteStartObject();
        json.WriteString("id", decision.Id);
        json.WriteString("time", decision.Time);
        json.WriteString("part", WireNames.Of(decision.Part));
        json.WriteString("outcome", WireNames.Of(decision.Outcome));
        json.WriteBoolean("passes", decision.Passes);
        json.WriteString("text", decision.Passes ? decision.Text : null);
        json.WriteString("explanation", decision.Passes ? null : Explanation(decision));
        json.WriteString("constitution", decision.Constitution);
        json.WriteString("input", decision.Input);
        json.WriteString("language", decision.Language);
        json.WriteString("exchange", decision.Exchange);
        WriteClauses(json, decision);
        WriteFindings(json, decision);
        json.WriteStartObject("detectors");
        foreach (var (name, version) in decision.Detectors)
        {
            json.WriteString(name, version);
        }

        json.WriteEndObject();
        json.WriteStartArray("failed");
        foreach (var name in decision.Failed)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void WriteClauses(Utf8JsonWriter json, GuardDecision decision)
    {
        json.WriteStartArray("clauses");
        foreach (var verdict in decision.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("clause", verdict.Clause);
            json.WriteString("outcome", WireNames.Of(verdict.Outcome));
            json.WriteNumber("score", verdict.Score);
            json.WriteNumber("threshold", verdict.Threshold);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteFindings(Utf8JsonWriter json, GuardDecision decision)
    {
        json.WriteStartArray("findings");
        foreach (var finding in decision.Findings)
        {
            json.WriteStartObject();
            json.WriteString("hazard", finding.Hazard);
            json.WriteString("name", Hazards.Find(finding.Hazard)?.Name);
            json.WriteNumber("score", finding.Score);
            json.WriteString("clause", finding.Clause);
            json.WriteString("kind", finding.Kind);
            json.WriteString("view", finding.View);
            json.WriteString("evidence", finding.Evidence);
            WritePlace(json, finding);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter json, Finding finding)
    {
        if (finding.Span is { } span)
        {
            json.WriteStartObject("span");
            json.WriteNumber("start", span.Start);
            json.WriteNumber("length", span.Length);
            json.WriteEndObject();
        }

        if (finding.Region is { } region)
        {
            json.WriteStartObject("region");
            json.WriteNumber("left", region.Left);
            json.WriteNumber("top", region.Top);
            json.WriteNumber("width", region.Width);
            json.WriteNumber("height", region.Height);
            json.WriteEndObject();
        }
    }
}
