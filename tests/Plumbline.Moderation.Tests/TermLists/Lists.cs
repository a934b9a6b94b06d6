using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.TermLists;

namespace Plumbline.Moderation.Tests.TermLists;

/// <summary>Lists for tests, and what they find.</summary>
internal static class Lists
{
    public const string Example = """
        name: example
        about: For tests.
        contexts:
          wish: [want to, tonight]
          report: [article, "how to help"]
        exempt: [kill the process]
        entries:
          intent:
            terms: [kill, end my life, "suicid*"]
            hazard: S11
            near: { contexts: [wish], within: 3 }
            unless: { contexts: [report], quoted: true, within: 5 }
            score: 0.75
          insult:
            terms: [vermin]
            hazard: S10
            languages: [en, de]
            unless: { phrases: [rats] }
        """;

    public static TermListDetector Of(string yaml) => TermListDetector.Parse(Encoding.UTF8.GetBytes(yaml), "list.yaml");

    public static IReadOnlyList<Finding> Ask(TermListDetector list, string text, string? language = null)
    {
        var pending = list.DetectAsync(
            new DetectorInput
            {
                Part = GuardedPart.Prompt,
                Text = text,
                Language = language,
            },
            TestContext.Current.CancellationToken
        );
        Assert.True(pending.IsCompletedSuccessfully);
        return pending.AsTask().GetAwaiter().GetResult();
    }
}
