using System.Text;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Training.Policies.Rollouts;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Toys;

/// <summary>Answer a string of bytes with another one. One string in ten, another tenth for each seed, is kept for the measurements: no training asks it.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Alphabet">The bytes that prompts are made of, ASCII.</param>
/// <param name="Lengths">Bytes of a prompt, both ends included, each length equally often.</param>
/// <param name="Answer">The right answer, at most as long as the longest prompt.</param>
/// <param name="Score">What an answer, the second, earns where the first is the right one; right ones end with the end token.</param>
internal sealed record StringTask(
    string Name,
    string Alphabet,
    Range Lengths,
    Func<string, string> Answer,
    Func<ReadOnlySpan<int>, ReadOnlySpan<int>, double> Score
) : IToyTask
{
    private const char Padding = '.';
    private const char Question = '>';
    private const int Demonstrations = 2000;
    private const int Prompts = 4096;
    private const int Judged = 200;
    private const int HeldOutOneIn = 10;
    private const double Strays = 0.5;

    /// <summary>Every byte, and the end token.</summary>
    public int VocabularySize => EndToken + 1;

    /// <inheritdoc/>
    public int EndToken => 256;

    /// <summary>Room for an answer that is too long.</summary>
    public int LongestAnswer => Lengths.End.Value + 2;

    /// <inheritdoc/>
    public double Required => 0.9;

    /// <summary>What a demonstration answers; null for the right answer, or as often that to some other prompt.</summary>
    public Func<string, RandomSource, string>? Demonstrate { get; init; }

    /// <inheritdoc/>
    public ToyData Draw(Seed seed)
    {
        var random = seed.Derive("strings").Source();
        string Text(bool isHeldOut)
        {
            while (true)
            {
                var text = RandomText(random);
                if (seed.Derive($"held out {text}").Source().NextInt(HeldOutOneIn) == 0 == isHeldOut)
                {
                    return text;
                }
            }
        }

        TokenizedExample Demonstration()
        {
            var asked = Text(isHeldOut: false);
            var answer =
                Demonstrate is not null ? Demonstrate(asked, random)
                : random.NextBool(Strays) ? Answer(Text(isHeldOut: false))
                : Answer(asked);
            var (prompt, tokens) = (PromptTokens(asked), AnswerTokens(answer));
            return new TokenizedExample([.. prompt, .. tokens], [.. prompt.Select(_ => false), .. tokens.Select(_ => true)]);
        }

        PolicyPrompt Prompt(string text) => new(PromptTokens(text), new PromptExample(text, Content.FromText(text)));
        return new ToyData(
            [.. Enumerable.Range(0, Demonstrations).Select(_ => Demonstration())],
            [.. Enumerable.Range(0, Prompts).Select(_ => Prompt(Text(isHeldOut: false)))],
            [.. Enumerable.Range(0, Judged).Select(_ => Prompt(Text(isHeldOut: true)))],
            new TokenReward((prompt, answer) => Score(AnswerTokens(Answer(TextOf(prompt))), answer))
        );
    }

    /// <summary>A prompt's tokens: the string, filled up in front to the longest length, and a mark.</summary>
    internal int[] PromptTokens(string text) => Bytes(text.PadLeft(Lengths.End.Value, Padding) + Question);

    /// <summary>An answer's tokens, the end token included.</summary>
    internal int[] AnswerTokens(string answer) => [.. Bytes(answer), EndToken];

    private static string TextOf(ReadOnlySpan<int> prompt) =>
        string.Concat(prompt[..^1].ToArray().Select(id => (char)id)).TrimStart(Padding);

    private static int[] Bytes(string text) => [.. Encoding.ASCII.GetBytes(text).Select(value => (int)value)];

    private string RandomText(RandomSource random)
    {
        var (shortest, longest) = (Lengths.Start.Value, Lengths.End.Value);
        var letters = new char[shortest + random.NextInt(longest - shortest + 1)];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = Alphabet[random.NextInt(Alphabet.Length)];
        }

        return new string(letters);
    }
}
