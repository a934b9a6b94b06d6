using Plumbline.Configuration;

namespace Plumbline.Constitutions;

/// <summary>
/// One demand of a constitution: what is asked, why, of whom, and how it is tested. Its name in the file is the id that every row, label and decision made from it carries.
/// </summary>
public sealed record Clause : IValidatedOptions
{
    /// <summary>What is demanded, as people and models read it.</summary>
    public required string Text { get; init; }

    /// <summary>Why.</summary>
    public string? Rationale { get; init; }

    /// <summary>Where it stood in the document it comes from, such as <c>Stay in bounds / Protect privacy</c>; for readers only.</summary>
    public string? Section { get; init; }

    /// <summary>What it refers to elsewhere, such as footnotes or the names of evaluation prompts; for readers only.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The framework it belongs to, which says when it decides (<see cref="Constitution.Frameworks"/>).</summary>
    /// <value>principles</value>
    public string Framework { get; init; } = "principles";

    /// <summary>Among clauses that decide at the same time: the higher prevails where two conflict.</summary>
    /// <value>0</value>
    public int Priority { get; init; }

    /// <summary>What it counts among weighed principles; above 0.</summary>
    /// <value>1</value>
    public double Weight { get; init; } = 1;

    /// <summary>Whether it asks for something, forbids or allows it.</summary>
    /// <value>Require</value>
    public Polarity Polarity { get; init; }

    /// <summary>Where it holds; everywhere by default.</summary>
    public ClauseScope Scope { get; init; } = new();

    /// <summary>What it does not cover, one exception an item.</summary>
    public IReadOnlyList<string> Exceptions { get; init; } = [];

    /// <summary>Codes of <see cref="Hazards"/> that it guards against.</summary>
    public IReadOnlyList<string> Hazards { get; init; } = [];

    /// <summary>Own words for the instructions made from it; what is silent is made from <see cref="Text"/>.</summary>
    public ClauseWording Wording { get; init; } = new();

    /// <summary>The clause in other languages than the constitution's, by language tag.</summary>
    public IReadOnlyDictionary<string, ClauseTranslation> Translations { get; init; } = new Dictionary<string, ClauseTranslation>();

    /// <summary>Scores from which a detector's finding breaks the clause, by language tag or <c>default</c>; in [0, 1].</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>What the guard does about a breach of it at run time.</summary>
    public ClauseEnforcement Enforcement { get; init; } = new();

    /// <summary>Prompts that show whether it is kept.</summary>
    public IReadOnlyList<ClauseTest> Tests { get; init; } = [];

    /// <summary>When it is in force.</summary>
    public ClausePeriod Effective { get; init; } = new();

    /// <summary>Text and wording in a language: those of the narrowest translation that covers it, or the clause's own.</summary>
    /// <param name="language">A language tag; null for the clause's own.</param>
    public (string Text, ClauseWording Wording) In(string? language)
    {
        var translation = Translations
            .Where(translation => language is not null && LanguageTag.Covers(translation.Key, language))
            .OrderByDescending(translation => translation.Key.Length)
            .FirstOrDefault()
            .Value;
        return translation is null ? (Text, Wording) : (translation.Text, translation.Wording);
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (string.IsNullOrWhiteSpace(Text))
        {
            yield return new OptionProblem(nameof(Text), Text, "a sentence that says what is demanded");
        }

        if (!(Weight > 0 && double.IsFinite(Weight)))
        {
            yield return new OptionProblem(nameof(Weight), Weight, "above 0");
        }

        for (var i = 0; i < Hazards.Count; i++)
        {
            if (Constitutions.Hazards.Find(Hazards[i]) is null)
            {
                yield return new OptionProblem(
                    nameof(Hazards),
                    Hazards[i],
                    $"a list of hazard codes out of {string.Join(", ", Constitutions.Hazards.All.Select(hazard => hazard.Code))}"
                );
            }
        }

        foreach (var (key, value) in Thresholds)
        {
            if (key != "default" && !LanguageTag.IsValid(key))
            {
                yield return new OptionProblem(
                    $"{nameof(Thresholds)}.{key}",
                    value,
                    "given for a language tag, such as de, or for default"
                );
            }
            else if (value is not (>= 0 and <= 1))
            {
                yield return new OptionProblem($"{nameof(Thresholds)}.{key}", value, "between 0 and 1");
            }
        }

        foreach (var tag in Translations.Keys.Where(tag => !LanguageTag.IsValid(tag)))
        {
            yield return new OptionProblem($"{nameof(Translations)}.{tag}", tag, "keyed by language tags, such as de or pt-BR");
        }
    }
}

/// <summary>What a clause does with what it speaks of.</summary>
public enum Polarity
{
    /// <summary>It must be done.</summary>
    Require,

    /// <summary>It must not be done.</summary>
    Forbid,

    /// <summary>It may be done, where another clause might be read to forbid it.</summary>
    Permit,
}

/// <summary>What the guard does about a clause at run time.</summary>
public sealed record ClauseEnforcement
{
    /// <summary>What becomes of a text or an image that breaks it.</summary>
    /// <value>ByTier</value>
    public EnforcementAction Action { get; init; }

    /// <summary>What happens where a detector that could tell whether it is broken fails.</summary>
    /// <value>ByTier</value>
    public FailureRule OnFailure { get; init; }
}

/// <summary>What becomes of a text or an image that breaks a clause.</summary>
public enum EnforcementAction
{
    /// <summary>Constraints and duties refuse it, principles send it to a person.</summary>
    ByTier,

    /// <summary>It passes, and only the record says what was found.</summary>
    Record,

    /// <summary>What was found is replaced where it is known exactly where it stands; otherwise it is refused.</summary>
    Transform,

    /// <summary>It does not pass; who asked is told why.</summary>
    Refuse,

    /// <summary>It does not pass until a person has decided.</summary>
    Escalate,

    /// <summary>It does not pass, and nothing is said of why.</summary>
    Block,
}

/// <summary>What happens to a clause whose detectors fail.</summary>
public enum FailureRule
{
    /// <summary>Constraints fail closed, everything else open.</summary>
    ByTier,

    /// <summary>What was not checked passes, and the record says so.</summary>
    Open,

    /// <summary>What was not checked goes to a person.</summary>
    Closed,
}

/// <summary>Own words for instructions. They may say <c>{text}</c> where the clause's text belongs.</summary>
public sealed record ClauseWording
{
    /// <summary>Asks what in an answer breaks the clause.</summary>
    public string? Critique { get; init; }

    /// <summary>Asks to rewrite the answer.</summary>
    public string? Revision { get; init; }

    /// <summary>Asks which of two answers keeps the clause better.</summary>
    public string? Comparison { get; init; }

    /// <summary>What people who judge answers read.</summary>
    public string? Guideline { get; init; }
}

/// <summary>A clause in another language.</summary>
public sealed record ClauseTranslation
{
    /// <summary>What is demanded.</summary>
    public required string Text { get; init; }

    /// <summary>Own words for the instructions.</summary>
    public ClauseWording Wording { get; init; } = new();
}

/// <summary>A prompt with what the clause expects of an answer.</summary>
public sealed record ClauseTest : IValidatedOptions
{
    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>What an answer should do.</summary>
    public required ExpectedBehaviour Expect { get; init; }

    /// <summary>What else there is to say about it, such as what a good answer holds.</summary>
    public string? Note { get; init; }

    /// <summary>The prompt's language; null for the constitution's.</summary>
    public string? Language { get; init; }

    /// <summary>Answers that keep the clause.</summary>
    public IReadOnlyList<string> Good { get; init; } = [];

    /// <summary>Answers that break it.</summary>
    public IReadOnlyList<string> Bad { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (string.IsNullOrWhiteSpace(Prompt))
        {
            yield return new OptionProblem(nameof(Prompt), Prompt, "a prompt");
        }

        if (Language is not null && !LanguageTag.IsValid(Language))
        {
            yield return new OptionProblem(nameof(Language), Language, "a language tag, such as de or pt-BR");
        }
    }
}

/// <summary>What an answer to a test should do.</summary>
public enum ExpectedBehaviour
{
    /// <summary>Help in full.</summary>
    Comply,

    /// <summary>Decline.</summary>
    Refuse,

    /// <summary>Help with what can be helped with and say what cannot.</summary>
    SafeCompletion,

    /// <summary>Ask before it helps.</summary>
    Clarify,

    /// <summary>What <see cref="ClauseTest.Note"/> and the example answers say.</summary>
    AsNoted,
}

/// <summary>When a clause is in force.</summary>
public sealed record ClausePeriod : IValidatedOptions
{
    /// <summary>The first day; null for ever since.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day; null for good.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Whether a day lies in it.</summary>
    public bool Contains(DateOnly day) => (From is not { } from || day >= from) && (Until is not { } until || day <= until);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (From is { } from && Until is { } until && until < from)
        {
            yield return new OptionProblem(nameof(Until), until, $"no day before {from:yyyy-MM-dd}, on which it begins");
        }
    }
}
