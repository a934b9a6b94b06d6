using Plumbline.Randomness;
using Plumbline.Training.Preferences;
using Plumbline.Training.Rewards;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Invariance;

/// <summary>Random prompts and answers of unequal lengths, each prompt with a better and a worse answer.</summary>
internal sealed class InvarianceData
{
    private const int Prompts = 7;
    private const int LongestPrompt = 40;
    private const int LongestAnswer = 24;

    internal InvarianceData(int vocabulary, Seed seed)
    {
        var random = seed.Source();
        int[] Draw(int longest) => [.. Enumerable.Range(0, 2 + random.NextInt(longest - 1)).Select(_ => random.NextInt(vocabulary))];
        var rows = Enumerable
            .Range(0, Prompts)
            .Select(_ => (Prompt: Draw(LongestPrompt), Chosen: Draw(LongestAnswer), Rejected: Draw(LongestAnswer)))
            .ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var (row, next) = (rows[i], rows[(i + 1) % rows.Length]);
            Pairs.Add(new TokenizedPair(Join(row.Prompt, row.Chosen), Join(row.Prompt, row.Rejected)));
            Answers.Add(new TokenizedAnswer(Pairs[i].Chosen, IsDesirable: true, Join(row.Prompt, next.Chosen)));
            Answers.Add(new TokenizedAnswer(Pairs[i].Rejected, IsDesirable: false, Join(row.Prompt, next.Rejected)));
        }
    }

    /// <summary>Better and worse answers.</summary>
    internal List<TokenizedPair> Pairs { get; } = [];

    /// <summary>The same as rankings of two.</summary>
    internal IReadOnlyList<TokenizedRanking> Rankings => [.. Groups.Select(group => new TokenizedRanking(group, [1, 2]))];

    /// <summary>The same, each judged for itself, and beside it the same prompt with an answer to the next prompt.</summary>
    internal List<TokenizedAnswer> Answers { get; } = [];

    /// <summary>The same as examples to imitate.</summary>
    internal IReadOnlyList<TokenizedExample> Examples => [.. Groups.SelectMany(group => group)];

    /// <summary>The two sequences of each prompt, the better one first.</summary>
    internal IReadOnlyList<IReadOnlyList<TokenizedExample>> Groups => [.. Pairs.Select(pair => new[] { pair.Chosen, pair.Rejected })];

    /// <summary>The two mismatched sequences of each prompt.</summary>
    internal IReadOnlyList<IReadOnlyList<TokenizedExample>> Mismatched => [.. Answers.Select(answer => answer.Mismatched).Chunk(2)];

    private static TokenizedExample Join(int[] prompt, int[] answer) =>
        new([.. prompt, .. answer], [.. Enumerable.Range(0, prompt.Length + answer.Length).Select(i => i >= prompt.Length)]);
}
