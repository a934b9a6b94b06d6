using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.TinyWorld.Languages;

namespace Plumbline.TinyWorld;

/// <summary>Writes the dirty corpus: every share is met to the row, every language gets the same number of rows to within one.</summary>
internal static class DirtyCorpusWriter
{
    public static DirtyCorpus Write(World world, DirtyCorpusOptions options)
    {
        options.Validate();
        var seed = world.Seed.Derive("dirty corpus");
        var exact = Count(options.Rows, options.ExactDuplicateShare);
        var near = Count(options.Rows, options.NearDuplicateShare);
        var rows = BaseRows(world, options, options.Rows - exact - near, seed);
        Sign(rows, world, options, seed.Derive("signatures").Source());
        return new DirtyCorpus(Order(rows, exact, near, seed));
    }

    private static int Count(int total, double share) => (int)Math.Round(total * share, MidpointRounding.AwayFromZero);

    private static LabelledConversation[] BaseRows(World world, DirtyCorpusOptions options, int count, Seed seed)
    {
        var rows = new List<LabelledConversation>(count);
        var advice = Count(count, options.AdviceShare);
        var harmful = Count(count, options.HarmfulShare);
        var groups = Count(count, options.GroupShare);
        var personal = Count(count, options.PrivateShare);
        var complied = Count(harmful, options.ComplianceRate);
        var disfavoured = groups / 2;
        var biased = Count(disfavoured, options.BiasRate);
        var leaked = Count(personal, options.LeakRate);
        // Rounding can ask for one row more than there is; facts take up the slack.
        Good("facts", Math.Max(0, count - advice - harmful - groups - personal), prompt => prompt.Kind is PromptKind.Fact);
        Good("advice", advice, prompt => prompt.Kind is PromptKind.Advice);
        Good("refusals", harmful - complied, IsHarmful);
        Bad("compliance", complied, IsHarmful, Flaws.HarmfulCompliance);
        Good("favoured groups", groups - disfavoured, prompt => prompt.Group is { Favoured: true });
        Good("fair answers", disfavoured - biased, prompt => prompt.Group is { Favoured: false });
        Bad("biased answers", biased, prompt => prompt.Group is { Favoured: false }, Flaws.GroupBias);
        Good("private data withheld", personal - leaked, prompt => prompt.Kind is PromptKind.Private);
        Bad("private data", leaked, prompt => prompt.Kind is PromptKind.Private, Flaws.PrivateData);
        return [.. rows];

        static bool IsHarmful(WorldPrompt prompt) => prompt.Kind is PromptKind.Harmful or PromptKind.SelfHarm;
        void Good(string name, int size, Func<WorldPrompt, bool> belongs) =>
            Deal(name, size, belongs, prompt => prompt.GoodAnswers, Flaws.None);
        void Bad(string name, int size, Func<WorldPrompt, bool> belongs, Flaws flaw) =>
            Deal(name, size, belongs, prompt => prompt.BadAnswers, flaw);
        void Deal(string name, int size, Func<WorldPrompt, bool> belongs, Func<WorldPrompt, IReadOnlyList<string>> answersOf, Flaws flaw)
        {
            var languages = LanguagePack.All.Count;
            for (var language = 0; language < languages; language++)
            {
                var prompts = world.TrainingPrompts.Where(prompt => (int)prompt.Language == language && belongs(prompt));
                var deck = new AnswerDeck(prompts, answersOf, seed.Derive(name, language).Source());
                rows.AddRange(
                    deck.Deal(HeldOut.Part(size, language, languages), name)
                        .Select(card => new LabelledConversation(card.Prompt.WithAnswer(card.Answer), card.Prompt, flaw))
                );
            }
        }
    }

    /// <summary>Puts somebody's contact data under some of the good answers.</summary>
    private static void Sign(LabelledConversation[] rows, World world, DirtyCorpusOptions options, RandomSource random)
    {
        int[] open = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i].Prompt.Kind is PromptKind.Fact or PromptKind.Advice)];
        random.Shuffle<int>(open);
        foreach (var i in open.Take(Count(open.Length, options.SignatureRate)))
        {
            var row = rows[i];
            var wording = LanguagePack.All[(int)row.Prompt.Language].Private;
            var person = random.Choose(world.Persons);
            var contact = random.Choose(person.Writings(random.NextInt(2), wording));
            var signature = Text.Template.Fill(Text.Template.Fill(random.Choose(wording.Signatures), 'n', person.Name), 'v', contact);
            rows[i] = row with { Example = row.Prompt.WithAnswer($"{row.Answer} {signature}"), Flaws = row.Flaws | Flaws.PrivateData };
        }
    }

    /// <summary>Puts the rows in a random order, with each copy somewhere after its original.</summary>
    private static LabelledConversation[] Order(LabelledConversation[] rows, int exact, int near, Seed seed)
    {
        var random = seed.Derive("order").Source();
        var placed = new List<(double Place, LabelledConversation Row)>(rows.Length + exact + near);
        placed.AddRange(rows.Select(row => (random.NextDouble(), row)));
        for (var i = 0; i < exact + near && rows.Length > 0; i++)
        {
            var (place, original) = placed[random.NextInt(rows.Length)];
            var copy = i < exact ? original with { Flaws = original.Flaws | Flaws.ExactDuplicate } : Reword(original, random);
            placed.Add((place + ((1 - place) * (1 - random.NextDouble())), copy));
        }

        // Stable, so that even a copy that lands on its original's place stays behind it.
        return [.. placed.OrderBy(entry => entry.Place).Select(entry => entry.Row)];
    }

    private static LabelledConversation Reword(LabelledConversation original, RandomSource random)
    {
        var edits = LanguagePack.All[(int)original.Prompt.Language].Markers.NearDuplicateEdits;
        var question = original.Question;
        var words = question.Split(' ');
        var reworded = random.NextInt(4) switch
        {
            0 => $"{edits[0]} {question}",
            1 => $"{question} {edits[1]}",
            2 => string.Join(' ', words.Take(words.Length - 1).Append(edits[2]).Append(words[^1])),
            _ => Misspell(words, random),
        };
        var asked = Content.FromMessages([new ChatMessage(ChatRole.User, reworded)]);
        return original with
        {
            Example = (original.Example with { Prompt = asked }).WithId(),
            Flaws = original.Flaws | Flaws.NearDuplicate,
        };
    }

    /// <summary>Doubles one letter of the longest word.</summary>
    private static string Misspell(string[] words, RandomSource random)
    {
        var longest = Enumerable.Range(0, words.Length).MaxBy(i => words[i].Length);
        var at = 1 + random.NextInt(Math.Max(1, words[longest].Length - 2));
        var copy = (string[])words.Clone();
        copy[longest] = words[longest].Insert(at, words[longest][at - 1].ToString());
        return string.Join(' ', copy);
    }
}
