using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Moderation.Languages;

/// <summary>
/// Tells the languages of one script apart: a linear model over hashed features (<see cref="NgramReader"/>), whose probabilities are the softmax of the scores, sharpened by the
/// number of features as it was calibrated.
/// </summary>
/// <remarks>
/// Score of language l over n features: z_l = bias_l + scale / sqrt(n) * sum of weights[bucket, l]; probability = softmax(z * exp(a + b ln n)). Of 1 / sqrt(n) and n^b together,
/// features of a text count as if about n^(0.5 + b) of them were independent.
/// </remarks>
internal sealed class ScriptModel
{
    /// <summary>Classes stand in rows of a multiple of this many bytes.</summary>
    public const int RowUnit = 16;

    private const int Batch = 256;
    private readonly sbyte[] rows;
    private readonly string[] primary;

    /// <summary>Lays out a model.</summary>
    /// <param name="parameters">What it consists of.</param>
    public ScriptModel(ScriptParameters parameters)
    {
        Parameters = parameters;
        Stride = (parameters.Classes + RowUnit - 1) / RowUnit * RowUnit;
        primary = [.. parameters.Languages.Select(tag => tag.Split('-')[0])];
        rows = new sbyte[(long)Stride * parameters.Buckets];
        for (var bucket = 0; bucket < parameters.Buckets; bucket++)
        {
            for (var language = 0; language < parameters.Classes; language++)
            {
                rows[bucket * Stride + language] = parameters.Weights[(long)language * parameters.Buckets + bucket];
            }
        }
    }

    /// <summary>What it consists of.</summary>
    public ScriptParameters Parameters { get; }

    /// <summary>Bytes of a row.</summary>
    public int Stride { get; }

    /// <summary>The probability of each class, unknown last where there is such a class.</summary>
    /// <param name="letters">Letters between gaps, of this script alone.</param>
    /// <param name="probabilities">As long as there are classes.</param>
    public void Classify(ReadOnlySpan<char> letters, Span<double> probabilities)
    {
        if (Parameters.Bits == 0)
        {
            probabilities[0] = ScriptAlone(letters);
            return;
        }

        var features = Math.Max(1, Score(letters, probabilities));
        var sharpness = Math.Exp(Parameters.Sharpness + Parameters.SharpnessByLength * Math.Log(features));
        foreach (ref var score in probabilities)
        {
            score *= sharpness;
        }

        Softmax.Of(probabilities);
    }

    /// <summary>
    /// The language that probabilities speak for, and its own. Where variants of one language share what no one of them has enough of, it is the language without a variant,
    /// such as <c>zh</c>, with the sum.
    /// </summary>
    /// <param name="probabilities">One a class.</param>
    /// <param name="bound">What is enough.</param>
    public LanguageChoice Choose(ReadOnlySpan<double> probabilities, double bound)
    {
        var best = 0;
        for (var language = 1; language < primary.Length; language++)
        {
            best = probabilities[language] > probabilities[best] ? language : best;
        }

        if (probabilities[best] >= bound)
        {
            return new LanguageChoice(best, probabilities[best], Parameters.Languages[best]);
        }

        var sum = 0.0;
        for (var language = 0; language < primary.Length; language++)
        {
            sum += primary[language] == primary[best] ? probabilities[language] : 0;
        }

        return new LanguageChoice(best, sum, sum >= bound ? primary[best] : null);
    }

    /// <summary>The scores before they are sharpened; gives the number of features.</summary>
    public int Score(ReadOnlySpan<char> letters, Span<double> scores)
    {
        Span<int> sums = stackalloc int[Stride];
        sums.Clear();
        var features = Sum(letters, sums);
        var unit = Parameters.Scale / Math.Sqrt(Math.Max(1, features));
        for (var language = 0; language < scores.Length; language++)
        {
            scores[language] = Parameters.Biases[language] + unit * sums[language];
        }

        return features;
    }

    /// <summary>
    /// Where one language alone is known to be written in the script, every letter makes it likelier: 1 - 1 / (2 + letters). A convention, not measured.
    /// </summary>
    private static double ScriptAlone(ReadOnlySpan<char> letters) => 1 - 1.0 / (2 + letters.Length - letters.Count(Letters.Gap));

    private int Sum(ReadOnlySpan<char> letters, Span<int> sums)
    {
        Span<int> buckets = stackalloc int[Batch];
        var reader = new NgramReader(letters, Parameters.Bits);
        var features = 0;
        while (reader.Read(buckets) is > 0 and var count)
        {
            features += count;
            var column = 0;
            for (; column + 2 * RowUnit <= Stride; column += 2 * RowUnit)
            {
                AddWideRows(buckets[..count], column, sums);
            }

            if (column < Stride)
            {
                AddRows(buckets[..count], column, sums);
            }
        }

        return features;
    }

    /// <summary>Adds sixteen columns of the rows in two registers of sixteen-bit sums: 256 rows of weights in [-127, 127] cannot overflow them.</summary>
    private void AddRows(ReadOnlySpan<int> buckets, int column, Span<int> sums)
    {
        Vector128<short> low = default,
            high = default;
        ref var start = ref MemoryMarshal.GetArrayDataReference(rows);
        foreach (var bucket in buckets)
        {
            var (lower, upper) = Vector128.Widen(Vector128.LoadUnsafe(ref start, (nuint)(bucket * Stride + column)));
            low += lower;
            high += upper;
        }

        ref var sum = ref sums[column];
        Add(low, ref sum, 0);
        Add(high, ref sum, RowUnit / 2);
    }

    /// <summary>The same for thirty-two columns.</summary>
    private void AddWideRows(ReadOnlySpan<int> buckets, int column, Span<int> sums)
    {
        Vector256<short> low = default,
            high = default;
        ref var start = ref MemoryMarshal.GetArrayDataReference(rows);
        foreach (var bucket in buckets)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)(bucket * Stride + column)));
            low += lower;
            high += upper;
        }

        ref var sum = ref sums[column];
        Add(low.GetLower(), ref sum, 0);
        Add(low.GetUpper(), ref sum, RowUnit / 2);
        Add(high.GetLower(), ref sum, RowUnit);
        Add(high.GetUpper(), ref sum, RowUnit + RowUnit / 2);
    }

    private static void Add(Vector128<short> values, ref int sums, nuint at)
    {
        var (lower, upper) = Vector128.Widen(values);
        (Vector128.LoadUnsafe(ref sums, at) + lower).StoreUnsafe(ref sums, at);
        (Vector128.LoadUnsafe(ref sums, at + 4) + upper).StoreUnsafe(ref sums, at + 4);
    }
}

/// <summary>What probabilities speak for.</summary>
/// <param name="Class">The likeliest language's class.</param>
/// <param name="Probability">How likely what is named is.</param>
/// <param name="Name">Its tag; null where nothing is likely enough.</param>
internal readonly record struct LanguageChoice(int Class, double Probability, string? Name);
