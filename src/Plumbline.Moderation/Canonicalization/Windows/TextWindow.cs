using System.Runtime.InteropServices;
using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>A part of a view that is judged for itself.</summary>
/// <param name="Span">Where it stands in the view.</param>
/// <param name="Origin">What of the original it comes from.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TextWindow(TextSpan Span, TextSpan Origin);

/// <summary>How <see cref="TextWindows"/> cuts.</summary>
public sealed record TextWindowOptions : IValidatedOptions
{
    /// <summary>The most UTF-16 units of a window.</summary>
    /// <value>1000</value>
    public int MaxLength { get; init; } = 1000;

    /// <summary>How many units a window shares with the one before where a part had to be cut for its length.</summary>
    /// <value>200</value>
    public int Overlap { get; init; } = 200;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (MaxLength is >= 32 and <= 1 << 20, nameof(MaxLength), MaxLength, $"between 32 and {1 << 20}"),
            (Overlap >= 0 && Overlap <= MaxLength / 2, nameof(Overlap), Overlap, $"between 0 and half of {nameof(MaxLength)}"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
