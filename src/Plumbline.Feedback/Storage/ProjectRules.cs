using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Storage;

/// <summary>What projects and their tasks must be like; refusals name the part, its value and the mend.</summary>
internal static class ProjectRules
{
    /// <summary>Checks what an event says by itself.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(ProjectEvent what)
    {
        switch (what)
        {
            case ProjectOpened opened:
                Check(opened.Settings);
                CheckId("account", opened.By);
                break;
            case ProjectChanged changed:
                Check(changed.Settings);
                CheckId("account", changed.By);
                break;
            case MemberChanged member:
                CheckId("member", member.Member);
                CheckId("account", member.By);
                EventRules.IsKnown("role", member.Role ?? ProjectRole.Evaluator);
                break;
            case RequestReturned returned:
                TextRules.CheckOptional("reason", returned.Reason, FeedbackLimits.LongestRemark);
                CheckId("rater", returned.Rater);
                break;
            case RequestAdjudicated adjudicated:
                EventRules.CheckRanks("settled ranks", adjudicated.Ranks);
                TextRules.CheckOptional("comment", adjudicated.Comment, FeedbackLimits.LongestRemark);
                CheckId("reviewer", adjudicated.Rater);
                break;
            case AssignmentEvent assignment:
                CheckId("rater", assignment.Rater);
                break;
            case RequestsPrioritised prioritised:
                EventRules.InRange("number of priorities", prioritised.Priorities.Count, 1, ProjectLimits.MostPriorities);
                foreach (var (request, priority) in prioritised.Priorities)
                {
                    EventRules.InRange($"priority of request {request}", priority, double.MinValue, double.MaxValue);
                }

                break;
        }
    }

    /// <summary>Checks the id of an account, a rater or a member.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    public static void CheckId(string what, string id) => TextRules.Check(what, id, FeedbackLimits.LongestId);

    /// <summary>Checks what a request says as a task of a project.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void CheckTask(ComparisonRequested request)
    {
        EventRules.InRange("project", request.Project ?? 0, 0, long.MaxValue);
        EventRules.InRange("number of kinds of harm", request.Harms.Count, 0, ProjectLimits.MostHarms);
        foreach (var harm in request.Harms)
        {
            TextRules.Check("kind of harm", harm, FeedbackLimits.LongestId);
            if (harm.Contains('\n', StringComparison.Ordinal))
            {
                throw new InvalidInputException(
                    "The name of a kind of harm holds a line break.",
                    "Use words such as violence or self-harm."
                );
            }
        }

        if (request.Harms.Distinct(StringComparer.Ordinal).Count() < request.Harms.Count)
        {
            throw new InvalidInputException("A kind of harm stands twice.", "Name each once.");
        }

        if (request.Gold is { } gold)
        {
            EventRules.CheckRanks("known ranks", gold.Ranks);
            if (gold.Ranks.Count != request.Answers.Count)
            {
                throw new InvalidInputException(
                    $"The known ranks are {gold.Ranks.Count}; there are {request.Answers.Count} answers.",
                    "Give each answer a rank."
                );
            }
        }
    }

    private static void Check(ProjectSettings settings)
    {
        TextRules.Check("name of the project", settings.Name, ProjectLimits.LongestName);
        EventRules.IsKnown("medium", settings.Medium);
        TextRules.CheckOptional("guidelines", settings.Guidelines, ProjectLimits.LongestGuidelines);
        TextRules.CheckOptional("constitution", settings.Constitution, FeedbackLimits.LongestId);
        EventRules.CheckCriteria("criterion", "criteria", settings.Criteria, FeedbackLimits.MostCriteria);
        EventRules.InRange("number of rankings wanted", settings.RankingsWanted, 1, FeedbackLimits.MostRankings);
        EventRules.InRange("lease in minutes", settings.LeaseMinutes, 1, ProjectLimits.LongestLease);
        EventRules.InRange("random share", settings.RandomShare, 0, 1);
        EventRules.InRange("gold share", settings.GoldShare, 0, 0.5);
        EventRules.InRange("agreement floor", settings.AgreementFloor ?? 0, 0, 1);
        EventRules.InRange("cap of harmful tasks a day", settings.MostHarmfulPerDay ?? 1, 1, 1_000_000);
        EventRules.InRange("minutes until a break", settings.BreakAfterMinutes is 0 ? 5 : settings.BreakAfterMinutes, 5, 480);
        var form = settings.Form;
        EventRules.CheckCriteria("rating", "ratings", form.Ratings, ProjectLimits.MostFormEntries);
        EventRules.CheckCriteria("flag", "flags", form.Flags, ProjectLimits.MostFormEntries);
        EventRules.CheckCriteria("kind of passage", "kinds of passages", form.SpanLabels, ProjectLimits.MostFormEntries);
        EventRules.CheckCriteria("rating of a message", "ratings of messages", form.TurnRatings, ProjectLimits.MostFormEntries);
    }
}
