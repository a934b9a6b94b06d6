using System.Numerics;

namespace Plumbline.Moderation.Images;

/// <summary>
/// Finds all hashes of 64 bits within a distance of a given one, exactly, without looking at most of them. Thread-safe.
/// </summary>
/// <remarks>
/// Multi-index hashing (arXiv 1307.2982, section 3): of four bands of 16 bits, two hashes within a distance r agree in some band up to floor(r / 4) bits, and in one of the
/// first (r mod 4) + 1 bands, or else up to one bit less in one of the others. So each band has a table of 65,536 places, and only places near the band's own are looked up.
/// A hash that several bands lead to counts at the first of them.
/// </remarks>
internal sealed class HammingIndex
{
    private const int Bands = 4;
    private const int BandBits = 16;
    private const int Places = 1 << BandBits;

    /// <summary>From this distance in a band on, more places would be looked up than pay.</summary>
    private const int MostBandRadius = 3;

    /// <summary>Fewer hashes than this are compared one by one: cheaper than the places of the tables, which would also take a megabyte.</summary>
    private const int LeastHashes = 1024;

    private static readonly ushort[][] Masks = [.. Enumerable.Range(0, MostBandRadius + 1).Select(MasksOf)];

    private readonly ulong[] hashes;
    private readonly Table[] tables;

    /// <summary>Makes an index.</summary>
    /// <param name="hashes">The hashes; results are indices of these.</param>
    public HammingIndex(ulong[] hashes)
    {
        this.hashes = hashes;
        tables = hashes.Length < LeastHashes ? [] : [.. Enumerable.Range(0, Bands).Select(band => Table.Of(hashes, band))];
    }

    /// <summary>Finds hashes.</summary>
    /// <param name="hash">What they are near to.</param>
    /// <param name="distance">In how many bits they may differ at most.</param>
    /// <param name="found">Gets the index of each, in no particular order.</param>
    public void Find(ulong hash, int distance, List<int> found)
    {
        if (tables.Length == 0 || distance / Bands > MostBandRadius)
        {
            FindInAll(hash, distance, found);
            return;
        }

        for (var band = 0; band < Bands; band++)
        {
            FindInBand(hash, distance, band, found);
        }
    }

    private static int Radius(int distance, int band) => (distance / Bands) - (band <= distance % Bands ? 0 : 1);

    private static ushort[] MasksOf(int radius) =>
        [.. Enumerable.Range(0, Places).Where(mask => BitOperations.PopCount((uint)mask) <= radius).Select(mask => (ushort)mask)];

    private void FindInAll(ulong hash, int distance, List<int> found)
    {
        for (var i = 0; i < hashes.Length; i++)
        {
            if (PerceptualHash.Distance(hashes[i], hash) <= distance)
            {
                found.Add(i);
            }
        }
    }

    private void FindInBand(ulong hash, int distance, int band, List<int> found)
    {
        var radius = Radius(distance, band);
        if (radius < 0)
        {
            return;
        }

        var place = Table.Place(hash, band);
        foreach (var mask in Masks[radius])
        {
            foreach (var index in tables[band].At(place ^ mask))
            {
                var difference = hashes[index] ^ hash;
                if (BitOperations.PopCount(difference) <= distance && !IsFoundBefore(difference, distance, band))
                {
                    found.Add(index);
                }
            }
        }
    }

    private static bool IsFoundBefore(ulong difference, int distance, int band)
    {
        for (var before = 0; before < band; before++)
        {
            if (BitOperations.PopCount((uint)Table.Place(difference, before)) <= Radius(distance, before))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The hashes by the value of one band.</summary>
    private sealed class Table(int[] starts, int[] indices)
    {
        public static int Place(ulong hash, int band) => (int)(hash >> (band * BandBits)) & (Places - 1);

        public static Table Of(ulong[] hashes, int band)
        {
            var starts = new int[Places + 1];
            foreach (var hash in hashes)
            {
                starts[Place(hash, band) + 1]++;
            }

            for (var place = 0; place < Places; place++)
            {
                starts[place + 1] += starts[place];
            }

            var indices = new int[hashes.Length];
            var next = starts.AsSpan(0, Places).ToArray();
            for (var i = 0; i < hashes.Length; i++)
            {
                indices[next[Place(hashes[i], band)]++] = i;
            }

            return new Table(starts, indices);
        }

        public ReadOnlySpan<int> At(int place) => indices.AsSpan(starts[place], starts[place + 1] - starts[place]);
    }
}
