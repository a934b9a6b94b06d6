namespace Plumbline.Models.Language;

/// <summary>
/// Sequences laid end to end without padding. Positions start at 0 in each, and attention never crosses from one into another.
/// </summary>
public sealed class PackedTokens
{
    /// <summary>Lays out <paramref name="ids"/>, cut into sequences of the given lengths.</summary>
    /// <param name="ids">All tokens, sequence after sequence.</param>
    /// <param name="lengths">Tokens of each sequence, each at least 1; they sum to the number of ids.</param>
    /// <exception cref="ArgumentException">A length is below 1 or the sum differs.</exception>
    public PackedTokens(int[] ids, int[] lengths)
    {
        if (lengths.Length == 0 || lengths.Any(length => length < 1) || lengths.Sum(length => (long)length) != ids.Length)
        {
            throw new ArgumentException($"Lengths [{string.Join(", ", lengths)}] must be positive and sum to the {ids.Length} ids.");
        }

        Ids = ids;
        Lengths = lengths;
    }

    /// <summary>All tokens, sequence after sequence.</summary>
    public int[] Ids { get; }

    /// <summary>Tokens of each sequence.</summary>
    public int[] Lengths { get; }

    /// <summary>Tokens in all.</summary>
    public int Count => Ids.Length;

    /// <summary>The longest sequence.</summary>
    public int LongestLength => Lengths.Max();

    /// <summary>Packs sequences in order.</summary>
    public static PackedTokens Of(IReadOnlyList<int[]> sequences) =>
        new([.. sequences.SelectMany(ids => ids)], [.. sequences.Select(ids => ids.Length)]);
}
