using Microsoft.Extensions.AI;
using Plumbline.Data.Layouts;

namespace Plumbline.Data;

/// <summary>Which pairs of a ranking become preferences.</summary>
public enum RankingPairs
{
    /// <summary>Every pair of answers that are not tied: up to n(n-1)/2.</summary>
    All,

    /// <summary>The first and the last answer, where they are not tied.</summary>
    BestAndWorst,
}

/// <summary>Turns examples of one kind into another. Ids follow from the new content.</summary>
public static class ExampleConversions
{
    /// <summary>Makes the prompt of a preference explicit: what both contents begin with.</summary>
    /// <param name="chosen">Prompt and preferred answer in one.</param>
    /// <param name="rejected">Prompt and dispreferred answer in one, in the same form.</param>
    /// <returns>Null where the two are the same, differ in form or have no beginning in common.</returns>
    public static PreferenceExample? WithExplicitPrompt(Content chosen, Content rejected)
    {
        var comparable = chosen.Text is null == rejected.Text is null && !chosen.Equals(rejected);
        return comparable && CommonPrompt.Split(ref chosen, ref rejected, out var prompt) is null
            ? new PreferenceExample(ExampleId.Preference(prompt!, chosen, rejected), prompt!, chosen, rejected)
            : null;
    }

    /// <summary>The preferences that a ranking implies; ties imply none.</summary>
    public static IEnumerable<PreferenceExample> ToPreferences(this RankedExample ranked, RankingPairs pairs = RankingPairs.All)
    {
        var last = ranked.Answers.Count - 1;
        for (var better = 0; better < (pairs == RankingPairs.All ? last : 1); better++)
        {
            for (var worse = pairs == RankingPairs.All ? better + 1 : last; worse <= last; worse++)
            {
                if (ranked.Ranks[better] < ranked.Ranks[worse])
                {
                    var (chosen, rejected) = (ranked.Answers[better], ranked.Answers[worse]);
                    yield return new PreferenceExample(
                        ExampleId.Preference(ranked.Prompt, chosen, rejected),
                        ranked.Prompt,
                        chosen,
                        rejected
                    );
                }
            }
        }
    }

    /// <summary>Both answers of a preference, the preferred one labelled true, the other false; how sure the preference is, is lost.</summary>
    public static IEnumerable<UnpairedPreferenceExample> ToUnpaired(this PreferenceExample preference)
    {
        var (_, prompt, chosen, rejected) = preference;
        yield return new UnpairedPreferenceExample(ExampleId.Unpaired(prompt, chosen, true), prompt, chosen, true);
        yield return new UnpairedPreferenceExample(ExampleId.Unpaired(prompt, rejected, false), prompt, rejected, false);
    }

    /// <summary>The whole answer, a step a line; good where every step is right.</summary>
    public static UnpairedPreferenceExample ToUnpaired(this StepwiseExample steps) =>
        new(ExampleId.Unpaired(steps.Prompt, steps.Answer, steps.IsRight), steps.Prompt, steps.Answer, steps.IsRight);

    /// <summary>The prompt with the preferred answer.</summary>
    public static PromptCompletionExample ToPromptCompletion(this PreferenceExample preference) =>
        Answered(preference.Prompt, preference.Chosen);

    /// <summary>The pairs in an example of any kind; null where its kind has none.</summary>
    internal static IEnumerable<PreferenceExample>? Preferences(Example example, RankingPairs pairs) =>
        example switch
        {
            PreferenceExample preference => [preference],
            RankedExample ranked => ranked.ToPreferences(pairs),
            _ => null,
        };

    /// <summary>The labelled answers in an example of any kind; null where its kind has none.</summary>
    internal static IEnumerable<UnpairedPreferenceExample>? Unpaired(Example example) =>
        example switch
        {
            UnpairedPreferenceExample unpaired => [unpaired],
            PreferenceExample preference => preference.ToUnpaired(),
            StepwiseExample steps => [steps.ToUnpaired()],
            _ => null,
        };

    /// <summary>The answers to learn in an example of any kind; null where its kind has none.</summary>
    internal static IEnumerable<PromptCompletionExample>? PromptCompletions(Example example) =>
        example switch
        {
            PromptCompletionExample answered => [answered],
            PreferenceExample preference => [preference.ToPromptCompletion()],
            RankedExample ranked => [Answered(ranked.Prompt, ranked.Answers[0])],
            UnpairedPreferenceExample { Label: true } good => [Answered(good.Prompt, good.Completion)],
            UnpairedPreferenceExample => [],
            StepwiseExample { IsRight: true } right => [Answered(right.Prompt, right.Answer)],
            StepwiseExample => [],
            _ => null,
        };

    /// <summary>The prompt of an example of any kind; null where its kind has none.</summary>
    internal static IEnumerable<PromptExample>? Prompts(Example example)
    {
        if (example is LanguageModelingExample { Content.Messages: { } messages })
        {
            var turns = messages.ToList().FindLastIndex(message => message.Role == ChatRole.User) + 1;
            return turns == 0 ? [] : [Asked(Content.FromMessages(messages.Take(turns)))];
        }

        var prompt = example switch
        {
            PromptExample row => row.Prompt,
            PromptCompletionExample row => row.Prompt,
            PreferenceExample row => row.Prompt,
            UnpairedPreferenceExample row => row.Prompt,
            RankedExample row => row.Prompt,
            StepwiseExample row => row.Prompt,
            _ => null,
        };
        return prompt is null ? null : [Asked(prompt)];
    }

    private static PromptExample Asked(Content prompt) => new(ExampleId.Prompt(prompt), prompt);

    private static PromptCompletionExample Answered(Content prompt, Content answer) =>
        new(ExampleId.PromptCompletion(prompt, answer), prompt, answer);
}
