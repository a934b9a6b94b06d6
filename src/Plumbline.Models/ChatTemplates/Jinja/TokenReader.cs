namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Walks over a template's tokens.</summary>
/// <param name="tokens">The tokens, the last of kind <see cref="TokenKind.End"/>.</param>
/// <param name="errors">Makes the template's errors.</param>
internal sealed class TokenReader(IReadOnlyList<TemplateToken> tokens, TemplateErrors errors)
{
    private int at;

    /// <summary>The line of the current token.</summary>
    public int Line => tokens[at].Line;

    /// <summary>The kind of the current token.</summary>
    public TokenKind Kind => tokens[at].Kind;

    /// <summary>The characters of the current token.</summary>
    public string Value => tokens[at].Value;

    /// <summary>Whether the tag ends here.</summary>
    public bool AtTagEnd => Kind is TokenKind.BlockEnd or TokenKind.VariableEnd or TokenKind.End;

    /// <summary>Takes the current token.</summary>
    public TemplateToken Next() => tokens[Kind == TokenKind.End ? at : at++];

    /// <summary>Whether the current token is this operator.</summary>
    public bool Is(string op) => Kind == TokenKind.Operator && Value == op;

    /// <summary>Whether the token after the current one is this operator.</summary>
    public bool NextIs(string op) => at + 1 < tokens.Count && tokens[at + 1] is { Kind: TokenKind.Operator } next && next.Value == op;

    /// <summary>Whether the current token is this word.</summary>
    public bool IsName(string name) => Kind == TokenKind.Name && Value == name;

    /// <summary>Whether the token after the current one is this word.</summary>
    public bool NextIsName(string name) => at + 1 < tokens.Count && tokens[at + 1] is { Kind: TokenKind.Name } next && next.Value == name;

    /// <summary>Takes this operator, if it is there.</summary>
    public bool Take(string op)
    {
        var there = Is(op);
        at += there ? 1 : 0;
        return there;
    }

    /// <summary>Takes one of these operators, if it is there.</summary>
    public string? TakeAny(params ReadOnlySpan<string> operators)
    {
        foreach (var op in operators)
        {
            if (Take(op))
            {
                return op;
            }
        }

        return null;
    }

    /// <summary>Takes this word, if it is there.</summary>
    public bool TakeName(string name)
    {
        var there = IsName(name);
        at += there ? 1 : 0;
        return there;
    }

    /// <summary>Takes this operator, which must be there.</summary>
    public void Expect(string op)
    {
        if (!Take(op))
        {
            throw errors.At(Line, $"'{op}' is expected, not '{Value}'.");
        }
    }

    /// <summary>Takes a token of this kind, which must be there.</summary>
    public TemplateToken Expect(TokenKind kind, string what) =>
        Kind == kind ? Next() : throw errors.At(Line, $"{what} is expected, not '{Value}'.");

    /// <summary>Takes a word, which must be there.</summary>
    public string ExpectName(string what) => Expect(TokenKind.Name, what).Value;
}
