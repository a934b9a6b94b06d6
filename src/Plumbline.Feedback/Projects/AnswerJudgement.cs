namespace Plumbline.Feedback.Projects;

/// <summary>What somebody said of one answer, besides its rank.</summary>
public sealed record AnswerJudgement
{
    /// <summary>Ratings by the id of what is rated, each from 1 to 7.</summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, int> Ratings { get; init; } = new Dictionary<string, int>();

    /// <summary>The ids of the flags that hold.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What is wrong with the answer, in words; null where nothing was written.</summary>
    public string? Critique { get; init; }

    /// <summary>Marked passages.</summary>
    /// <value>none</value>
    public IReadOnlyList<MarkedSpan> Spans { get; init; } = [];
}

/// <summary>A marked passage of an answer's text.</summary>
/// <param name="Start">Its first character (UTF-16), from 0.</param>
/// <param name="Length">Its length in characters, at least 1.</param>
/// <param name="Label">The id of what it is.</param>
public sealed record MarkedSpan(int Start, int Length, string Label)
{
    /// <summary>What was said of it; null where nothing was.</summary>
    public string? Note { get; init; }
}

/// <summary>What somebody said of one message of the prompt's conversation.</summary>
/// <param name="Message">The message's place in the prompt, from 0.</param>
/// <param name="Ratings">Ratings by the id of what is rated, each from 1 to 7; at least one.</param>
public sealed record TurnJudgement(int Message, IReadOnlyDictionary<string, int> Ratings);

/// <summary>A known right answer of a task, by which raters are checked without being told.</summary>
/// <param name="Ranks">
/// The ranks that an attentive rater gives, in the order of the answers: of each two answers with different numbers the one with the lower must be ranked better. Equal numbers check nothing.
/// </param>
public sealed record GoldAnswer(IReadOnlyList<int> Ranks)
{
    /// <summary>Whether ranks order every pair of answers as they must.</summary>
    /// <param name="ranks">A rater's ranks; null where the rater gave none, which is wrong.</param>
    public bool IsMetBy(IReadOnlyList<int>? ranks)
    {
        if (ranks is null || ranks.Count != Ranks.Count)
        {
            return false;
        }

        for (var i = 0; i < Ranks.Count; i++)
        {
            for (var j = 0; j < Ranks.Count; j++)
            {
                if (Ranks[i] < Ranks[j] && ranks[i] >= ranks[j])
                {
                    return false;
                }
            }
        }

        return true;
    }
}
