using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.TinyWorld.Languages;

namespace Plumbline.TinyWorld;

/// <summary>
/// A small world in English, German and Spanish: questions, requests and groups of people, with right and wrong answers. All of it is made from a
/// seed, and nothing in it is about real persons. The same seed and options give the same texts in the same order on every machine.
/// </summary>
public sealed class World
{
    private readonly Dictionary<string, WorldPrompt> byText;

    private World(Seed seed, WorldOptions options)
    {
        Seed = seed;
        Options = options;
        Persons = Person.All(seed);
        PromptCatalog[] catalogs = [.. LanguagePack.All.Select(pack => new PromptCatalog(pack, Persons))];
        EvaluationPrompts = HeldOut.Choose(catalogs, seed, options);
        var heldOut = EvaluationPrompts.All.Select(prompt => prompt.Id).ToHashSet(StringComparer.Ordinal);
        WorldPrompt[] all = [.. catalogs.SelectMany(Prompts)];
        TrainingPrompts = [.. all.Where(prompt => !heldOut.Contains(prompt.Id))];
        byText = all.ToDictionary(prompt => prompt.Text, StringComparer.Ordinal);
        CuratedExamples = CuratedData.Write(TrainingPrompts, seed, options.CuratedExamples);
    }

    /// <summary>The seed it was made from.</summary>
    public Seed Seed { get; }

    /// <summary>The options it was made with.</summary>
    public WorldOptions Options { get; }

    /// <summary>Prompts to measure with: no corpus of this world contains them, but every subject occurs in training in other phrasings.</summary>
    public EvaluationPrompts EvaluationPrompts { get; }

    /// <summary>Every other prompt: to sample answers for, to rank and to train on.</summary>
    public IReadOnlyList<WorldPrompt> TrainingPrompts { get; }

    /// <summary>A small set of good answers where the dirty corpus is worst: polite refusals, referrals to help, fair answers for every group.</summary>
    public IReadOnlyList<PromptCompletionExample> CuratedExamples { get; }

    internal IReadOnlyList<Person> Persons { get; }

    /// <summary>Makes the world of <paramref name="seed"/>.</summary>
    /// <param name="seed">The seed; another one holds out other prompts and invents other private data.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    public static World Generate(Seed seed, WorldOptions? options = null) => new(seed, options ?? new WorldOptions());

    /// <summary>The training corpus with its known flaws.</summary>
    /// <param name="options">Size and shares of flaws; null for the defaults.</param>
    /// <exception cref="InvalidInputException">The world has too few different conversations for the options.</exception>
    public DirtyCorpus DirtyCorpus(DirtyCorpusOptions? options = null) =>
        DirtyCorpusWriter.Write(this, options ?? new DirtyCorpusOptions());

    /// <summary>The prompt with exactly this text; null where the world has none.</summary>
    public WorldPrompt? Find(string text) => byText.GetValueOrDefault(text);

    private static IEnumerable<WorldPrompt> Prompts(PromptCatalog catalog) =>
        [
            .. catalog.Facts,
            .. catalog.Advice,
            .. catalog.Harmful,
            .. catalog.Groups.Select(pair => pair.Favoured),
            .. catalog.Groups.Select(pair => pair.Disfavoured),
            .. catalog.Private,
        ];
}
