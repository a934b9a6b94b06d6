using Plumbline.Data;

namespace Plumbline.Feedback.Revising;

/// <summary>An answer and what became of it, with every text between.</summary>
/// <param name="Id">The prompt's id.</param>
/// <param name="Constitution">The hash of the constitution.</param>
/// <param name="Writer">Who answered.</param>
/// <param name="Reviser">Who revised.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answer">The first answer.</param>
/// <param name="Rounds">The rounds; empty where no clause holds.</param>
/// <param name="Rejection">Why the last revision is not kept; null where it is.</param>
public sealed record RevisedAnswer(
    string Id,
    string Constitution,
    string Writer,
    string Reviser,
    Content Prompt,
    string Answer,
    IReadOnlyList<RevisionRound> Rounds,
    RevisionRejection? Rejection
)
{
    /// <summary>The last revision, or the answer where there is none.</summary>
    public string Final => Rounds.Count == 0 ? Answer : Rounds[^1].Revision;
}

/// <summary>A round of critique and revision.</summary>
/// <param name="Clause">The clause's id.</param>
/// <param name="Critique">What was found; null where no critique was asked for.</param>
/// <param name="Revision">The answer after it.</param>
public sealed record RevisionRound(string Clause, string? Critique, string Revision);

/// <summary>Why a revision is not kept.</summary>
public enum RevisionRejection
{
    /// <summary>It has too few words.</summary>
    TooShort,

    /// <summary>It says the same again and again.</summary>
    Collapsed,

    /// <summary>It is the critique once more.</summary>
    CritiqueAgain,

    /// <summary>A judge finds it worse than the first answer.</summary>
    Worse,
}
