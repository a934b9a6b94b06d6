using System.Numerics;

namespace Plumbline.Randomness;

/// <summary>
/// A pseudo-random stream whose numbers are the same on every machine and .NET version, unlike <see cref="System.Random"/>:
/// xoshiro256** (Blackman and Vigna 2018), its state filled by SplitMix64. Not for cryptography. Not thread-safe: one stream per purpose.
/// </summary>
public sealed class RandomSource
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>Starts the stream of <paramref name="seed"/>.</summary>
    public RandomSource(Seed seed)
    {
        s0 = Seed.Mix(seed.Value);
        s1 = Seed.Mix(s0);
        s2 = Seed.Mix(s1);
        s3 = Seed.Mix(s2);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="bound"/>), each equally likely.</summary>
    /// <param name="bound">The exclusive upper bound, at least 1.</param>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Lemire 2019: the high half of a 32 x 32 bit product, with the few biased cases drawn again.
        var threshold = unchecked((uint)-bound) % (uint)bound;
        while (true)
        {
            var product = (NextBits() >> 32) * (uint)bound;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>A draw from the standard normal distribution (Box and Muller 1958; one of the pair is used).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>One of <paramref name="choices"/>, each equally likely.</summary>
    public T Choose<T>(IReadOnlyList<T> choices) => choices[NextInt(choices.Count)];

    /// <summary>Puts <paramref name="values"/> into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
