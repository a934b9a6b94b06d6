using Plumbline.Data;
using Plumbline.Models.ChatTemplates;
using Plumbline.Randomness;
using Plumbline.Tokenization;
using Plumbline.Training.Preferences;
using Plumbline.Training.Supervised;

namespace Plumbline.Benchmarks.Preferences;

/// <summary>Real pairs of answers (HH-RLHF, harmless) in the tokens of a vocabulary that was learnt on them.</summary>
/// <param name="Pairs">The pairs that fit.</param>
/// <param name="LeftOut">Pairs with a sequence longer than the longest.</param>
internal sealed record HarmlessPairs(IReadOnlyList<TokenizedPair> Pairs, int LeftOut)
{
    private const string File = "hh-rlhf-harmless/harmless-base.first2000.jsonl.gz";

    /// <summary>Reads, learns the vocabulary, tokenises.</summary>
    /// <param name="vocabulary">Entries to learn.</param>
    /// <param name="longest">Tokens of the longest sequence that is kept.</param>
    /// <exception cref="FileNotFoundException">The data is not there.</exception>
    internal static HarmlessPairs Read(int vocabulary, int longest)
    {
        var rows = DatasetReader.Open(new DatasetOptions(Locate())).ReadPreferences().ToList();
        var texts = rows.SelectMany(row => row.Prompt.Messages!.Concat(row.Chosen.Messages!).Concat(row.Rejected.Messages!));
        var tokenizer = BpeTrainer.Train(texts.Select(message => message.Text), new BpeTrainerOptions { VocabularySize = vocabulary });
        var pairs = new ExampleEncoder(tokenizer, ChatEncoder.For(tokenizer), longest).ForPreferences(rows).ToList();
        return new HarmlessPairs(pairs, rows.Count - pairs.Count);
    }

    /// <summary>Batches of pairs drawn without putting back.</summary>
    internal List<List<TokenizedPair>> Batches(int count, int size, Seed seed)
    {
        var order = Enumerable.Range(0, Pairs.Count).ToArray();
        seed.Source().Shuffle<int>(order);
        return [.. order.Take(count * size).Select(index => Pairs[index]).Chunk(size).Select(batch => batch.ToList())];
    }

    // As the tests find it: the folder that PLUMBLINE_DATA names, or shared/data beside the repository.
    private static string Locate()
    {
        var folders = new List<string?> { Environment.GetEnvironmentVariable("PLUMBLINE_DATA") };
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            folders.Add(Path.Combine(at.FullName, "shared", "data"));
        }

        return folders
                .Where(folder => !string.IsNullOrEmpty(folder))
                .Select(folder => Path.Combine(folder!, File))
                .FirstOrDefault(System.IO.File.Exists)
            ?? throw new FileNotFoundException(
                $"{File} is not here: set PLUMBLINE_DATA to the folder that has it, or put it into shared/data beside the repository."
            );
    }
}
