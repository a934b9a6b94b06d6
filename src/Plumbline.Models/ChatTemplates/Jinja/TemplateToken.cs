namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>What a token of a template is.</summary>
internal enum TokenKind
{
    /// <summary>Text outside tags.</summary>
    Data,

    /// <summary><c>{{</c></summary>
    VariableBegin,

    /// <summary><c>}}</c></summary>
    VariableEnd,

    /// <summary><c>{%</c></summary>
    BlockBegin,

    /// <summary><c>%}</c></summary>
    BlockEnd,

    /// <summary>An identifier or keyword.</summary>
    Name,

    /// <summary>A string literal, unescaped.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction or exponent.</summary>
    Float,

    /// <summary>An operator or bracket.</summary>
    Operator,

    /// <summary>After the last token.</summary>
    End,
}

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its characters; those of a string literal unescaped.</param>
/// <param name="Line">The line it starts on, from 1.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Value, int Line);

/// <summary>Makes the errors of one template.</summary>
/// <param name="name">What the template is called in messages.</param>
internal sealed class TemplateErrors(string name)
{
    /// <summary>An error at a line.</summary>
    public InvalidInputException At(int line, string problem, string? mend = null) => new(problem, mend, new InputPosition(name, line));
}
