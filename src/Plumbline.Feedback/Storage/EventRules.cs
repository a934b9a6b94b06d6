using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Reviews;
using static Plumbline.Feedback.FeedbackLimits;

namespace Plumbline.Feedback.Storage;

/// <summary>What an event must be like; refusals name the part, its value and the mend.</summary>
internal static class EventRules
{
    /// <summary>Checks what an event says by itself.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(FeedbackEvent what)
    {
        switch (what)
        {
            case ComparisonRequested request:
                CheckRequest(request);
                break;
            case RankingGiven ranking:
                CheckRanking(ranking);
                break;
            case RequestWithdrawn withdrawal:
                TextRules.CheckOptional("reason", withdrawal.Reason, LongestRemark);
                break;
            case ProjectEvent project:
                ProjectRules.Check(project);
                break;
            case ReviewEvent review:
                ReviewRules.Check(review);
                break;
        }
    }

    /// <summary>Checks a ranking against the request it answers.</summary>
    /// <exception cref="InvalidInputException">It ranks other answers or criteria than those of the request.</exception>
    public static void CheckAgainst(ComparisonRequested request, RankingGiven ranking)
    {
        var known = request.Criteria.Select(criterion => criterion.Id).ToHashSet(StringComparer.Ordinal);
        if (ranking.CriterionRanks.Keys.FirstOrDefault(id => !known.Contains(id)) is { } stranger)
        {
            throw new InvalidInputException(
                $"Request {ranking.Request} has no criterion '{stranger}'.",
                known.Count == 0 ? "It asks for overall ranks alone." : $"It has {string.Join(", ", known)}."
            );
        }

        foreach (var ranks in ranking.CriterionRanks.Values.Append(ranking.Ranks).OfType<IReadOnlyList<int>>())
        {
            if (ranks.Count != request.Answers.Count)
            {
                throw new InvalidInputException(
                    $"Request {ranking.Request} has {request.Answers.Count} answers; {ranks.Count} are ranked.",
                    "Give each answer a rank; equal numbers are ties."
                );
            }
        }

        JudgementRules.CheckAgainst(request, ranking);
    }

    private static void CheckRequest(ComparisonRequested request)
    {
        CheckPrompt(request.Prompt);
        InRange("number of answers", request.Answers.Count, FewestAnswers, MostAnswers);
        for (var i = 0; i < request.Answers.Count; i++)
        {
            TextRules.Check($"answer {i + 1}", request.Answers[i], LongestText);
            var first = request.Answers.TakeWhile(answer => answer != request.Answers[i]).Count();
            if (first < i)
            {
                throw new InvalidInputException($"Answers {first + 1} and {i + 1} are the same.", "Ask about different answers only.");
            }
        }

        if (request.Source is { } source)
        {
            TextRules.CheckOptional("model of the source", source.Model, LongestId);
            TextRules.CheckOptional("run of the source", source.Run, LongestId);
            InRange("step of the source", source.Step ?? 0, 0, long.MaxValue);
        }

        InRange("priority", request.Priority, double.MinValue, double.MaxValue);
        InRange("number of rankings wanted", request.RankingsWanted, 1, MostRankings);
        InRange("expected information", request.ExpectedInformation ?? 0, 0, double.MaxValue);
        CheckCriteria("criterion", "criteria", request.Criteria, MostCriteria);
        ProjectRules.CheckTask(request);
    }

    private static void CheckPrompt(Content prompt)
    {
        if (prompt.Text is { } text)
        {
            TextRules.Check("prompt", text, LongestText);
            return;
        }

        InRange("number of messages", prompt.Messages!.Count, 1, MostMessages);
        for (var i = 0; i < prompt.Messages.Count; i++)
        {
            var message = prompt.Messages[i];
            var name = $"message {i + 1} of the prompt";
            if (message.Role.Value is not ("system" or "user" or "assistant" or "tool"))
            {
                throw new InvalidInputException(
                    $"The role of {name} is '{message.Role.Value}'.",
                    "Roles are system, user, assistant and tool."
                );
            }

            if (message.Contents.Any(part => part is not TextContent))
            {
                throw new InvalidInputException($"The {name} holds more than text.", "Only text is stored.");
            }

            // An empty system message is common and harmless.
            if (message.Role != ChatRole.System || message.Text.Length > 0)
            {
                TextRules.Check(name, message.Text, LongestText);
            }
        }
    }

    /// <summary>Checks a list of things to look at.</summary>
    /// <param name="what">What one of them is called.</param>
    /// <param name="many">What several of them are called.</param>
    /// <param name="criteria">The list.</param>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="InvalidInputException">A part breaks a rule, or two have one id.</exception>
    public static void CheckCriteria(string what, string many, IReadOnlyList<FeedbackCriterion> criteria, int most)
    {
        InRange($"number of {many}", criteria.Count, 0, most);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < criteria.Count; i++)
        {
            var criterion =
                criteria[i] ?? throw new InvalidInputException($"The {what} {i + 1} is missing.", "Give it an id and a wording.");
            TextRules.Check($"id of {what} {i + 1}", criterion.Id, LongestId);
            TextRules.Check($"wording of {what} {i + 1}", criterion.Wording, LongestRemark);
            if (!ids.Add(criterion.Id))
            {
                throw new InvalidInputException($"Two {many} have the id '{criterion.Id}'.", "Give each an id of its own.");
            }
        }
    }

    private static void CheckRanking(RankingGiven ranking)
    {
        TextRules.Check("rater", ranking.Rater, LongestId);
        TextRules.CheckOptional("comment", ranking.Comment, LongestRemark);
        InRange("number of seconds", ranking.Seconds ?? 0, 0, MostSeconds);
        InRange("number of ranked criteria", ranking.CriterionRanks.Count, 0, MostCriteria);
        if (ranking is { Ranks: null, CriterionRanks.Count: 0, AllBad: false, Answers.Count: 0, Turns.Count: 0 })
        {
            throw new InvalidInputException("The ranking holds no ranks.", "Rank the answers, or say that all are bad.");
        }

        JudgementRules.Check(ranking);

        if (ranking.Ranks is { } overall)
        {
            CheckRanks("overall ranks", overall);
        }

        foreach (var (criterion, ranks) in ranking.CriterionRanks)
        {
            TextRules.Check("id of a ranked criterion", criterion, LongestId);
            CheckRanks($"ranks by '{criterion}'", ranks);
        }
    }

    /// <summary>Checks ranks.</summary>
    /// <exception cref="InvalidInputException">They are none.</exception>
    public static void CheckRanks(string name, IReadOnlyList<int>? ranks)
    {
        if (ranks is null || ranks.Count is < FewestRanked or > MostAnswers || ranks.Min() != 1 || ranks.Max() > ranks.Count)
        {
            throw new InvalidInputException(
                $"The {name} are [{string.Join(", ", ranks?.Take(MostAnswers + 1) ?? [])}].",
                $"Give each of the {FewestRanked} to {MostAnswers} answers a rank from 1, the best, to the number of answers; equal numbers are ties."
            );
        }
    }

    /// <summary>Checks a number.</summary>
    /// <exception cref="InvalidInputException">It is out of its range.</exception>
    public static void InRange(string name, double value, double least, double most)
    {
        // NaN is in no range.
        if (!(value >= least && value <= most))
        {
            throw new InvalidInputException($"The {name} is {value}.", $"It must be from {least} to {most}.");
        }
    }

    /// <summary>Checks that a value is one of its kind.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static void IsKnown<T>(string name, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new InvalidInputException($"The {name} is {value}.", $"It is one of {string.Join(", ", Enum.GetNames<T>())}.");
        }
    }
}
