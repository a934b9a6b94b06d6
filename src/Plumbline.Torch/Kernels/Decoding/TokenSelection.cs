using System.Numerics;
using System.Runtime.Intrinsics;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>
/// Draws tokens from filtered distributions without sorting the vocabulary: the last token that top-k and top-p keep is found by bisection over the bits of the
/// logits, each step one vector pass over the candidates. Pure functions; the scratch memory is the caller's, one for each thread.
/// </summary>
/// <remarks>
/// One draw: <see cref="Filter"/> fills the weights, <see cref="Draw"/> takes a token, and the result of the first knows both log-probabilities.
/// <code>
/// var filtered = TokenSelection.Filter(logits, filter, weights, scratch);
/// var token = TokenSelection.Draw(weights, filtered, random.NextDouble());
/// var drawn = filtered.LogProbability(logits[token]);             // renormalised over what was kept
/// var model = filtered.UnfilteredLogProbability(logits[token]);   // log softmax at temperature 1
/// </code>
/// Penalties change logits: take <see cref="LogNormaliser"/> before, where the model's own log-probability is wanted.
/// </remarks>
public static unsafe class TokenSelection
{
    private const int Lanes = TensorMemory.Lanes;

    // The key of −∞, which no candidate has.
    private static readonly int Lowest = Key(float.NegativeInfinity);

    /// <summary>Floats of scratch that <see cref="Filter"/> needs for a row of so many logits.</summary>
    public static int ScratchLength(int vocabulary) => 2 * Padded(vocabulary);

    /// <summary>log Σ exp(logit).</summary>
    /// <param name="logits">At least one, none NaN; −∞ has no probability.</param>
    /// <exception cref="InvalidOperationException">A logit is NaN or +∞, or all are −∞.</exception>
    public static double LogNormaliser(ReadOnlySpan<float> logits)
    {
        fixed (float* row = logits)
        {
            var maximum = Maximum(row, logits.Length);
            return maximum + Math.Log(ThrowIfNotFinite(Exponentials(row, logits.Length, maximum, 1, null)));
        }
    }

    /// <summary>Cuts a row as the filter says. Among equal logits the lower ids stay.</summary>
    /// <param name="logits">At least one, none NaN; −∞ has no probability.</param>
    /// <param name="filter">What to keep.</param>
    /// <param name="weights">As many as logits, written: exp((logit − maximum) / temperature) of the kept tokens, 0 for all others.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentException">A span is too short or the filter out of range.</exception>
    /// <exception cref="InvalidOperationException">A logit is NaN or +∞, or all are −∞: the training diverged or the weights are damaged.</exception>
    public static FilteredTokens Filter(ReadOnlySpan<float> logits, TokenFilter filter, Span<float> weights, Span<float> scratch)
    {
        filter.ThrowIfOutOfRange();
        var count = logits.Length;
        if (count == 0 || weights.Length < count || scratch.Length < ScratchLength(count))
        {
            throw new ArgumentException(
                $"{count} logits need as many weights and {ScratchLength(count)} floats of scratch: got {weights.Length} and {scratch.Length}."
            );
        }

        fixed (float* row = logits)
        fixed (float* weight = weights)
        fixed (float* room = scratch)
        {
            var maximum = Maximum(row, count);
            var plain = ThrowIfNotFinite(Exponentials(row, count, maximum, 1, weight));
            var logNormaliser = maximum + Math.Log(plain);
            var top = logits.IndexOf(maximum);
            if (filter.Temperature == 0)
            {
                weights[..count].Clear();
                weights[top] = 1;
                return new FilteredTokens(top, 1, maximum, 0, logNormaliser, 1, 0);
            }

            var inverse = 1 / filter.Temperature;
            var total = filter.Temperature == 1 ? plain : Exponentials(row, count, maximum, inverse, weight);
            var last = filter.Selects
                ? Last(row, weight, count, filter, total, (int*)room, room + Padded(count))
                : (Key: Lowest, Ties: count);
            var (kept, mass) = Keep(row, weight, count, last, (float)filter.MinP, (maximum, inverse));
            return new FilteredTokens(top, kept, maximum, filter.Temperature, logNormaliser, mass, Math.Min(0, Math.Log(mass / total)));
        }
    }

    /// <summary>One token, drawn in proportion to the weights.</summary>
    /// <param name="weights">As <see cref="Filter"/> left them.</param>
    /// <param name="filtered">What it returned.</param>
    /// <param name="uniform">Uniform in [0, 1).</param>
    public static int Draw(ReadOnlySpan<float> weights, FilteredTokens filtered, double uniform)
    {
        var left = uniform * filtered.KeptWeight;
        var last = filtered.Top;
        for (var start = 0; start < weights.Length; start += Lanes)
        {
            var block = weights[start..Math.Min(start + Lanes, weights.Length)];
            if (block.Length == Lanes && left >= Sum(Vector512.Create(block)))
            {
                left -= Sum(Vector512.Create(block));
                continue;
            }

            for (var lane = 0; lane < block.Length; lane++)
            {
                if (block[lane] > 0)
                {
                    last = start + lane;
                    left -= block[lane];
                    if (left < 0)
                    {
                        return last;
                    }
                }
            }
        }

        // The sums of blocks round differently from the whole: at the very end the last kept token stands in.
        return last;
    }

    private static int Padded(int count) => (count + Lanes - 1) / Lanes * Lanes;

    private static double ThrowIfNotFinite(double sum) =>
        double.IsFinite(sum)
            ? sum
            : throw new InvalidOperationException("The model's scores are not numbers: the training diverged or the weights are damaged.");

    private static float Maximum(float* row, int count)
    {
        var best = Vector512.Create(float.NegativeInfinity);
        var j = 0;
        for (; j <= count - Lanes; j += Lanes)
        {
            best = Vector512.Max(best, Vector512.Load(row + j));
        }

        var maximum = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++)
        {
            maximum = MathF.Max(maximum, best[lane]);
        }

        for (; j < count; j++)
        {
            maximum = MathF.Max(maximum, row[j]);
        }

        return maximum;
    }

    // Σ exp((logit − maximum) · inverse), terms and sum in double precision; the terms go to weights, rounded, where wanted.
    private static double Exponentials(float* row, int count, float maximum, double inverse, float* weights)
    {
        var sums = Vector512<double>.Zero;
        var j = 0;
        for (; j <= count - Lanes; j += Lanes)
        {
            var (lower, upper) = Terms(row + j, maximum, inverse);
            sums += lower + upper;
            if (weights is not null)
            {
                Vector512.Narrow(lower, upper).Store(weights + j);
            }
        }

        var sum = Vector512.Sum(sums);
        for (; j < count; j++)
        {
            var term = Math.Exp((row[j] - (double)maximum) * inverse);
            sum += term;
            if (weights is not null)
            {
                weights[j] = (float)term;
            }
        }

        return sum;
    }

    private static (Vector512<double> Lower, Vector512<double> Upper) Terms(float* row, float maximum, double inverse)
    {
        var (lower, upper) = Vector512.Widen(Vector512.Load(row));
        var (top, factor) = (Vector512.Create((double)maximum), Vector512.Create(inverse));
        return (Vector512.Exp((lower - top) * factor), Vector512.Exp((upper - top) * factor));
    }

    // The smallest logit that stays, as a key, and how many of the tokens that have it.
    private static (int Key, int Ties) Last(
        float* row,
        float* weights,
        int count,
        TokenFilter filter,
        double total,
        int* keys,
        float* candidates
    )
    {
        // What the nucleus leaves out weighs at most 1 − p: tokens below that mass spread over the vocabulary are none of it.
        var floor = filter.TopK > 0 ? 0 : total * (1 - filter.TopP) / count;
        var found = Gather(row, weights, count, MathF.Max((float)floor, float.Epsilon), keys, candidates);
        var (key, ties) = (Lowest, found);
        if (filter.TopK > 0 && filter.TopK < found)
        {
            key = Bisect(keys, null, found, filter.TopK);
            var (above, _) = Beyond(keys, candidates, found, key);
            ties = filter.TopK - above;
        }

        if (filter.TopP < 1)
        {
            var (_, beyond) = Beyond(keys, candidates, found, key);
            var within =
                filter.TopK == 0 ? total
                : key == Lowest ? beyond
                : beyond + (ties * WeightAt(keys, candidates, found, key));
            var reach = within * filter.TopP;
            var nucleus = Bisect(keys, candidates, found, reach);
            if (nucleus >= key)
            {
                var (_, mass) = Beyond(keys, candidates, found, nucleus);
                var needed = (int)Math.Clamp(Math.Ceiling((reach - mass) / WeightAt(keys, candidates, found, nucleus)), 1, found);
                (key, ties) = nucleus > key ? (nucleus, needed) : (key, Math.Min(needed, ties));
            }
        }

        return (key, ties);
    }

    // Candidates at or above the floor, as ordered keys and weights; filled up to whole registers with what weighs nothing.
    private static int Gather(float* row, float* weights, int count, float floor, int* keys, float* candidates)
    {
        var found = 0;
        var j = 0;
        for (; j <= count - Lanes; j += Lanes)
        {
            var bits = Vector512.GreaterThanOrEqual(Vector512.Load(weights + j), Vector512.Create(floor)).ExtractMostSignificantBits();
            for (; bits != 0; bits &= bits - 1)
            {
                var id = j + BitOperations.TrailingZeroCount(bits);
                keys[found] = Key(row[id]);
                candidates[found++] = weights[id];
            }
        }

        for (; j < count; j++)
        {
            if (weights[j] >= floor)
            {
                keys[found] = Key(row[j]);
                candidates[found++] = weights[j];
            }
        }

        for (var i = found; i < Padded(found); i++)
        {
            (keys[i], candidates[i]) = (int.MinValue, 0);
        }

        return found;
    }

    // A float's bits as an integer of the same order; +0 and −0 are one key.
    private static int Key(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value + 0f);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    // The largest key such that the candidates at or above it reach: by count, or by weight where given.
    private static int Bisect(int* keys, float* candidates, int count, double reach)
    {
        var (low, high) = (int.MaxValue, int.MinValue);
        for (var i = 0; i < count; i++)
        {
            (low, high) = (Math.Min(low, keys[i]), Math.Max(high, keys[i]));
        }

        while (low < high)
        {
            var middle = (int)(((long)low + high + 1) >> 1);
            var (number, mass) = Beyond(keys, candidates, count, middle - 1);
            if ((candidates is null ? number : mass) >= reach)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    // Number and weight of the candidates with a larger key.
    private static (int Number, double Mass) Beyond(int* keys, float* candidates, int count, int key)
    {
        var limit = Vector512.Create(key);
        var numbers = Vector512<int>.Zero;
        var sums = Vector512<double>.Zero;
        for (var j = 0; j < count; j += Lanes)
        {
            var larger = Vector512.GreaterThan(Vector512.Load(keys + j), limit);
            numbers -= larger;
            if (candidates is not null)
            {
                var weights = larger.AsSingle() & Vector512.Load(candidates + j);
                sums += Vector512.WidenLower(weights) + Vector512.WidenUpper(weights);
            }
        }

        return (Vector512.Sum(numbers), Vector512.Sum(sums));
    }

    private static double WeightAt(int* keys, float* candidates, int count, int key) =>
        candidates[new ReadOnlySpan<int>(keys, count).IndexOf(key)];

    // Zeroes the weights of what is not kept: logits below the key, of those that equal it all but the first, and what min-p cuts. The mass of the kept is summed
    // anew in double precision, so that the renormalised log-probabilities are exact.
    private static (int Kept, double Mass) Keep(
        float* row,
        float* weights,
        int count,
        (int Key, int Ties) last,
        float floor,
        (float Maximum, double Inverse) scale
    )
    {
        var (limit, ties) = (BitConverter.Int32BitsToSingle(last.Key ^ ((last.Key >> 31) & int.MaxValue)), last.Ties);
        var (limits, floors) = (Vector512.Create(limit), Vector512.Max(Vector512.Create(floor), Vector512.Create(float.Epsilon)));
        var (numbers, sums) = (Vector512<int>.Zero, Vector512<double>.Zero);
        var (kept, mass) = (0, 0.0);
        for (var j = 0; j < count; j += Lanes)
        {
            if (j > count - Lanes || Vector512.EqualsAny(Vector512.Load(row + j), limits))
            {
                for (var id = j; id < Math.Min(j + Lanes, count); id++)
                {
                    var stays = weights[id] > 0 && weights[id] >= floor && (row[id] > limit || (row[id] == limit && ties-- > 0));
                    weights[id] = stays ? weights[id] : 0;
                    kept += stays ? 1 : 0;
                    mass += stays ? Math.Exp((row[id] - (double)scale.Maximum) * scale.Inverse) : 0;
                }

                continue;
            }

            var weight = Vector512.Load(weights + j);
            var keeps = Vector512.GreaterThan(Vector512.Load(row + j), limits) & Vector512.GreaterThanOrEqual(weight, floors);
            (weight & keeps).Store(weights + j);
            if (keeps != Vector512<float>.Zero)
            {
                var (lower, upper) = Terms(row + j, scale.Maximum, scale.Inverse);
                var (lowerKeeps, upperKeeps) = Vector512.Widen(keeps.AsInt32());
                sums += (lower & lowerKeeps.AsDouble()) + (upper & upperKeeps.AsDouble());
                numbers -= keeps.AsInt32();
            }
        }

        return (kept + Vector512.Sum(numbers), mass + Vector512.Sum(sums));
    }

    private static double Sum(Vector512<float> values) => Vector512.Sum(Vector512.WidenLower(values) + Vector512.WidenUpper(values));
}
