using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Scoring;

namespace Plumbline.Rewards;

/// <summary>
/// A language model as judge: it reads the principles, the conversation and the answer, and rates the answer, or all answers of several turns. What is judged stands between markers that it cannot close
/// (<see cref="MarkedPassage"/>); a judge can be talked over all the same, and belongs beside rewards that cannot. A conversation that is longer than the judge can read is no judgement.
/// </summary>
/// <param name="principles">What a good answer does, at least one.</param>
/// <param name="parallel">Answers rated at the same time.</param>
public abstract class JudgeReward(IReadOnlyList<string> principles, int parallel) : IReward
{
    /// <summary>The reward that options ask for; where each clause is asked about by itself, the sum of all of them, each by the name of its clause, that makes their mean.</summary>
    /// <param name="options">The principles, and how the rating is read.</param>
    /// <param name="writer">The judge that writes ratings; not owned. Null where none are written.</param>
    /// <param name="scorer">The judge that says how likely ratings are; not owned. Null where nobody asks.</param>
    /// <exception cref="InvalidInputException">The constitution cannot be used.</exception>
    public static IReward Create(JudgeOptions options, IChatClient? writer, IOptionScorer? scorer)
    {
        JudgeReward Of(IReadOnlyList<string> principles) =>
            options.Method == RatingMethod.Expected
                ? new ExpectedRating(scorer!, principles, options.Scale, options.Parallel)
                : new WrittenRating(writer!, principles, options.Parallel);
        if (!options.ByClause)
        {
            return Of(options.ReadPrinciples());
        }

        var clauses = options.ReadClauses();
        return new RewardSum([.. clauses.Select(clause => new RewardSource(clause.Id, 1.0 / clauses.Count, Of([clause.Principle])))]);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<double?>> ScoreAsync(IReadOnlyList<AnswerToReward> answers, CancellationToken cancellation = default)
    {
        var scores = new double?[answers.Count];
        await Parallel.ForAsync(
            0,
            answers.Count,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (index, stop) =>
            {
                try
                {
                    scores[index] = await RateAsync(new ChatMessage(ChatRole.User, Question(answers[index])), stop);
                }
                catch (ContextExceededException)
                {
                    scores[index] = null;
                }
            }
        );
        return scores;
    }

    /// <summary>How the judge is to reply.</summary>
    private protected abstract string Reply { get; }

    /// <summary>The rating, from 0 to 1; null where the judge gives none.</summary>
    private protected abstract Task<double?> RateAsync(ChatMessage question, CancellationToken cancellation);

    /// <summary>What the judge reads.</summary>
    internal string Question(AnswerToReward answer)
    {
        var said = answer.Turns.Count(turn => turn.Role == ChatRole.Assistant);
        var text = new StringBuilder(
            said < 2
                ? "Rate the last answer of a conversation by these principles:\n"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Rate the last {said} answers of a conversation, as a whole, by these principles:\n"
                )
        );
        foreach (var principle in principles)
        {
            text.Append("- ").Append(principle).Append('\n');
        }

        return text.Append('\n')
            .Append(MarkedPassage.Of("The conversation stands", $"{answer.Prompt}\n\n{Followed(answer)}"))
            .Append(CultureInfo.InvariantCulture, $"How well {(said < 2 ? "does the answer" : "do the answers")} keep to the principles? ")
            .Append(Reply)
            .ToString();
    }

    private static Content Followed(AnswerToReward answer) =>
        Content.FromMessages(answer.Turns.Count > 0 ? answer.Turns : [new ChatMessage(ChatRole.Assistant, answer.Answer)]);
}
