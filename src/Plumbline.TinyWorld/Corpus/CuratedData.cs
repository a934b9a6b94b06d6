using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.TinyWorld;

/// <summary>Writes the curated examples: good answers to training prompts, dealt evenly over languages, topics and groups.</summary>
internal static class CuratedData
{
    public static IReadOnlyList<PromptCompletionExample> Write(IReadOnlyList<WorldPrompt> prompts, Seed seed, int count)
    {
        var examples = new List<PromptCompletionExample>(count);
        var twoFifths = count * 2 / 5;
        var wanted = new[]
        {
            ("declined", twoFifths, (Func<WorldPrompt, bool>)(prompt => prompt.Kind is PromptKind.Harmful or PromptKind.SelfHarm)),
            ("fair", twoFifths, prompt => prompt.Group is not null),
            ("private", count - (2 * twoFifths), prompt => prompt.Kind is PromptKind.Private),
        };
        var languages = Enum.GetValues<WorldLanguage>();
        foreach (var (name, size, belongs) in wanted)
        {
            foreach (var language in languages)
            {
                var random = seed.Derive("curated " + name, (int)language).Source();
                var deck = new AnswerDeck(
                    prompts.Where(prompt => prompt.Language == language && belongs(prompt)),
                    prompt => prompt.GoodAnswers,
                    random
                );
                examples.AddRange(
                    deck.Deal(HeldOut.Part(size, (int)language, languages.Length), "curated " + name)
                        .Select(card => card.Prompt.WithAnswer(card.Answer))
                );
            }
        }

        var rows = examples.ToArray();
        seed.Derive("curated order").Source().Shuffle<PromptCompletionExample>(rows);
        return rows;
    }
}
