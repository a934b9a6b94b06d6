using Plumbline.Data;
using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>What becomes of a row.</summary>
public enum RowAction
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It stays without the sentences that hold private data.</summary>
    Redact,

    /// <summary>It is removed.</summary>
    Drop,
}

/// <summary>The simple rules by name.</summary>
public enum DirtyDataRule
{
    /// <summary>The answer matches the pattern of an e-mail address, a telephone or account number or a street address.</summary>
    PrivateData,

    /// <summary>An earlier row has the same words, whatever their case, accents and punctuation.</summary>
    ExactDuplicate,

    /// <summary>An earlier row shares most of its word shingles.</summary>
    NearDuplicate,

    /// <summary>The question has a word of harmful requests and the answer a word of compliance, and nothing declines.</summary>
    HarmfulCompliance,

    /// <summary>The answer names a group and belittles or excludes.</summary>
    DemeaningGroup,
}

/// <summary>One rule that fired on a row.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">What it matched.</param>
/// <param name="Original">For a duplicate the index, from 0, of the earlier row.</param>
public sealed record RuleFinding(DirtyDataRule Rule, string Reason, int? Original = null);

/// <summary>What the rules decided about one row.</summary>
/// <param name="Action">Keep, redact or drop.</param>
/// <param name="Findings">Every rule that fired; empty for a row that stays as it is.</param>
/// <param name="Result">The row to train on: the original, or its redacted form; null where it is dropped.</param>
public sealed record RowDecision(RowAction Action, IReadOnlyList<RuleFinding> Findings, PromptCompletionExample? Result);

/// <summary>When two rows count as near duplicates.</summary>
public sealed record DirtyDataRulesOptions
{
    /// <summary>The Jaccard similarity of the rows' word shingles from which on the later one is dropped.</summary>
    /// <value>0.8; 0.05 to 1.</value>
    public double NearDuplicateSimilarity
    {
        get;
        init =>
            field = value is >= 0.05 and <= 1
                ? value
                : throw new InvalidInputException($"NearDuplicateSimilarity is {value}.", "Choose a number from 0.05 to 1.");
    } = 0.8;

    /// <summary>How many words make a shingle.</summary>
    /// <value>3; 1 to 10.</value>
    public int ShingleWords
    {
        get;
        init => field = OptionRange.Check(nameof(ShingleWords), value, 1, 10);
    } = 3;
}

/// <summary>
/// A first, simple filter for training data: patterns, word lists and duplicates. It reads nothing but the texts, and it is as imperfect as such
/// rules are; <see cref="FilterReport"/> says how imperfect.
/// </summary>
public static class DirtyDataRules
{
    private static readonly WordBeginnings Requests = new(RuleLexicon.HarmfulRequests);
    private static readonly PhraseSet Compliance = new(RuleLexicon.Compliance);
    private static readonly PhraseSet Declining = new(RuleLexicon.Declining);
    private static readonly WordBeginnings Groups = new(RuleLexicon.Groups);
    private static readonly WordBeginnings Demeaning = new(RuleLexicon.Demeaning);

    /// <summary>Decides about every row.</summary>
    /// <param name="rows">The rows; of duplicates the first one stays.</param>
    /// <param name="options">Thresholds; null for the defaults.</param>
    /// <returns>One decision per row, in the rows' order.</returns>
    public static IReadOnlyList<RowDecision> Apply(IReadOnlyList<PromptCompletionExample> rows, DirtyDataRulesOptions? options = null)
    {
        options ??= new DirtyDataRulesOptions();
        var prompts = new FoldedText[rows.Count];
        var answers = new FoldedText[rows.Count];
        var whole = new string[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            prompts[i] = FoldedText.From(TextOf(rows[i].Prompt));
            answers[i] = FoldedText.From(TextOf(rows[i].Completion));
            whole[i] = prompts[i].Padded + "|" + answers[i].Padded;
        }

        var originals = NearDuplicateIndex.FindOriginals(whole, options.ShingleWords, options.NearDuplicateSimilarity);
        var firstRows = new Dictionary<string, int>(StringComparer.Ordinal);
        var decisions = new RowDecision[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var findings = new List<RuleFinding>();
            if (!firstRows.TryAdd(whole[i], i))
            {
                var original = firstRows[whole[i]];
                findings.Add(new RuleFinding(DirtyDataRule.ExactDuplicate, $"repeats row {original + 1}", original));
            }
            else if (originals[i] >= 0)
            {
                findings.Add(new RuleFinding(DirtyDataRule.NearDuplicate, $"nearly repeats row {originals[i] + 1}", originals[i]));
            }

            AddTextFindings(prompts[i], answers[i], findings);
            decisions[i] = Decide(rows[i], findings);
        }

        return decisions;
    }

    private static void AddTextFindings(FoldedText prompt, FoldedText answer, List<RuleFinding> findings)
    {
        if (Requests.FirstIn(prompt) is { } request && Compliance.FirstIn(answer) is { } compliance && Declining.FirstIn(answer) is null)
        {
            var complied = answer.Original.Substring(compliance.Start, compliance.Length);
            findings.Add(new RuleFinding(DirtyDataRule.HarmfulCompliance, $"'{request}' answered with '{complied}'"));
        }

        if (Groups.FirstIn(answer) is { } group && Demeaning.FirstIn(answer) is { } demeaning)
        {
            findings.Add(new RuleFinding(DirtyDataRule.DemeaningGroup, $"'{demeaning}' about '{group}'"));
        }

        if (PrivateDataRedaction.Find(answer.Original) is { } found)
        {
            findings.Add(new RuleFinding(DirtyDataRule.PrivateData, found));
        }
    }

    /// <summary>Private data alone is cut out, if anything remains; every other finding drops the row.</summary>
    private static RowDecision Decide(PromptCompletionExample row, List<RuleFinding> findings)
    {
        if (findings.Count == 0)
        {
            return new RowDecision(RowAction.Keep, [], row);
        }

        var redacted = findings.Exists(finding => finding.Rule != DirtyDataRule.PrivateData) ? null : PrivateDataRedaction.Redact(row);
        return new RowDecision(redacted is null ? RowAction.Drop : RowAction.Redact, findings, redacted);
    }

    private static string TextOf(Content content) => content.Text ?? string.Join('\n', content.Messages!.Select(message => message.Text));
}
