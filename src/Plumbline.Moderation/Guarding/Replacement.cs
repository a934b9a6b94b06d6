using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.Guarding;

/// <summary>A run of a text, and what is put in its place.</summary>
internal readonly record struct Replacement(TextSpan Span, string Text)
{
    /// <summary>A text with its replacements, which are sorted and do not overlap.</summary>
    public static string Apply(string text, IReadOnlyList<Replacement> replacements)
    {
        if (replacements.Count == 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var at = 0;
        foreach (var (span, replaced) in replacements)
        {
            result.Append(text, at, span.Start - at).Append(replaced);
            at = span.End;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The replacements of findings, sorted; of those that overlap, the earlier and longer one covers both.</summary>
    public static List<Replacement> Of(string text, IEnumerable<Finding> findings, IRedaction redaction)
    {
        var replacements = new List<Replacement>();
        foreach (
            var finding in findings.OrderBy(finding => finding.Span!.Value.Start).ThenByDescending(finding => finding.Span!.Value.Length)
        )
        {
            var span = finding.Span!.Value;
            if (replacements.Count > 0 && replacements[^1].Span.Overlaps(span))
            {
                replacements[^1] = replacements[^1] with { Span = replacements[^1].Span.Joined(span) };
            }
            else
            {
                replacements.Add(new Replacement(span, redaction.Replace(finding, span.Of(text))));
            }
        }

        return replacements;
    }
}
