using Plumbline.Feedback.Reviews;
using Plumbline.Findings;
using static Plumbline.Feedback.Reviews.ReviewLimits;

namespace Plumbline.Feedback.Storage;

/// <summary>What review cases and what people say about them must be like; refusals name the part, its value and the mend.</summary>
internal static class ReviewRules
{
    /// <summary>Checks what an event says by itself.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(ReviewEvent what)
    {
        switch (what)
        {
            case ReviewOpened opened:
                Check(opened.Facts);
                break;
            case ReviewTaken taken:
                CheckReviewer(taken.Reviewer);
                EventRules.IsKnown("role", taken.Role);
                break;
            case ReviewRenewed renewed:
                CheckReviewer(renewed.Reviewer);
                break;
            case ReviewReturned returned:
                CheckReviewer(returned.Reviewer);
                break;
            case ReviewGiven given:
                CheckReviewer(given.Reviewer);
                EventRules.IsKnown("role", given.Role);
                EventRules.InRange("instance", given.Instance, 1, 2);
                Check(given.Judgement);
                break;
            case ReviewAppealed appealed:
                EventRules.InRange("number of reviewers", appealed.Reviewers, 1, MostReviewers);
                break;
        }
    }

    /// <summary>Checks the facts of a case.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(ReviewCase facts)
    {
        TextRules.Check("decision's id", facts.Decision, LongestId);
        TextRules.Check("hash of the constitution", facts.Constitution, LongestId);
        TextRules.CheckOptional("language", facts.Language, LongestId);
        EventRules.IsKnown("reason", facts.Reason);
        EventRules.IsKnown("part", facts.Part);
        EventRules.IsKnown("outcome", facts.Outcome);
        EventRules.InRange("priority", facts.Priority, double.MinValue, double.MaxValue);
        EventRules.InRange("number of reviewers", facts.Reviewers, 1, MostReviewers);
        EventRules.InRange("number of clauses", facts.Clauses.Count, 0, MostClauses);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var clause in facts.Clauses)
        {
            _ = clause ?? throw new InvalidInputException("A clause is missing.", "Give each an id, a score and a threshold.");
            TextRules.Check("id of a clause", clause.Id, LongestId);
            EventRules.InRange($"score of '{clause.Id}'", clause.Score, 0, 1);
            EventRules.InRange($"threshold of '{clause.Id}'", clause.Threshold, double.MinValue, double.MaxValue);
            if (!ids.Add(clause.Id))
            {
                throw new InvalidInputException($"Two clauses have the id '{clause.Id}'.", "Name a clause once, with its highest score.");
            }
        }

        EventRules.InRange("number of detectors", facts.Detectors.Count, 0, MostDetectors);
        foreach (var (name, version) in facts.Detectors)
        {
            TextRules.Check("name of a detector", name, LongestId);
            TextRules.Check($"version of the detector '{name}'", version, LongestId);
        }
    }

    /// <summary>Checks the texts of a case.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(ReviewCase facts, ReviewTexts texts)
    {
        CheckLength("text under review", texts.Text, LongestText);
        CheckLength("reference", texts.Reference, LongestReference);
        if (texts.Text is null && (facts.Part != GuardedPart.Image || texts.Reference is null))
        {
            throw new InvalidInputException(
                $"The case of decision '{facts.Decision}' has nothing that people could look at.",
                "Give the text under review; for an image, a text or a reference."
            );
        }

        EventRules.InRange("number of messages of the conversation", texts.Conversation.Count, 0, MostMessages);
        var length = 0L;
        foreach (var message in texts.Conversation)
        {
            _ = message ?? throw new InvalidInputException("A message is missing.", "Give each a role and a text.");
            TextRules.Check("role of a message", message.Role, LongestId);
            length += message.Text.Length;
        }

        if (length > LongestText)
        {
            throw new InvalidInputException(
                $"The messages of the conversation have {length} characters together.",
                $"They may have {LongestText}: keep the last ones."
            );
        }

        CheckAppeal(texts.Appeal, texts.Appellant);
        if (facts.Reason != ReviewReason.Appealed && (texts.Appeal ?? texts.Appellant) is not null)
        {
            throw new InvalidInputException(
                $"The case of decision '{facts.Decision}' holds an appeal and is opened as {facts.Reason}.",
                "Open it as appealed, or appeal what people decide (AppealAsync)."
            );
        }
    }

    /// <summary>Checks what an appellant says.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void CheckAppeal(string? appeal, string? appellant)
    {
        CheckLength("appeal", appeal, LongestRemark);
        TextRules.CheckOptional("appellant's key", appellant, LongestId);
    }

    /// <summary>Checks a judgement by itself.</summary>
    /// <exception cref="InvalidInputException">A part breaks a rule.</exception>
    public static void Check(ReviewJudgement judgement)
    {
        EventRules.IsKnown("verdict", judgement.Verdict);
        CheckLength("note", judgement.Note, LongestRemark);
        EventRules.InRange("number of seconds", judgement.Seconds ?? 0, 0, FeedbackLimits.MostSeconds);
        EventRules.InRange("number of judged clauses", judgement.Clauses.Count, 0, MostClauses);
        foreach (var id in judgement.Clauses.Keys)
        {
            TextRules.Check("id of a judged clause", id, LongestId);
        }

        if (judgement.Outcome is { } outcome)
        {
            EventRules.IsKnown("outcome", outcome);
        }

        if (judgement.Verdict == ReviewVerdict.Change != judgement.Outcome is not null)
        {
            throw new InvalidInputException(
                $"The verdict is {judgement.Verdict}, and the outcome instead is {judgement.Outcome?.ToString() ?? "missing"}.",
                "Name an outcome with Change, and with nothing else."
            );
        }
    }

    /// <summary>Checks a judgement against the case it is about.</summary>
    /// <exception cref="InvalidInputException">It leaves out a clause, or says in other words what another verdict says.</exception>
    public static void CheckAgainst(ReviewCase facts, ReviewJudgement judgement)
    {
        if (facts.Clauses.FirstOrDefault(clause => !judgement.Clauses.ContainsKey(clause.Id)) is { } missing)
        {
            throw new InvalidInputException(
                $"The judgement does not say whether '{missing.Id}' is broken.",
                $"Judge every clause of the case: {string.Join(", ", facts.Clauses.Select(clause => clause.Id))}."
            );
        }

        var instead = judgement.Outcome;
        var mend =
            judgement.Verdict == ReviewVerdict.Overturn && facts.Outcome == ReviewOutcome.Allow ? "It passed: uphold that, or change it."
            : judgement.Verdict != ReviewVerdict.Change ? null
            : instead == ReviewOutcome.Escalate ? "People decide; nobody is left to ask."
            : instead == ReviewJudgement.Upheld(facts.Outcome) ? "That is to uphold it."
            : instead == ReviewOutcome.Allow ? "That is to overturn it."
            : null;
        if (mend is not null)
        {
            throw new InvalidInputException(
                $"The guard chose {facts.Outcome}; the verdict is {judgement.Verdict}{(instead is null ? "" : $" to {instead}")}.",
                mend
            );
        }
    }

    /// <summary>Checks who takes or judges.</summary>
    /// <exception cref="InvalidInputException">It is no key.</exception>
    public static void CheckReviewer(string reviewer) => TextRules.Check("reviewer", reviewer, LongestId);

    /// <summary>Checks how long a case is held.</summary>
    /// <exception cref="InvalidInputException">It is out of its range.</exception>
    public static void CheckLease(TimeSpan lease)
    {
        if (lease < ShortestLease || lease > LongestLease)
        {
            throw new InvalidInputException($"The lease is {lease}.", $"It must be from {ShortestLease} to {LongestLease}.");
        }
    }

    /// <summary>What people wrote is stored as JSON, which holds every character: whoever attacks a guard shall not keep out of review by one of them.</summary>
    private static void CheckLength(string name, string? text, int longest)
    {
        if (text?.Length is 0)
        {
            throw new InvalidInputException($"The {name} is empty.", "Leave it out, or give it a text.");
        }

        if (text?.Length > longest)
        {
            throw new InvalidInputException($"The {name} has {text.Length} characters.", $"It may have {longest}: cut it.");
        }
    }
}
