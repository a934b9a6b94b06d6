namespace Plumbline.Torch.Functions;

/// <summary>A part of a matrix of logits [rows, vocabulary].</summary>
/// <param name="FirstRow">Its first row.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="FirstEntry">Its first entry of the vocabulary.</param>
/// <param name="Entries">Its entries.</param>
internal readonly record struct LogitTile(long FirstRow, long Rows, long FirstEntry, long Entries);

/// <summary>
/// How a matrix of logits is cut into tiles: into slices of the vocabulary first, because what a slice adds to the gradient of the hidden states is small, and
/// what a block of rows adds to that of the weight is as large as the vocabulary; into blocks of rows only where there are very many.
/// </summary>
/// <param name="Rows">Rows of the matrix.</param>
/// <param name="Vocabulary">Its columns.</param>
/// <param name="TileRows">Rows of a tile at most.</param>
/// <param name="TileEntries">Entries of a tile at most.</param>
internal sealed record LogitTiles(long Rows, long Vocabulary, int TileRows, int TileEntries)
{
    /// <summary>Logits of a matrix that stays whole, and is kept for the backward pass: 64 MiB in bf16.</summary>
    internal const long MostWhole = 32L << 20;

    /// <summary>Logits of a tile where the matrix is cut: large enough for a multiply at full speed.</summary>
    internal const long MostInTile = 8L << 20;

    // Weights of one head that are cast at a time, where all stay in one tile and where not.
    private const long MostWeightsOfWhole = 16L << 20;
    private const long MostWeightsOfTile = 1L << 20;
    private const int MostRows = 8192;

    // Whole vector registers, and multiples of what a multiply's inner kernel takes at a time.
    private const int EntryStep = 64;

    /// <summary>Slices of the vocabulary.</summary>
    internal int Slices => (int)((Vocabulary + TileEntries - 1) / TileEntries);

    /// <summary>Whether the matrix is one tile.</summary>
    internal bool IsWhole => Slices == 1 && Rows <= TileRows;

    /// <summary>A cut whose tiles keep to the limits; a reference's logits stand beside the policy's, and both together keep to them.</summary>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="vocabulary">Its columns.</param>
    /// <param name="width">Weights of one entry.</param>
    /// <param name="hasReference">Whether there is a reference.</param>
    internal static LogitTiles Of(long rows, long vocabulary, long width, bool hasReference)
    {
        var heads = hasReference ? 2 : 1;
        if (rows * vocabulary * heads <= MostWhole && vocabulary * width * heads <= MostWeightsOfWhole)
        {
            return new LogitTiles(rows, vocabulary, (int)Math.Max(1, rows), (int)vocabulary);
        }

        var tileRows = (int)Math.Clamp(rows, 1, MostRows);
        var mostEntries = Math.Max(EntryStep, Math.Min(MostWeightsOfTile / width, MostInTile / tileRows) / heads);
        var slices = Up(vocabulary, mostEntries);
        // Slices of one size, but for the step.
        var entries = Math.Min(vocabulary, Up(Up(vocabulary, slices), EntryStep) * EntryStep);
        return new LogitTiles(rows, vocabulary, tileRows, (int)entries);
    }

    /// <summary>Blocks of rows, from the first on.</summary>
    internal IEnumerable<(long First, long Count)> Blocks() => Cut(Rows, TileRows);

    /// <summary>The tiles of a block, from the first entry on.</summary>
    internal IEnumerable<LogitTile> Tiles((long First, long Count) block) =>
        Cut(Vocabulary, TileEntries).Select(slice => new LogitTile(block.First, block.Count, slice.First, slice.Count));

    private static IEnumerable<(long First, long Count)> Cut(long all, int most)
    {
        for (long first = 0; first < all; first += most)
        {
            yield return (first, Math.Min(most, all - first));
        }
    }

    private static long Up(long count, long step) => (count + step - 1) / step;
}
