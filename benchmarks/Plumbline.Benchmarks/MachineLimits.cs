using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Benchmarks;

/// <summary>What the processor can do at best with a number of threads: read memory, and multiply and add in float32.</summary>
internal static unsafe class MachineLimits
{
    private const int Chains = 12;
    private const int MultiplyAddRounds = 4_000_000;

    /// <summary>Floating-point operations of one <see cref="MultiplyAdd"/> on each thread.</summary>
    internal static double MultiplyAddFlops => 2.0 * Vector512<float>.Count * Chains * MultiplyAddRounds;

    /// <summary>Independent multiply-adds in registers.</summary>
    internal static void MultiplyAdd(int threads) =>
        Parallel.For(
            0,
            threads,
            _ =>
            {
                var (factor, addend) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
                var (a, b, c, d) = (addend, addend, addend, addend);
                var (e, f, g, h) = (addend, addend, addend, addend);
                var (i, j, k, l) = (addend, addend, addend, addend);
                for (var round = 0; round < MultiplyAddRounds; round++)
                {
                    a = Vector512.FusedMultiplyAdd(a, factor, addend);
                    b = Vector512.FusedMultiplyAdd(b, factor, addend);
                    c = Vector512.FusedMultiplyAdd(c, factor, addend);
                    d = Vector512.FusedMultiplyAdd(d, factor, addend);
                    e = Vector512.FusedMultiplyAdd(e, factor, addend);
                    f = Vector512.FusedMultiplyAdd(f, factor, addend);
                    g = Vector512.FusedMultiplyAdd(g, factor, addend);
                    h = Vector512.FusedMultiplyAdd(h, factor, addend);
                    i = Vector512.FusedMultiplyAdd(i, factor, addend);
                    j = Vector512.FusedMultiplyAdd(j, factor, addend);
                    k = Vector512.FusedMultiplyAdd(k, factor, addend);
                    l = Vector512.FusedMultiplyAdd(l, factor, addend);
                }

                KeepAlive(a + b + c + d + e + f + g + h + i + j + k + l);
            }
        );

    private static void KeepAlive(Vector512<float> values) => GC.KeepAlive(values == Vector512<float>.Zero ? string.Empty : null);

    /// <summary>A buffer that threads read from end to end.</summary>
    internal sealed class Reading : IDisposable
    {
        private readonly float* start;
        private readonly long floats;

        internal Reading(long bytes)
        {
            floats = bytes / sizeof(float) / 64 * 64;
            start = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), 64);
            new Span<float>(start, checked((int)floats)).Fill(1);
        }

        internal double Bytes => floats * sizeof(float);

        /// <summary>Reads everything once, each thread a part of its own.</summary>
        internal void Run(int threads) =>
            Parallel.For(
                0,
                threads,
                thread =>
                {
                    var (first, end) = (floats * thread / threads / 64 * 64, floats * (thread + 1) / threads / 64 * 64);
                    var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                    for (var at = start + first; at < start + end; at += 64)
                    {
                        a += Vector512.Load(at);
                        b += Vector512.Load(at + 16);
                        c += Vector512.Load(at + 32);
                        d += Vector512.Load(at + 48);
                    }

                    KeepAlive(a + b + c + d);
                }
            );

        /// <inheritdoc/>
        public void Dispose() => NativeMemory.AlignedFree(start);
    }
}
