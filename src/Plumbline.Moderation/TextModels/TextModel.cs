using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Plumbline.Findings;

namespace Plumbline.Moderation.TextModels;

/// <summary>
/// A linear model of hashed features with several labels, a byte a weight. The score of a label in a window is bias + scale · Σ w(f) / √n over the window's n features, and a text has the
/// score of its highest window, and the probability 0 where no window holds enough that the model knows; windows are all segments and all pairs of neighbouring ones (<see cref="TextFeatures"/>). Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A record of the table is 32 bytes: a check byte of the one feature it belongs to, and the weights of up to 31 labels. A feature whose check byte differs has no weight, so letters that the
/// model never saw say nothing, instead of something at random. Records lie at multiples of their size, so that none of them stands in two lines of the processor's cache.
/// </remarks>
public sealed class TextModel
{
    internal const int RecordBytes = 32;
    internal const int MostLabels = RecordBytes - 1;

    // So many features are looked up together. 16 bits hold the sum of up to 256 weights.
    private const int Batch = 256;

    // A window with fewer features that the model knows says nothing: its score would be the bias alone.
    private const int LeastKnown = 8;

    private static readonly Lazy<TextModel> Shipped = new(() => TextModelFile.ReadShipped("guard-text.ptm"));

    private readonly byte[] memory;
    private readonly int start;
    private readonly byte[] checks;
    private readonly int shift;
    private readonly float[] scales;
    private readonly float[] biases;

    internal TextModel(TextModelTable table, IReadOnlyList<TextModelLabel> labels, string hash)
    {
        (scales, biases) = (table.Scales, table.Biases);
        checks = new byte[table.Records.Length / RecordBytes];
        for (var i = 0; i < checks.Length; i++)
        {
            checks[i] = table.Records[i * RecordBytes];
        }

        shift = 64 - BitOperations.Log2((uint)checks.Length);
        memory = GC.AllocateUninitializedArray<byte>(table.Records.Length + RecordBytes, pinned: true);
        start = (int)(RecordBytes - (Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) % RecordBytes));
        table.Records.CopyTo(memory, start);

        Labels = labels;
        Hash = hash;
    }

    /// <summary>The shipped model: see its card, <c>docs/guard-text.md</c>.</summary>
    public static TextModel Default => Shipped.Value;

    /// <summary>What it tells, in the order of its scores.</summary>
    public IReadOnlyList<TextModelLabel> Labels { get; }

    /// <summary>The SHA-256 of its file, in hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>Reads a model that <c>plumb guard train</c> wrote.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no text model.</exception>
    public static TextModel Load(string path) =>
        File.Exists(path)
            ? TextModelFile.Read(File.ReadAllBytes(path), path)
            : throw new InvalidInputException(
                "there is no such file.",
                "Give a file that plumb guard train wrote.",
                new InputPosition(path)
            );

    /// <summary>Writes it to a file; what stood there before stands until it is whole.</summary>
    public void Save(string path) => TextModelFile.Write(this, path);

    internal TextModelTable Table => new(Records.ToArray(), scales, biases);

    private ReadOnlySpan<byte> Records => memory.AsSpan(start, checks.Length * RecordBytes);

    /// <summary>Scores a text.</summary>
    /// <param name="text">The text, canonical: see <c>docs/guard.md</c>.</param>
    /// <param name="probabilities">Gets the probability of each label, in the order of <see cref="Labels"/>.</param>
    /// <param name="windows">Gets where each label's highest window stands.</param>
    /// <returns>The share of the text's features that the model knows, in [0, 1]: a text it knows little of is judged on little.</returns>
    public double Score(ReadOnlySpan<char> text, Span<float> probabilities, Span<TextSpan> windows)
    {
        var known = RawScores(text, probabilities, windows);
        for (var label = 0; label < Labels.Count; label++)
        {
            var (slope, offset) = (Labels[label].Slope, Labels[label].Offset);
            probabilities[label] = float.IsNegativeInfinity(probabilities[label])
                ? 0
                : 1 / (1 + MathF.Exp(-((slope * probabilities[label]) + offset)));
        }

        return known;
    }

    /// <summary>The scores before they are made probabilities; negative infinity where no window holds enough that the model knows.</summary>
    /// <returns>As <see cref="Score"/>.</returns>
    internal double RawScores(ReadOnlySpan<char> text, Span<float> scores, Span<TextSpan> windows) =>
        new WindowSums(
            Records,
            checks,
            shift,
            scales,
            biases,
            scores[..Labels.Count],
            windows[..Labels.Count],
            stackalloc uint[Batch]
        ).Score(text);

    /// <summary>Adds up the weights of one text, and keeps the highest window of each label.</summary>
    private ref struct WindowSums(
        ReadOnlySpan<byte> records,
        byte[] checks,
        int shift,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> biases,
        Span<float> scores,
        Span<TextSpan> windows,
        Span<uint> waiting
    ) : IFeatureSink
    {
        private readonly ref byte first = ref MemoryMarshal.GetReference(records);
        private readonly ref byte firstCheck = ref MemoryMarshal.GetArrayDataReference(checks);
        private readonly int shift = shift;
        private readonly ReadOnlySpan<float> scales = scales;
        private readonly ReadOnlySpan<float> biases = biases;
        private readonly Span<float> scores = scores;
        private readonly Span<TextSpan> windows = windows;
        private readonly Span<uint> waiting = waiting;
        private int waits;
        private int features;
        private int known;
        private int allFeatures;
        private int allKnown;
        private SegmentSums segment;
        private SegmentSums before;
        private int featuresBefore;
        private int knownBefore;
        private int segmentStart;
        private int beforeStart;

        /// <returns>The share of the features that are known.</returns>
        public double Score(ReadOnlySpan<char> text)
        {
            scores.Fill(float.NegativeInfinity);
            windows.Clear();
            TextFeatures.Visit(text, ref this);
            return allFeatures == 0 ? 0 : (double)allKnown / allFeatures;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong hash)
        {
            var record = (uint)(hash >> shift);
            Ask(ref Unsafe.Add(ref firstCheck, (nuint)record));
            waiting[waits] = (record << 8) | (byte)hash;
            if (++waits == Batch)
            {
                AddWaiting();
            }
        }

        public void EndSegment(int end)
        {
            AddWaiting();
            if (known >= LeastKnown)
            {
                Compare(segment, default, features, TextSpan.Between(segmentStart, end));
            }

            if (segmentStart > 0 && known + knownBefore >= LeastKnown)
            {
                Compare(segment, before, features + featuresBefore, TextSpan.Between(beforeStart, end));
            }

            allFeatures += features;
            allKnown += known;
            (before, featuresBefore, knownBefore, beforeStart) = (segment, features, known, segmentStart);
            (features, known, segmentStart) = (0, 0, end);
            segment = default;
        }

        private readonly void Compare(in SegmentSums own, in SegmentSums other, int count, TextSpan window)
        {
            var root = count == 0 ? 0 : 1 / MathF.Sqrt(count);
            for (var label = 0; label < scores.Length; label++)
            {
                var score = biases[label] + (scales[label] * (own[label + 1] + other[label + 1]) * root);
                if (score > scores[label])
                {
                    scores[label] = score;
                    windows[label] = window;
                }
            }
        }

        // Records and check bytes lie all over tables that no near cache holds. Asked for one by one, each would be waited for where its check byte decides what comes next; asked for before they
        // are needed, they are on their way at the same time, and no branch depends on them.
        private static unsafe void Ask(ref byte place)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(Unsafe.AsPointer(ref place));
            }
        }

        private void AddWaiting()
        {
            ref var asked = ref MemoryMarshal.GetReference(waiting);
            var owned = 0;
            for (var i = 0; i < waits; i++)
            {
                var feature = Unsafe.Add(ref asked, i);
                Unsafe.Add(ref asked, owned) = feature;
                Ask(ref Record(feature));
                owned += Unsafe.Add(ref firstCheck, (nuint)(feature >> 8)) == (byte)feature ? 1 : 0;
            }

            var (low, high) = (Vector256<short>.Zero, Vector256<short>.Zero);
            for (var i = 0; i < owned; i++)
            {
                // The check byte is added up with the weights, as a 32nd label that nobody reads.
                var weights = Vector256.LoadUnsafe(ref Unsafe.As<byte, sbyte>(ref Record(Unsafe.Add(ref asked, i))));
                low += Vector256.WidenLower(weights);
                high += Vector256.WidenUpper(weights);
            }

            Span<int> sums = segment;
            (Vector256.Create<int>(sums[..8]) + Vector256.WidenLower(low)).CopyTo(sums[..8]);
            (Vector256.Create<int>(sums[8..16]) + Vector256.WidenUpper(low)).CopyTo(sums[8..16]);
            (Vector256.Create<int>(sums[16..24]) + Vector256.WidenLower(high)).CopyTo(sums[16..24]);
            (Vector256.Create<int>(sums[24..]) + Vector256.WidenUpper(high)).CopyTo(sums[24..]);
            features += waits;
            known += owned;
            waits = 0;
        }

        private readonly ref byte Record(uint feature) => ref Unsafe.Add(ref first, (nuint)(feature >> 8) * RecordBytes);
    }

    [InlineArray(RecordBytes)]
    private struct SegmentSums
    {
        private int first;
    }
}
