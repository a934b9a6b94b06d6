using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Language;
using Plumbline.Models.Probes.Training;
using Plumbline.Randomness;
using Plumbline.TinyWorld;
using Plumbline.Tokenization;

namespace Plumbline.Models.Tests.Probes;

/// <summary>A small model with random weights, and texts of the tiny world: its harmful requests, and its questions and requests for advice.</summary>
internal static class ProbeWorld
{
    internal const string Label = "harmful";

    internal const string Template = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}<|assistant|>";

    internal static readonly (string Name, string Hazard)[] Labels = [(Label, "S2")];

    private static readonly Lazy<World> Made = new(() => World.Generate(new Seed(11)));

    private static readonly Lazy<Tokenizer> Trained = new(() =>
        BpeTrainer.Train(
            Made.Value.TrainingPrompts.Take(2000).Select(prompt => prompt.Text),
            new BpeTrainerOptions { VocabularySize = 400 }
        )
    );

    internal static Tokenizer Tokenizer => Trained.Value;

    internal static ChatEncoder Encoder => new(Tokenizer, ChatTemplate.Parse(Template));

    internal static ProbeTrainingOptions Options => new() { Layers = [1, 3], L2 = [1, 0.1, 0.01] };

    internal static Decoder Decoder(ulong seed = 3, string modelType = "llama") =>
        new(
            TinyModels.Config(modelType) with
            {
                VocabularySize = Tokenizer.VocabularySize,
                LayerCount = 3,
                InitializerRange = 0.1,
            },
            new Seed(seed)
        );

    /// <summary>Prompts that training may see, or others that it never does: at most so many of each kind.</summary>
    internal static IReadOnlyList<ProbeExample> Prompts(bool heldOut, int count)
    {
        var wanted = Made.Value.TrainingPrompts.Where(prompt =>
            prompt.Language == WorldLanguage.English && prompt.Kind is PromptKind.Harmful or PromptKind.Fact or PromptKind.Advice
        );
        var dealt = wanted
            .Select(prompt => (Prompt: prompt, Lot: new Seed(5).Derive(prompt.Text).Value))
            .Where(one => one.Lot % 3 == 0 == heldOut)
            .OrderBy(one => one.Lot)
            .Select(one => one.Prompt)
            .GroupBy(prompt => prompt.Kind == PromptKind.Harmful)
            .SelectMany(kind => kind.Take(count));
        return
        [
            .. dealt.Select(prompt => new ProbeExample(
                prompt.Text,
                new Dictionary<string, bool> { [Label] = prompt.Kind == PromptKind.Harmful }
            )),
        ];
    }

    /// <summary>The chance that a text of which it holds scores above one of which it does not.</summary>
    internal static double Area(IReadOnlyList<double> scores, IReadOnlyList<bool> holds)
    {
        var (there, not) = (scores.Where((_, i) => holds[i]).ToList(), scores.Where((_, i) => !holds[i]).ToList());
        return there.Average(high =>
            not.Average(low =>
                high > low ? 1.0
                : high == low ? 0.5
                : 0.0
            )
        );
    }
}
