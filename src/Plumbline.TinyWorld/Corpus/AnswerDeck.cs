using Plumbline.Randomness;

namespace Plumbline.TinyWorld;

/// <summary>
/// Prompts with their possible answers, dealt without repetition: every prompt once, then every prompt again with another answer, and so on,
/// so that a large corpus covers everything before it repeats a question.
/// </summary>
internal sealed class AnswerDeck
{
    private readonly (WorldPrompt Prompt, string[] Answers)[] prompts;
    private readonly RandomSource random;
    private int round;
    private int next;

    public AnswerDeck(IEnumerable<WorldPrompt> prompts, Func<WorldPrompt, IReadOnlyList<string>> answersOf, RandomSource random)
    {
        this.random = random;
        this.prompts =
        [
            .. prompts.Select(prompt =>
            {
                var answers = answersOf(prompt).ToArray();
                random.Shuffle<string>(answers);
                return (prompt, answers);
            }),
        ];
        random.Shuffle<(WorldPrompt, string[])>(this.prompts);
    }

    /// <summary>The next <paramref name="count"/> conversations.</summary>
    /// <param name="count">How many.</param>
    /// <param name="name">What they are, for the error message.</param>
    /// <exception cref="InvalidInputException">There are not that many different ones left.</exception>
    public List<(WorldPrompt Prompt, string Answer)> Deal(int count, string name)
    {
        var dealt = new List<(WorldPrompt, string)>(count);
        var idle = 0;
        while (dealt.Count < count)
        {
            if (next == prompts.Length)
            {
                next = 0;
                round++;
                random.Shuffle<(WorldPrompt, string[])>(prompts);
            }

            if (idle++ > prompts.Length)
            {
                throw new InvalidInputException(
                    $"The tiny world has only {dealt.Count} different conversations of the kind '{name}' in one language, {count} are wanted.",
                    "Choose fewer rows or a smaller share."
                );
            }

            var (prompt, answers) = prompts[next++];
            if (round < answers.Length)
            {
                dealt.Add((prompt, answers[round]));
                idle = 0;
            }
        }

        return dealt;
    }
}
