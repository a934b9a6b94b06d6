using System.Runtime.Intrinsics;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Kernels;

/// <summary>Each kernel on each vector width against plain loops or libtorch.</summary>
[NoTensorLeaks]
public sealed unsafe class DecodeKernelTests
{
    public static TheoryData<string> Units => ["512", "256", "scalar"];

    [Theory]
    [MemberData(nameof(Units))]
    public void Bfloat16_products_equal_a_plain_loop_to_the_bit_for_any_number_of_rows(string unit) => On(unit).BFloat16Products();

    [Theory]
    [MemberData(nameof(Units))]
    public void Int8_products_equal_the_exact_sum_of_the_rounded_numbers_for_any_number_of_rows(string unit) => On(unit).Int8Products();

    [Theory]
    [MemberData(nameof(Units))]
    public void Norms_equal_libtorchs(string unit) => On(unit).Norms();

    [Theory]
    [MemberData(nameof(Units))]
    public void Activations_and_soft_caps_equal_libtorchs(string unit) => On(unit).Activations();

    [Theory]
    [MemberData(nameof(Units))]
    public void Attention_over_pages_equals_a_plain_loop_with_window_and_soft_cap(string unit) => On(unit).Attention();

    private static Checks On(string unit)
    {
        Assert.SkipUnless(unit != "512" || Unit512.IsSupported, "No AVX-512 here.");
        Assert.SkipUnless(unit != "256" || Unit256.IsSupported, "No AVX2 here.");
        return unit switch
        {
            "512" => new Checks<Unit512, Vector512<float>, Vector512<int>>(),
            "256" => new Checks<Unit256, Vector256<float>, Vector256<int>>(),
            _ => new Checks<UnitScalar, float, int>(),
        };
    }

    private abstract class Checks
    {
        internal abstract void BFloat16Products();

        internal abstract void Int8Products();

        internal abstract void Norms();

        internal abstract void Activations();

        internal abstract void Attention();
    }

    private sealed class Checks<TUnit, TFloat, TInteger> : Checks
        where TUnit : struct, IVectorUnit<TFloat, TInteger>
        where TFloat : struct
        where TInteger : struct
    {
        private static readonly (int Outputs, int Inputs)[] Shapes = [(1, 1), (32, 2), (70, 33), (161, 64), (96, 45)];

        private static readonly int[] RowCounts = [1, 2, 3, 4, 5, 8, 9, 13, 16];

        internal override void BFloat16Products()
        {
            foreach (var (outputs, inputs) in Shapes)
            {
                var (weight, bias) = (Rounded(Values(1, outputs * inputs)), Values(2, outputs));
                using var matrix = Packed(weight, bias, outputs, inputs, DecodeWeights.BFloat16);
                foreach (var rows in RowCounts)
                {
                    var x = Values(3, rows * inputs);
                    using var prepared = new NativeBuffer<float>(PreparedRows.Words(rows, matrix.Pairs * 2));
                    Prepare(
                        x,
                        rows,
                        inputs,
                        (row, values) =>
                            PreparedRows.Place((float*)values, prepared.Start, row, rows, matrix.Pairs * 2, 0, matrix.Pairs * 2)
                    );
                    using var y = new NativeBuffer<float>((long)rows * outputs);

                    // Two members' shares, cut in the middle.
                    var inputsOfAll = new PreparedRows((nint)prepared.Start, 0, rows);
                    BFloat16Product<TUnit, TFloat, TInteger>.Multiply(matrix, inputsOfAll, y.Start, outputs, 0, matrix.Panels / 2);
                    BFloat16Product<TUnit, TFloat, TInteger>.Multiply(
                        matrix,
                        inputsOfAll,
                        y.Start,
                        outputs,
                        matrix.Panels / 2,
                        matrix.Panels
                    );

                    for (var row = 0; row < rows; row++)
                    {
                        for (var output = 0; output < outputs; output++)
                        {
                            var sum = bias[output];
                            for (var input = 0; input < inputs; input++)
                            {
                                sum = MathF.FusedMultiplyAdd(weight[(output * inputs) + input], x[(row * inputs) + input], sum);
                            }

                            Assert.Equal(sum, y.Start[(row * outputs) + output]);
                        }
                    }
                }
            }
        }

        internal override void Int8Products()
        {
            foreach (var (outputs, inputs) in Shapes)
            {
                var (weight, bias) = (Values(1, outputs * inputs), Values(2, outputs));
                using var matrix = Packed(weight, bias, outputs, inputs, DecodeWeights.Int8);
                foreach (var rows in RowCounts)
                {
                    var x = Values(3, rows * inputs);
                    using var prepared = new NativeBuffer<int>(PreparedRows.Words(rows, matrix.Pairs));
                    using var scales = new NativeBuffer<float>(PreparedRows.Words(rows, 1));
                    Prepare(
                        x,
                        rows,
                        inputs,
                        (row, values) =>
                        {
                            scales.Start[row] =
                                NormKernel<TUnit, TFloat, TInteger>.LargestMagnitude((float*)values, inputs) / matrix.LargestInput;
                            PreparedRows.PlacePairs(
                                (float*)values,
                                1 / scales.Start[row],
                                prepared.Start,
                                row,
                                rows,
                                matrix.Pairs * 2,
                                0,
                                matrix.Pairs * 2
                            );
                        }
                    );
                    using var y = new NativeBuffer<float>((long)rows * outputs);
                    var inputsOfAll = new PreparedRows((nint)prepared.Start, (nint)scales.Start, rows);
                    Int8Product<TUnit, TFloat, TInteger>.Multiply(matrix, inputsOfAll, y.Start, outputs, 0, matrix.Panels);

                    for (var row = 0; row < rows; row++)
                    {
                        var largestInput = x.Skip(row * inputs).Take(inputs).Max(MathF.Abs);
                        for (var output = 0; output < outputs; output++)
                        {
                            var ownWeights = weight.AsSpan(output * inputs, inputs);
                            var largest = 0f;
                            foreach (var value in ownWeights)
                            {
                                largest = MathF.Max(largest, MathF.Abs(value));
                            }

                            var (s, t) = (largest / 127, largestInput / matrix.LargestInput);
                            var sum = 0L;
                            for (var input = 0; input < inputs; input++)
                            {
                                sum +=
                                    (long)MathF.Round(ownWeights[input] * (1 / s)) * (long)MathF.Round(x[(row * inputs) + input] * (1 / t));
                            }

                            Assert.Equal(MathF.FusedMultiplyAdd(sum, s * t, bias[output]), y.Start[(row * outputs) + output]);
                        }
                    }
                }
            }
        }

        internal override void Norms()
        {
            foreach (var width in new[] { 7, 32, 45 })
            {
                using var scope = NewDisposeScope();
                var (x, weight, bias) = (tensor(Values(1, width)) + 0.5, tensor(Values(2, width)), tensor(Values(3, width)));
                using var rms = new PackedNorm(new NormPlan(width, () => weight.alias(), 1e-3, Offset: 1));
                using var layer = new PackedNorm(new NormPlan(width, () => weight.alias(), 1e-3, () => bias.alias(), Centred: true));
                rms.Pack();
                layer.Pack();

                AssertNear(x * rsqrt(x.pow(2).mean() + 1e-3) * (1 + weight), Normalised(rms, x), 1e-5);
                AssertNear(F.layer_norm(x, [width], weight, bias, 1e-3), Normalised(layer, x), 1e-5);
            }
        }

        internal override void Activations()
        {
            using var scope = NewDisposeScope();
            var x = linspace(-12, 12, 101);
            var factor = tensor(Values(1, 101));
            float[] Activated(ActivationKind activation, bool gated)
            {
                var (target, other) = (x.data<float>().ToArray(), factor.data<float>().ToArray());
                fixed (float* a = target)
                fixed (float* b = other)
                {
                    ElementwiseKernel<TUnit, TFloat, TInteger>.Activate(activation, a, gated ? b : null, target.Length);
                }

                return target;
            }

            var geluTanh = 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3)))).tanh());
            AssertNear(F.silu(x) * factor, Activated(ActivationKind.Silu, gated: true), 2e-6);
            AssertNear(geluTanh * factor, Activated(ActivationKind.GeluTanh, gated: true), 2e-6);
            AssertNear(geluTanh, Activated(ActivationKind.GeluTanh, gated: false), 2e-6);
            AssertNear(F.gelu(x), Activated(ActivationKind.Gelu, gated: false), 2e-6);

            var capped = (x * 10).data<float>().ToArray();
            fixed (float* values = capped)
            {
                ElementwiseKernel<TUnit, TFloat, TInteger>.SoftCap(values, capped.Length, 30);
            }

            AssertNear((x * 10 / 30).tanh() * 30, capped, 2e-6);
        }

        internal override void Attention()
        {
            foreach (var (share, size) in new[] { (1, 10), (3, 16), (2, 80) })
            {
                var layout = new HeadLayout(2 * share, 2, size);
                using var cache = new PagedCache(2, layout, slots: 3, tokens: 320, longest: 100);
                cache.Reserve(2, 5);
                cache.Reserve(1, 100);
                var (keys, values, queries) = (Values(1, 100 * size), Values(2, 100 * size), Values(3, share * size));
                for (var token = 0; token < 100; token++)
                {
                    var page = cache.Table(1)[token / 16];
                    for (var j = 0; j < size; j++)
                    {
                        cache.Keys(1, page, 1)[(j * 16) + (token % 16)] = keys[(token * size) + j];
                        cache.Values(1, page, 1)[(token % 16 * cache.ValueStride) + j] = values[(token * size) + j];
                    }
                }

                foreach (
                    var (position, window, cap) in new (int, int?, float?)[]
                    {
                        (0, null, null),
                        (70, null, 3),
                        (99, 1, null),
                        (99, 20, null),
                        (64, 49, 2),
                    }
                )
                {
                    var shape = new AttentionShape(share, size, 0.4f, cap, window);
                    var output = new float[share * size];
                    using var scratch = new NativeBuffer<float>(
                        PagedAttentionKernel<TUnit, TFloat, TInteger>.ScratchLength(shape, 100, cache.ValueStride)
                    );
                    fixed (float* query = queries)
                    fixed (float* target = output)
                    {
                        PagedAttentionKernel<TUnit, TFloat, TInteger>.Attend(
                            cache,
                            1,
                            1,
                            cache.Table(1),
                            position,
                            shape,
                            query,
                            target,
                            scratch.Start
                        );
                    }

                    var first = window is { } seen ? Math.Max(0, position + 1 - seen) : 0;
                    AssertNear(PlainAttention(keys, values, queries, share, size, first, position, cap), output, 1e-5);
                }
            }
        }

        private static double[] PlainAttention(
            float[] keys,
            float[] values,
            float[] queries,
            int share,
            int size,
            int first,
            int last,
            float? cap
        )
        {
            var output = new double[share * size];
            for (var head = 0; head < share; head++)
            {
                var weights = new double[last + 1];
                for (var token = first; token <= last; token++)
                {
                    var score = 0.4 * Enumerable.Range(0, size).Sum(j => (double)queries[(head * size) + j] * keys[(token * size) + j]);
                    weights[token] = Math.Exp(cap is { } limit ? limit * Math.Tanh(score / limit) : score);
                }

                for (var j = 0; j < size; j++)
                {
                    output[(head * size) + j] =
                        Enumerable.Range(first, last + 1 - first).Sum(token => weights[token] * values[(token * size) + j]) / weights.Sum();
                }
            }

            return output;
        }

        private static float[] Normalised(PackedNorm norm, Tensor x)
        {
            var values = x.data<float>().ToArray();
            fixed (float* row = values)
            {
                NormKernel<TUnit, TFloat, TInteger>.Row(norm, row, row);
            }

            return values;
        }

        private static PackedMatrix Packed(float[] weight, float[] bias, int outputs, int inputs, DecodeWeights kind)
        {
            var matrix = new PackedMatrix(outputs, inputs, kind);
            fixed (float* source = weight)
            fixed (float* addend = bias)
            {
                matrix.Pack(source, addend, 0, matrix.Panels);
            }

            return matrix;
        }

        // Calls place for each row, with a zero behind its last value.
        private static void Prepare(float[] x, int rows, int inputs, Action<int, nint> place)
        {
            for (var row = 0; row < rows; row++)
            {
                float[] values = [.. x.AsSpan(row * inputs, inputs), 0];
                fixed (float* start = values)
                {
                    place(row, (nint)start);
                }
            }
        }
    }

    private static float[] Values(ulong seed, int count)
    {
        var random = new Seed(seed).Source();
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private static float[] Rounded(float[] values) =>
        Array.ConvertAll(values, value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000));

    private static void AssertNear(Tensor expected, float[] actual, double tolerance) =>
        AssertNear(Array.ConvertAll(expected.data<float>().ToArray(), value => (double)value), actual, tolerance);

    private static void AssertNear(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance * Math.Max(1, Math.Abs(pair.First)))
        );
    }
}
