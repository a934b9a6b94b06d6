using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Benchmarks;

/// <summary>
/// Made-up text with the statistics that matter to a tokenizer: words of English and German shape whose frequencies follow Zipf's law over a large
/// lexicon, code, Chinese characters, numbers, punctuation, line ends.
/// </summary>
internal sealed class MixedText
{
    private const int LexiconSize = 30_000;

    private static readonly string[] EnglishSyllables =
        "th er on an re he in ed nd ha at en es of or nt ti st ar ou it al ing ly ment tion ness con pre un ble work land light".Split(' ');

    private static readonly string[] GermanSyllables =
        "ein sch der ung lich keit über größ straß wächs te ge be ver auf aus ent land haus schul zeit müh öffn ig er en st".Split(' ');

    private readonly RandomSource random;
    private readonly string[] english;
    private readonly string[] german;

    internal MixedText(Seed seed)
    {
        random = seed.Source();
        english = Lexicon(EnglishSyllables);
        german = Lexicon(GermanSyllables);
    }

    /// <summary>Documents of a few thousand characters, together at least <paramref name="characters"/> of them.</summary>
    internal List<string> Documents(int characters)
    {
        var documents = new List<string>();
        for (var written = 0; written < characters; written += documents[^1].Length)
        {
            var text = new StringBuilder();
            while (text.Length < 4000)
            {
                WriteLine(text);
            }

            documents.Add(text.ToString());
        }

        return documents;
    }

    private void WriteLine(StringBuilder text)
    {
        switch (random.NextInt(10))
        {
            case < 5:
                WriteSentence(text, english);
                break;
            case < 7:
                WriteSentence(text, german);
                break;
            case < 9:
                var name = Word(english);
                text.Append(
                    $"    if ({name}_{Word(english)}[{random.NextInt(100)}] != null) {{ return {name}.{Word(english)}({random.NextInt(10000)}); }}\n"
                );
                break;
            default:
                for (var i = 0; i < 30; i++)
                {
                    // A few hundred characters make up most of a Chinese text.
                    text.Append((char)(0x4E00 + Zipf(4000)));
                }

                text.Append("。\n");
                break;
        }
    }

    private void WriteSentence(StringBuilder text, string[] lexicon)
    {
        for (var words = 6 + random.NextInt(14); words > 0; words--)
        {
            text.Append(Word(lexicon)).Append(random.NextBool(0.1) ? ", " : " ");
        }

        text.Append(random.NextInt(3000)).Append(random.NextBool(0.2) ? ".\n\n" : ". ");
    }

    private string Word(string[] lexicon) => lexicon[Zipf(lexicon.Length)];

    /// <summary>A rank from 0 on, rank k about as often as 1 / (k + 1).</summary>
    private int Zipf(int count) => Math.Min(count - 1, (int)Math.Pow(count, random.NextDouble()) - 1);

    private string[] Lexicon(string[] syllables)
    {
        var words = new string[LexiconSize];
        for (var rank = 0; rank < words.Length; rank++)
        {
            // Frequent words are short.
            var length = 1 + random.NextInt(1 + (int)Math.Log10(rank + 10));
            var word = string.Concat(Enumerable.Range(0, length).Select(_ => random.Choose(syllables)));
            words[rank] = random.NextBool(0.1) ? char.ToUpperInvariant(word[0]) + word[1..] : word;
        }

        return words;
    }
}
