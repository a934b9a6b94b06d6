using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Findings;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>A decision as a line of JSON, whose fields have one order. Written without allocating where nothing has to be cut.</summary>
internal static class DecisionLine
{
    /// <summary>The longest line in bytes, without its end.</summary>
    internal const int Longest = 1 << 20;

    /// <summary>The most findings of a record.</summary>
    internal const int MostFindings = 256;

    /// <summary>The longest evidence of a finding, in UTF-16 units; what is longer is cut, and its last unit is an ellipsis.</summary>
    internal const int LongestEvidence = 500;

    /// <summary>The way that times are written, as <c>O</c> writes them in UTC.</summary>
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Bytes of a time.</summary>
    internal const int TimeLength = 28;

    // People read these lines, and nobody puts them into a web page.
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>How all lines are written. The link fields are put before later, so no object begins here.</summary>
    internal static readonly JsonWriterOptions Layout = new() { Encoder = Encoder, SkipValidation = true };

    /// <summary>How all decision logs are read.</summary>
    internal static readonly ChainFormat<DecisionRecord> Format = new(
        DecisionLineParser.Parse,
        Longest,
        new ChainNames("record", "records", "log", DecisionFiles.HeadFile)
    );

    private const int LongestId = 256;
    private const int LongestExchange = 1024;
    private const int InputDigits = 64;

    /// <summary>What is wrong with a decision; null where it can be written down.</summary>
    internal static string? Problem(GuardDecision decision) =>
        decision.Id is not { Length: > 0 and <= LongestId } ? $"A decision's id has 1 to {LongestId} characters."
        : decision.Exchange?.Length > LongestExchange ? $"The name of an exchange has at most {LongestExchange} characters."
        : decision.Input is not { Length: InputDigits } || decision.Input.AsSpan().ContainsAnyExcept(HexDigits)
            ? $"A decision's input is a SHA-256 in {InputDigits} hexadecimal digits, never the text itself."
        : DecisionNames.Of(decision.Part) is null || DecisionNames.Of(decision.Outcome) is null
            ? "A decision's part and outcome are among those that have names."
        : null;

    /// <summary>Writes all fields between the link fields and the hash.</summary>
    /// <param name="json">Gets them.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="names">Room to sort names in.</param>
    internal static void Write(Utf8JsonWriter json, GuardDecision decision, List<KeyValuePair<string, string>> names)
    {
        json.WriteString("id"u8, decision.Id);
        Span<byte> time = stackalloc byte[TimeLength];
        WriteTime(time, decision.Time);
        json.WriteString("time"u8, time);
        json.WriteString("part"u8, DecisionNames.Of(decision.Part));
        json.WriteString("outcome"u8, DecisionNames.Of(decision.Outcome));
        json.WriteString("constitution"u8, Given(decision.Constitution));
        json.WriteString("input"u8, decision.Input);
        WriteUnlessNull(json, "language"u8, decision.Language);
        WriteUnlessNull(json, "exchange"u8, decision.Exchange);
        WriteUnlessNull(json, "explained_by"u8, ExplainedBy(decision));
        WriteVerdicts(json, decision.Verdicts);
        WriteFindings(json, decision.Findings);
        WriteDetectors(json, decision.Detectors, names);
        json.WriteStartArray("failed"u8);
        for (var i = 0; i < decision.Failed.Count; i++)
        {
            json.WriteStringValue(Given(decision.Failed[i]));
        }

        json.WriteEndArray();
        if (decision.Basis is { } basis)
        {
            BasisLine.Write(json, basis);
        }
    }

    /// <summary>Writes a time in UTC, <see cref="TimeLength"/> bytes.</summary>
    internal static void WriteTime(Span<byte> target, DateTimeOffset time) =>
        time.UtcDateTime.TryFormat(target, out _, "O", CultureInfo.InvariantCulture);

    /// <summary>The clause that an explanation names, the strictest first; null where it names none.</summary>
    internal static string? ExplainedBy(GuardDecision decision)
    {
        for (var i = 0; decision.Explanation is not null && i < decision.Verdicts.Count; i++)
        {
            if (Names(decision.Explanation, decision.Verdicts[i].Clause))
            {
                return decision.Verdicts[i].Clause;
            }
        }

        return null;
    }

    private static System.Buffers.SearchValues<char> HexDigits { get; } = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    // The clause "privacy" is not named where "privacy_of_children" is.
    private static bool Names(ReadOnlySpan<char> text, ReadOnlySpan<char> clause)
    {
        var at = clause.IsEmpty ? -1 : text.IndexOf(clause, StringComparison.Ordinal);
        while (at >= 0)
        {
            var end = at + clause.Length;
            if ((at == 0 || !IsOfId(text[at - 1])) && (end == text.Length || !IsOfId(text[end])))
            {
                return true;
            }

            var next = text[(at + 1)..].IndexOf(clause, StringComparison.Ordinal);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static bool IsOfId(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-';

    private static void WriteVerdicts(Utf8JsonWriter json, IReadOnlyList<ClauseVerdict> verdicts)
    {
        json.WriteStartArray("verdicts"u8);
        for (var i = 0; i < verdicts.Count; i++)
        {
            var verdict = verdicts[i];
            json.WriteStartObject();
            json.WriteString("clause"u8, Given(verdict.Clause));
            json.WriteString("outcome"u8, Given(DecisionNames.Of(verdict.Outcome)));
            json.WritePropertyName("score"u8);
            WriteNumber(json, verdict.Score);
            json.WritePropertyName("threshold"u8);
            WriteNumber(json, verdict.Threshold);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        var kept = findings.Count > MostFindings ? HighestScores(findings) : null;
        json.WriteStartArray("findings"u8);
        for (var i = 0; i < (kept?.Length ?? findings.Count); i++)
        {
            WriteFinding(json, findings[kept?[i] ?? i]);
        }

        json.WriteEndArray();
        if (kept is not null)
        {
            json.WriteNumber("findings_left_out"u8, findings.Count - kept.Length);
        }
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("hazard"u8, Given(finding.Hazard));
        json.WritePropertyName("score"u8);
        WriteNumber(json, finding.Score);
        WriteUnlessNull(json, "detector"u8, finding.Detector);
        if (finding.IsExact)
        {
            json.WriteBoolean("exact"u8, true);
        }

        WriteUnlessNull(json, "clause"u8, finding.Clause);
        WriteUnlessNull(json, "kind"u8, finding.Kind);
        if (finding.Span is { } span)
        {
            json.WriteStartArray("span"u8);
            json.WriteNumberValue(span.Start);
            json.WriteNumberValue(span.Length);
            json.WriteEndArray();
        }

        if (finding.Region is { } region)
        {
            json.WriteStartArray("region"u8);
            WriteNumber(json, region.Left);
            WriteNumber(json, region.Top);
            WriteNumber(json, region.Width);
            WriteNumber(json, region.Height);
            json.WriteEndArray();
        }

        WriteUnlessNull(json, "view"u8, finding.View);
        WriteUnlessNull(json, "evidence"u8, Bounded(finding.Evidence));
        json.WriteEndObject();
    }

    private static string? Bounded(string? evidence)
    {
        if (evidence is null || evidence.Length <= LongestEvidence)
        {
            return evidence;
        }

        var length = LongestEvidence - 1;
        return string.Concat(evidence.AsSpan(0, char.IsHighSurrogate(evidence[length - 1]) ? length - 1 : length), "…");
    }

    // Ties go to the earlier finding.
    private static int[] HighestScores(IReadOnlyList<Finding> findings) =>
        [.. Enumerable.Range(0, findings.Count).OrderByDescending(i => findings[i].Score).Take(MostFindings).Order()];

    private static void WriteDetectors(
        Utf8JsonWriter json,
        IReadOnlyDictionary<string, string> detectors,
        List<KeyValuePair<string, string>> names
    )
    {
        names.Clear();
        foreach (var detector in detectors)
        {
            names.Add(detector);
        }

        names.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        json.WriteStartObject("detectors"u8);
        foreach (var (name, version) in names)
        {
            json.WriteString(name, Given(version));
        }

        json.WriteEndObject();
        names.Clear();
    }

    /// <summary>Writes a field, or leaves it out.</summary>
    internal static void WriteUnlessNull(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>A text that has to be there.</summary>
    // A line with a null in it would be on disk and no record: the log could not be opened again.
    internal static string Given(string? text) =>
        text ?? throw new ArgumentException("A decision's clauses, hazards and names are not null.");

    /// <summary>Writes a number.</summary>
    // JSON has no name for what is not finite, and a threshold may be.
    internal static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
