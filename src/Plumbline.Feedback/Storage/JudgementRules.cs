using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>What a judgement must be like beside its ranks; refusals name the part, its value and the mend.</summary>
internal static class JudgementRules
{
    /// <summary>Checks what a judgement says by itself.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(RankingGiven ranking)
    {
        EventRules.InRange("margin", ranking.Margin ?? 1, 1, 3);
        if (ranking.Shown is { } shown && !shown.Order().SequenceEqual(Enumerable.Range(0, shown.Count)))
        {
            throw new InvalidInputException(
                $"The order shown is [{string.Join(", ", shown.Take(FeedbackLimits.MostAnswers + 1))}].",
                "It has each answer's number once, from 0."
            );
        }

        for (var i = 0; i < ranking.Answers.Count; i++)
        {
            Check($"answer {i + 1}", ranking.Answers[i] ?? throw Missing($"The judgement of answer {i + 1}"));
        }

        EventRules.InRange("number of judged messages", ranking.Turns.Count, 0, FeedbackLimits.MostMessages);
        foreach (var turn in ranking.Turns)
        {
            CheckRatings($"message {(turn ?? throw Missing("The judgement of a message")).Message}", turn.Ratings);
            EventRules.InRange("number of ratings of a message", turn.Ratings.Count, 1, ProjectLimits.MostFormEntries);
        }

        if (ranking.Turns.DistinctBy(turn => turn.Message).Count() < ranking.Turns.Count)
        {
            throw new InvalidInputException("A message is judged twice.", "Judge each message once.");
        }
    }

    /// <summary>Checks a judgement against the request it answers.</summary>
    /// <exception cref="InvalidInputException">It judges other answers or messages than those of the request.</exception>
    public static void CheckAgainst(ComparisonRequested request, RankingGiven ranking)
    {
        if (ranking.Answers.Count > 0 && ranking.Answers.Count != request.Answers.Count)
        {
            throw new InvalidInputException(
                $"Request {ranking.Request} has {request.Answers.Count} answers; {ranking.Answers.Count} are judged.",
                "Judge each answer, or none."
            );
        }

        if (ranking.Shown is { } shown && shown.Count != request.Answers.Count)
        {
            throw new InvalidInputException(
                $"Request {ranking.Request} has {request.Answers.Count} answers; {shown.Count} were shown.",
                "Give the place of each answer."
            );
        }

        if (ranking.Margin is not null && request.Answers.Count != 2)
        {
            throw new InvalidInputException(
                $"Request {ranking.Request} has {request.Answers.Count} answers and cannot have a margin.",
                "Say of two answers alone how much better one is."
            );
        }

        for (var i = 0; i < ranking.Answers.Count; i++)
        {
            foreach (var span in ranking.Answers[i].Spans.Where(span => span.Start + (long)span.Length > request.Answers[i].Length))
            {
                throw new InvalidInputException(
                    $"A passage of answer {i + 1} ends at {span.Start + (long)span.Length}; the answer has {request.Answers[i].Length} characters.",
                    "Mark passages within the answer."
                );
            }
        }

        if (ranking.Turns.FirstOrDefault(turn => turn.Message < 0 || turn.Message >= (request.Prompt.Messages?.Count ?? 0)) is { } stranger)
        {
            throw new InvalidInputException(
                $"Request {ranking.Request} has no message {stranger.Message}.",
                "Messages are counted from 0; a prompt of plain text has none."
            );
        }
    }

    /// <summary>Checks a judgement against what a project asks.</summary>
    /// <exception cref="InvalidInputException">It leaves out what is asked, or says what is not asked.</exception>
    public static void CheckAgainst(JudgementForm form, ComparisonRequested request, RankingGiven ranking)
    {
        var isRanked = form.Ranking && request.Answers.Count >= FeedbackLimits.FewestRanked;
        Require(!isRanked || ranking.Ranks is not null || ranking.AllBad, "the answers are not ranked", "Put them in order.");
        Require(
            form.Ties || ranking.Ranks is null || ranking.Ranks.Distinct().Count() == ranking.Ranks.Count,
            "two answers share a place",
            "Put one of them first: the project takes no ties."
        );
        Require(form.AllBad || !ranking.AllBad, "all answers are called bad", "The project does not ask that.");
        Require(form.Margin || ranking.Margin is null, "a margin is given", "The project does not ask for one.");
        Require(form.Comment || ranking.Comment is null, "a remark is given", "The project does not ask for one.");
        foreach (var answer in ranking.Answers)
        {
            Known("rating", form.Ratings, answer.Ratings.Keys);
            Known("flag", form.Flags, answer.Flags);
            Known("kind of passage", form.SpanLabels, answer.Spans.Select(span => span.Label));
            Require(form.Critiques || answer.Critique is null, "a critique is given", "The project does not ask for one.");
        }

        foreach (var turn in ranking.Turns)
        {
            Known("rating of a message", form.TurnRatings, turn.Ratings.Keys);
        }

        if (form.Ratings.Count > 0)
        {
            Require(
                ranking.Answers.Count == request.Answers.Count && ranking.Answers.All(answer => answer.Ratings.Count == form.Ratings.Count),
                "an answer is not rated",
                "Rate each answer."
            );
        }
    }

    private static void Check(string name, AnswerJudgement answer)
    {
        CheckRatings(name, answer.Ratings);
        EventRules.InRange($"number of flags of {name}", answer.Flags.Count, 0, ProjectLimits.MostFormEntries);
        foreach (var flag in answer.Flags)
        {
            TextRules.Check($"flag of {name}", flag, FeedbackLimits.LongestId);
        }

        TextRules.CheckOptional($"critique of {name}", answer.Critique, FeedbackLimits.LongestRemark);
        EventRules.InRange($"number of passages of {name}", answer.Spans.Count, 0, ProjectLimits.MostSpans);
        foreach (var span in answer.Spans)
        {
            EventRules.InRange(
                $"start of a passage of {name}",
                (span ?? throw Missing($"A passage of {name}")).Start,
                0,
                FeedbackLimits.LongestText
            );
            EventRules.InRange($"length of a passage of {name}", span.Length, 1, FeedbackLimits.LongestText);
            TextRules.Check($"kind of a passage of {name}", span.Label, FeedbackLimits.LongestId);
            TextRules.CheckOptional($"note of a passage of {name}", span.Note, FeedbackLimits.LongestRemark);
        }
    }

    private static void CheckRatings(string name, IReadOnlyDictionary<string, int> ratings)
    {
        EventRules.InRange($"number of ratings of {name}", ratings.Count, 0, ProjectLimits.MostFormEntries);
        foreach (var (id, rating) in ratings)
        {
            TextRules.Check($"id of a rating of {name}", id, FeedbackLimits.LongestId);
            EventRules.InRange($"rating '{id}' of {name}", rating, 1, ProjectLimits.HighestRating);
        }
    }

    private static void Known(string what, IReadOnlyList<FeedbackCriterion> asked, IEnumerable<string> given)
    {
        foreach (var id in given)
        {
            Require(
                asked.Any(entry => entry.Id == id),
                $"the {what} '{id}' is not one of its form",
                "Take those that the project asks for."
            );
        }
    }

    private static void Require(bool holds, string problem, string mend)
    {
        if (!holds)
        {
            throw new InvalidInputException($"The judgement does not answer what its project asks: {problem}.", mend);
        }
    }

    private static InvalidInputException Missing(string what) => new($"{what} is missing.", "Leave the list empty, or give each one.");
}
