namespace Plumbline.Lineage;

/// <summary>A record that stands in a hash chain.</summary>
internal interface IChained
{
    /// <summary>Its number, counted from 1.</summary>
    long Sequence { get; }

    /// <summary>The hash of the record before; zeros for the first.</summary>
    string Previous { get; }

    /// <summary>Its own hash.</summary>
    string Hash { get; }
}

/// <summary>Reads a line; null where one bit of it is not as it was written, or it is no such record.</summary>
internal delegate TRecord? LineParser<out TRecord>(ReadOnlySpan<byte> line)
    where TRecord : class, IChained;

/// <summary>How a kind of hash chain is read.</summary>
/// <param name="Parse">Reads a line.</param>
/// <param name="Longest">Bytes of the longest line, without its end.</param>
/// <param name="Names">What messages call its parts.</param>
internal sealed record ChainFormat<TRecord>(LineParser<TRecord> Parse, int Longest, ChainNames Names)
    where TRecord : class, IChained;

/// <summary>What messages call the parts of a hash chain.</summary>
/// <param name="One">One record: <c>entry</c>.</param>
/// <param name="Many">Several: <c>entries</c>.</param>
/// <param name="Whole">All of them: <c>ledger</c>.</param>
/// <param name="HeadFile">The file beside that holds the head.</param>
internal sealed record ChainNames(string One, string Many, string Whole, string HeadFile)
{
    /// <summary>One of them where a sentence begins.</summary>
    internal string OneAtStart { get; } = AtStart(One);

    /// <summary>Several where a sentence begins.</summary>
    internal string ManyAtStart { get; } = AtStart(Many);

    private static string AtStart(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
