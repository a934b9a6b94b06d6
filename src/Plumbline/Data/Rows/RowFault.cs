namespace Plumbline.Data.Rows;

/// <summary>Why the current row cannot be used; its place is known to whoever reads the rows.</summary>
/// <param name="Reason">The kind.</param>
/// <param name="Problem">The words, with the offending value.</param>
internal sealed record RowFault(BadRowReason Reason, string Problem)
{
    /// <summary>Shortens a value from outside so that it fits into a message, and hides its control characters.</summary>
    public static string Excerpt(ReadOnlySpan<char> value)
    {
        const int longest = 40;
        var cut = value.Length > longest;
        Span<char> shown = stackalloc char[longest];
        value = cut ? value[..longest] : value;
        for (var i = 0; i < value.Length; i++)
        {
            shown[i] = char.IsControl(value[i]) || char.IsSurrogate(value[i]) ? '·' : value[i];
        }

        return $"'{shown[..value.Length]}{(cut ? "…" : string.Empty)}'";
    }
}
