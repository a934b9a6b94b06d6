using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Threading.Tasks.Sources;
using Plumbline.Lineage;

namespace Plumbline.Moderation.Decisions;

/// <summary>
/// A decision on its way to disk: its line, and whoever waits for it. The caller writes the fields, with room left before and behind them; the log puts the link
/// fields and the hash there, so nothing is copied. Used again and again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer writes into this object and holds nothing else.")]
internal sealed class PendingDecision : IBufferWriter<byte>, IValueTaskSource
{
    // Larger buffers are not kept for the next decision.
    private const int LargestKept = 1 << 16;
    private const int FirstSize = 1 << 12;
    private const int MostDigits = 19;

    private static readonly int HeadRoom =
        ChainLine.LongestOpening + BeforeRecorded.Length + DecisionLine.TimeLength + AfterRecorded.Length;
    private static readonly int TailRoom = ChainLine.TailLength + 1;

    private readonly Action<PendingDecision> giveBack;
    private readonly Utf8JsonWriter json;
    private readonly List<KeyValuePair<string, string>> names = [];
    private ManualResetValueTaskSourceCore<bool> written = new() { RunContinuationsAsynchronously = true };
    private byte[] bytes = new byte[FirstSize];
    private int end = HeadRoom;

    /// <summary>An empty one.</summary>
    /// <param name="giveBack">Takes it back when whoever waits was told.</param>
    internal PendingDecision(Action<PendingDecision> giveBack)
    {
        this.giveBack = giveBack;
        json = new Utf8JsonWriter(this, DecisionLine.Layout);
    }

    /// <summary>Completes when the line is on disk, or could not be put there.</summary>
    internal ValueTask Written => new(this, written.Version);

    private static ReadOnlySpan<byte> BeforeRecorded => ",\"recorded\":\""u8;

    private static ReadOnlySpan<byte> AfterRecorded => "\","u8;

    /// <summary>Writes a decision's fields.</summary>
    /// <exception cref="ArgumentException">Its line is too long.</exception>
    internal void Write(GuardDecision decision)
    {
        DecisionLine.Write(json, decision, names);
        json.Flush();
        if (end - HeadRoom > DecisionLine.Longest - HeadRoom - TailRoom)
        {
            throw new ArgumentException($"The decision {decision.Id} takes more than {DecisionLine.Longest >> 10} KiB.", nameof(decision));
        }
    }

    /// <summary>Bytes of the line that <see cref="Seal"/> will give.</summary>
    internal int SealedLength(long sequence) => end - (MostDigits - Digits(sequence)) + TailRoom;

    /// <summary>Makes the fields a line of the chain.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="recorded">When it is written.</param>
    /// <param name="hash">The hash of the line before, as text; gets that of this one.</param>
    /// <returns>The line with its line feed, until this is used again.</returns>
    internal ReadOnlySpan<byte> Seal(long sequence, DateTimeOffset recorded, Span<byte> hash)
    {
        Span<byte> opening = stackalloc byte[HeadRoom];
        var length = ChainLine.WriteOpening(opening, hash, sequence);
        BeforeRecorded.CopyTo(opening[length..]);
        length += BeforeRecorded.Length;
        DecisionLine.WriteTime(opening[length..], recorded);
        length += DecisionLine.TimeLength;
        AfterRecorded.CopyTo(opening[length..]);
        length += AfterRecorded.Length;

        // Numbers have one to nineteen digits: the opening ends where the fields begin.
        var start = HeadRoom - length;
        opening[..length].CopyTo(bytes.AsSpan(start));
        Grow(TailRoom);
        ChainLine.WriteTail(bytes.AsSpan(start, end - start), bytes.AsSpan(end), hash);
        bytes[end + ChainLine.TailLength] = (byte)'\n';
        return bytes.AsSpan(start, end + TailRoom - start);
    }

    /// <summary>Tells whoever waits that the line is on disk.</summary>
    internal void Complete() => written.SetResult(true);

    /// <summary>Tells whoever waits that it is not.</summary>
    internal void Fail(Exception failure) => written.SetException(failure);

    /// <summary>Makes it empty again.</summary>
    internal void Reset()
    {
        json.Reset();
        names.Clear();
        written.Reset();
        end = HeadRoom;
        if (bytes.Length > LargestKept)
        {
            bytes = new byte[FirstSize];
        }
    }

    /// <inheritdoc/>
    void IBufferWriter<byte>.Advance(int count) => end += count;

    /// <inheritdoc/>
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Grow(Math.Max(sizeHint, 1));
        return bytes.AsMemory(end);
    }

    /// <inheritdoc/>
    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Grow(Math.Max(sizeHint, 1));
        return bytes.AsSpan(end);
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token)
    {
        // Who asks too early or twice gets an exception, and must not give back what somebody else uses.
        var isTold = written.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            written.GetResult(token);
        }
        finally
        {
            if (isTold)
            {
                giveBack(this);
            }
        }
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => written.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        written.OnCompleted(continuation, state, token, flags);

    private static int Digits(long sequence)
    {
        var digits = 1;
        for (; sequence >= 10; sequence /= 10)
        {
            digits++;
        }

        return digits;
    }

    private void Grow(int room)
    {
        if (bytes.Length - end < room)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, end + room));
        }
    }
}
