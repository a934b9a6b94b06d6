using System.Text;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Toys;

/// <summary>Answer a string of bytes with another one. Every second demonstration carries the answer to some other prompt.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Alphabet">The bytes that prompts are made of, ASCII.</param>
/// <param name="Lengths">Bytes of a prompt, each length equally often.</param>
/// <param name="Answer">The right answer.</param>
internal sealed record StringTask(string Name, string Alphabet, Range Lengths, Func<string, string> Answer) : IToyTask
{
    private const char Question = '>';
    private const int Prompts = 4096;

    /// <summary>Every byte, and the end token.</summary>
    public int VocabularySize => EndToken + 1;

    /// <inheritdoc/>
    public int EndToken => 256;

    /// <summary>Room for an answer that is too long.</summary>
    public int LongestAnswer { get; init; } = 8;

    /// <inheritdoc/>
    public double Required => 0.9;

    /// <summary>Demonstrations of the pretraining.</summary>
    public int Demonstrations { get; init; } = 1000;

    /// <summary>Strings that are kept for the measurements, and seen nowhere else.</summary>
    public int HeldOut { get; init; } = 200;

    /// <summary>Whether an answer earns its share of right tokens; otherwise it is right or wrong.</summary>
    public bool IsPartial { get; init; } = true;

    /// <inheritdoc/>
    public ToyData Draw(Seed seed)
    {
        var random = seed.Derive("strings").Source();
        var held = new HashSet<string>(StringComparer.Ordinal);
        while (held.Count < HeldOut)
        {
            held.Add(Text(random));
        }

        string Other()
        {
            var text = Text(random);
            return held.Contains(text) ? Other() : text;
        }

        TokenizedExample Demonstration()
        {
            var asked = Other();
            return Example(asked, Answer(random.NextBool(0.5) ? Other() : asked));
        }

        return new ToyData(
            [.. Enumerable.Range(0, Demonstrations).Select(_ => Demonstration())],
            [.. Enumerable.Range(0, Prompts).Select(_ => Prompt(Other()))],
            [.. held.Order(StringComparer.Ordinal).Select(Prompt)],
            new TokenReward(Score)
        );
    }

    /// <summary>
    /// The share of positions that hold the right token, of those of the longer of answer and right answer, end tokens included: 1 for the right answer alone.
    /// Where <see cref="IsPartial"/> is not set, anything else earns 0.
    /// </summary>
    /// <param name="prompt">The prompt's tokens.</param>
    /// <param name="answer">The answer's.</param>
    internal double Score(ReadOnlySpan<int> prompt, ReadOnlySpan<int> answer)
    {
        var right = Tokens(Answer(string.Concat(prompt[..^1].ToArray().Select(id => (char)id))));
        var same = 0;
        for (var i = 0; i < Math.Min(right.Length, answer.Length); i++)
        {
            same += right[i] == answer[i] ? 1 : 0;
        }

        var longer = Math.Max(right.Length, answer.Length);
        return same == longer ? 1
            : IsPartial ? (double)same / longer
            : 0;
    }

    private string Text(RandomSource random)
    {
        var (shortest, longest) = (Lengths.Start.Value, Lengths.End.Value);
        var letters = new char[shortest + random.NextInt(longest - shortest + 1)];
        return string.Concat(letters.Select(_ => Alphabet[random.NextInt(Alphabet.Length)]));
    }

    private static int[] PromptTokens(string text) => [.. Encoding.ASCII.GetBytes(text + Question).Select(value => (int)value)];

    private int[] Tokens(string answer) => [.. Encoding.ASCII.GetBytes(answer).Select(value => (int)value), EndToken];

    private TokenizedExample Example(string asked, string answer)
    {
        var (prompt, tokens) = (PromptTokens(asked), Tokens(answer));
        return new TokenizedExample([.. prompt, .. tokens], [.. prompt.Select(_ => false), .. tokens.Select(_ => true)]);
    }

    private static PolicyPrompt Prompt(string text) => new(PromptTokens(text), new PromptExample(text, Content.FromText(text)));
}
