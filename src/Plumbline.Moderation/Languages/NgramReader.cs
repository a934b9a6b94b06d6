namespace Plumbline.Moderation.Languages;

/// <summary>
/// The features of a text: the runs of one to <see cref="Longest"/> characters and the words of its letters, each as the number of a bucket of a hash table.
/// </summary>
/// <remarks>Runs may begin or end at a gap and reach over one; the hash is a multiplication per character and a finaliser, the same everywhere.</remarks>
internal ref struct NgramReader
{
    /// <summary>The longest run of characters.</summary>
    public const int Longest = 4;

    /// <summary>How many features a character makes at most.</summary>
    public const int PerLetter = Longest + 1;

    private const int LongestWord = 24;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const ulong WordSeed = 0xD1B54A32D192ED03;
    private readonly ReadOnlySpan<char> letters;
    private readonly int shift;
    private int at;
    private ulong word;
    private int wordLength;

    /// <summary>Starts to read.</summary>
    /// <param name="letters">Letters between gaps (<see cref="LetterText"/>).</param>
    /// <param name="bits">The base-2 logarithm of the number of buckets.</param>
    public NgramReader(ReadOnlySpan<char> letters, int bits)
    {
        this.letters = letters;
        shift = 64 - bits;
        word = WordSeed;
    }

    /// <summary>Writes the buckets of the next features.</summary>
    /// <param name="buckets">At least <see cref="PerLetter"/> long.</param>
    /// <returns>How many; 0 at the end.</returns>
    public int Read(scoped Span<int> buckets)
    {
        var count = 0;
        while (at < letters.Length && count + PerLetter <= buckets.Length)
        {
            var first = letters[at];
            var run = letters.Slice(at, Math.Min(Longest, letters.Length - at));
            var hash = Multiplier;
            for (var length = 0; length < run.Length; length++)
            {
                hash = Step(hash, run[length]);
                if (length > 0 || first != Letters.Gap)
                {
                    buckets[count++] = (int)((hash * Multiplier) >> shift);
                }
            }

            if (first != Letters.Gap)
            {
                word = Step(word, first);
                wordLength++;
            }
            else
            {
                if (wordLength is > 1 and <= LongestWord)
                {
                    buckets[count++] = (int)((word * Multiplier) >> shift);
                }

                (word, wordLength) = (WordSeed, 0);
            }

            at++;
        }

        return count;
    }

    private static ulong Step(ulong hash, char value)
    {
        hash = (hash ^ value) * Multiplier;
        return hash ^ (hash >> 29);
    }
}
