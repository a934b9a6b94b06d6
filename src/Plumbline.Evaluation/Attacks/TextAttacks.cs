namespace Plumbline.Evaluation.Attacks;

/// <summary>The attacks by name.</summary>
public static class TextAttacks
{
    private static readonly ITextAttack[] Listed =
    [
        .. ByteEncodings.All,
        .. CodeEncodings.All,
        .. EscapeEncodings.All,
        .. LetterCiphers.All,
        .. LetterPatterns.All,
        .. LetterDisguises.All,
        .. InvisibleDisguises.All,
        .. DataFormats.All,
        .. Framings.All,
    ];

    private static readonly Dictionary<string, ITextAttack> ByName = Listed.ToDictionary(attack => attack.Name, StringComparer.Ordinal);

    /// <summary>All of them, in the order of reports.</summary>
    public static IReadOnlyList<ITextAttack> All => Listed;

    /// <summary>The attack of a name.</summary>
    /// <param name="name">A name, or several as in <c>base64(leetspeak)</c>: the innermost is applied first.</param>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public static ITextAttack Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && name[^1] == ')')
        {
            return Compose(Find(name[..open]), Find(name[(open + 1)..^1]));
        }

        return ByName.TryGetValue(name, out var attack)
            ? attack
            : throw new InvalidInputException(
                $"There is no attack named {name}.",
                $"Choose one of {string.Join(", ", ByName.Keys)}; several as in base64(leetspeak)."
            );
    }

    /// <summary>An attack applied to what another gave.</summary>
    /// <param name="outer">The last to be applied.</param>
    /// <param name="inner">The first.</param>
    public static ITextAttack Compose(ITextAttack outer, ITextAttack inner) => new ComposedAttack(outer, inner);
}
