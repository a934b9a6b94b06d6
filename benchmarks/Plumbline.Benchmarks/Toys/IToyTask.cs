using Plumbline.Randomness;
using Plumbline.Rewards;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Toys;

/// <summary>A task small enough that its best possible reward, 1, is known.</summary>
internal interface IToyTask
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Tokens that there are.</summary>
    int VocabularySize { get; }

    /// <summary>The token that ends an answer.</summary>
    int EndToken { get; }

    /// <summary>Tokens at most that an answer is given, the end token included.</summary>
    int LongestAnswer { get; }

    /// <summary>The share of the best possible reward below which a seed has failed.</summary>
    double Required { get; }

    /// <summary>The task of a seed.</summary>
    ToyData Draw(Seed seed);
}

/// <summary>What a seed learns from, and what it is judged by.</summary>
/// <param name="Demonstrations">For the pretraining: far from always right.</param>
/// <param name="Asked">Prompts of the reinforcement learning.</param>
/// <param name="Judged">Prompts of the measurements before and after it.</param>
/// <param name="Reward">What answers earn, 0 to 1.</param>
internal sealed record ToyData(
    IReadOnlyList<TokenizedExample> Demonstrations,
    IReadOnlyList<PolicyPrompt> Asked,
    IReadOnlyList<PolicyPrompt> Judged,
    IReward Reward
);

/// <summary>A reward of tokens.</summary>
/// <param name="score">What an answer, the second, to a prompt, the first, earns.</param>
internal sealed class TokenReward(Func<ReadOnlySpan<int>, ReadOnlySpan<int>, double> score) : FunctionReward
{
    /// <inheritdoc/>
    protected override double? Score(AnswerToReward answer) => score(answer.PromptIds.Span, answer.AnswerIds.Span);
}
