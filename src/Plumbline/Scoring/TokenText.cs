namespace Plumbline.Scoring;

/// <summary>
/// A text, or the tokens of one. Tokens say exactly what a model saw or wrote; text is cut into tokens by whoever has the tokenizer.
/// </summary>
public sealed class TokenText
{
    private TokenText(string? text, IReadOnlyList<int>? ids)
    {
        Text = text;
        Ids = ids;
    }

    /// <summary>The text; null where tokens are given.</summary>
    public string? Text { get; }

    /// <summary>The tokens; null where a text is given.</summary>
    public IReadOnlyList<int>? Ids { get; }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Text is { Length: 0 } || Ids is { Count: 0 };

    /// <summary>A text.</summary>
    public static TokenText Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TokenText(text, null);
    }

    /// <summary>Tokens.</summary>
    public static TokenText Of(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return new TokenText(null, ids);
    }

    /// <summary>A text.</summary>
    public static implicit operator TokenText(string text) => Of(text);

    /// <summary>Tokens.</summary>
    public static implicit operator TokenText(int[] ids) => Of(ids);
}
