namespace Plumbline.Gateway.Wire;

/// <summary>Names that programs give: too short and too plain to say anything.</summary>
internal static class Identifier
{
    /// <summary>Whether a name is one: at most 64 letters, digits, <c>_</c>, <c>-</c>, <c>.</c>, <c>:</c> and <c>/</c> of ASCII.</summary>
    internal static bool Is(string name) =>
        name.Length <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '/');
}
