using System.Text;

namespace Plumbline.Randomness;

/// <summary>
/// The run's seed, and the seeds derived from it: one per purpose ("shuffle", "sampling", "initialisation") and index,
/// so that a draw more in one place never shifts the draws of another, and a resumed run needs no stored generator state.
/// </summary>
/// <param name="Value">The 64 bits.</param>
public readonly record struct Seed(ulong Value)
{
    /// <summary>The seed for <paramref name="purpose"/>, number <paramref name="index"/> (an epoch, a step, a row).</summary>
    /// <remarks>FNV-1a over the purpose, then the SplitMix64 finaliser (Steele, Lea, Flood 2014) over seed, purpose and index.</remarks>
    public Seed Derive(string purpose, long index = 0)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var value in Encoding.UTF8.GetBytes(purpose))
        {
            hash = (hash ^ value) * 0x100000001b3UL;
        }

        return new Seed(Mix(Mix(Value ^ Mix(hash)) + unchecked((ulong)index)));
    }

    /// <summary>A generator that starts from this seed.</summary>
    public RandomSource Source() => new(this);

    /// <summary>The SplitMix64 finaliser: a bijection of 64 bits in which each input bit flips about half of the output bits.</summary>
    internal static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15UL;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebUL;
        return value ^ (value >> 31);
    }
}
