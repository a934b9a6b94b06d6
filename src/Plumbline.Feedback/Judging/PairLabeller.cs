using Plumbline.Scoring;

namespace Plumbline.Feedback.Judging;

/// <summary>
/// Labels pairs of answers by the clauses that hold for them: each clause asks the judge, in both orders, how sure it is that the first answer is better, and all that it said is kept
/// beside what follows from it (RLAIF; Constitutional AI, arXiv 2212.08073; Lee et al., arXiv 2309.00267). <see cref="LabelRules"/> has the formulas.
/// </summary>
public sealed class PairLabeller
{
    private readonly LabelRules rules;
    private readonly Judge judge;
    private readonly ComparisonOptions options;

    /// <summary>Checks that the judge can do what is asked.</summary>
    /// <param name="rules">What is asked, and what is made of the answers.</param>
    /// <param name="judge">Who judges; not owned.</param>
    /// <exception cref="InvalidInputException">The judge lacks what it needs.</exception>
    public PairLabeller(LabelRules rules, Judge judge)
    {
        (this.rules, this.judge, options) = (rules, judge, rules.Options);
        if (options.Method != JudgeMethod.Samples && !judge.Scores)
        {
            throw new InvalidInputException(
                $"The judge {judge.Name} does not say how likely options are.",
                "Judge by samples (method: samples), or use a model that names log-probabilities."
            );
        }

        if ((options.ChainOfThought || options.Method == JudgeMethod.Samples) && !judge.Writes)
        {
            throw new InvalidInputException(
                $"The judge {judge.Name} does not write.",
                "Leave chain_of_thought away and read log-probabilities, or use a model that chats."
            );
        }
    }

    /// <summary>Labels a pair.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="before">What was said of it before: judgements by questions that are still the same are taken over. Null for nothing.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="ModelFailureException">The judge did not answer.</exception>
    /// <exception cref="JudgeStoppedException">It may not be asked any more.</exception>
    public async Task<LabelledPair> LabelAsync(ComparedPair pair, LabelledPair? before, CancellationToken cancellation = default)
    {
        var (judged, unjudged) = (new SortedDictionary<string, ClauseJudgement>(StringComparer.Ordinal), new List<string>());
        foreach (var (id, asked) in rules.Asked(pair))
        {
            if (rules.Known(before, id, asked) is { } known)
            {
                judged.Add(id, known);
            }
            else if (await JudgeAsync(pair, id, asked, cancellation).ConfigureAwait(false) is { } judgement)
            {
                judged.Add(id, judgement);
            }
            else
            {
                unjudged.Add(id);
            }
        }

        unjudged.Sort(StringComparer.Ordinal);
        return rules.Combined(pair, judged, unjudged);
    }

    private async Task<ClauseJudgement?> JudgeAsync(ComparedPair pair, string id, string asked, CancellationToken cancellation)
    {
        var question = new ClauseQuestion(rules.Constitution.Clauses[id], pair.Situation.Language);
        if (options.Method == JudgeMethod.Separately)
        {
            return await SeparatelyAsync(question, pair, cancellation).ConfigureAwait(false) is { } share
                ? new ClauseJudgement(asked, share, share)
                : null;
        }

        var inOrder = await OpinionAsync(question, pair, swapped: false, cancellation).ConfigureAwait(false);
        var swapped = await OpinionAsync(question, pair, swapped: true, cancellation).ConfigureAwait(false);
        // One order alone would judge the place as much as the answer.
        return inOrder is { } one && swapped is { } other ? new ClauseJudgement(asked, one, other) : null;
    }

    // How sure it follows to be that the first answer is better, from what the judge says of each.
    private async Task<double?> SeparatelyAsync(ClauseQuestion question, ComparedPair pair, CancellationToken cancellation)
    {
        var first = await judge
            .ChooseAsync(question.Alone(pair.Prompt, pair.First), ClauseQuestion.Verdicts, cancellation)
            .ConfigureAwait(false);
        var second = await judge
            .ChooseAsync(question.Alone(pair.Prompt, pair.Second), ClauseQuestion.Verdicts, cancellation)
            .ConfigureAwait(false);
        return first is null || second is null ? null : LabelRules.Compared(first, second);
    }

    // How sure the judge is that the first answer is better; the mean over those samples in which it said anything.
    private async Task<double?> OpinionAsync(ClauseQuestion question, ComparedPair pair, bool swapped, CancellationToken cancellation)
    {
        var (sum, count) = (0.0, 0);
        for (var sample = 0; sample < options.Samples; sample++)
        {
            var first =
                options.Method == JudgeMethod.Samples
                    ? await NamedAsync(question, pair, swapped, sample, cancellation).ConfigureAwait(false)
                    : await ChosenAsync(question, pair, swapped, sample, cancellation).ConfigureAwait(false);
            if (first is { } share)
            {
                (sum, count) = (sum + share, count + 1);
            }
        }

        return count == 0 ? null
            : swapped ? 1 - (sum / count)
            : sum / count;
    }

    // How likely the letter A is.
    private async Task<double?> ChosenAsync(
        ClauseQuestion question,
        ComparedPair pair,
        bool swapped,
        int sample,
        CancellationToken cancellation
    )
    {
        var messages = options.ChainOfThought
            ? question.Concluded(
                pair,
                swapped,
                await judge.WriteAsync(question.Rationale(pair, swapped), Writing(sample), cancellation).ConfigureAwait(false)
            )
            : question.Direct(pair, swapped);
        return (await judge.ChooseAsync(messages, ClauseQuestion.Letters, cancellation).ConfigureAwait(false))?[0];
    }

    // 1 where the letter A was named, 0 where B was.
    private async Task<double?> NamedAsync(
        ClauseQuestion question,
        ComparedPair pair,
        bool swapped,
        int sample,
        CancellationToken cancellation
    )
    {
        var reply = await judge
            .WriteAsync(question.Written(pair, swapped, options.ChainOfThought), Writing(sample), cancellation)
            .ConfigureAwait(false);
        return ClauseQuestion.Letter(reply) is { } letter ? 1 - letter : null;
    }

    private WritingOptions Writing(int sample) => new(options.Temperature, options.MaxTokens, rules.Seed.Derive("judge", sample).Value);
}
