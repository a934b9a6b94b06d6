namespace Plumbline.Tokenization;

/// <summary>A token that is found in the text as it stands, before the pre-tokenizer: an entry of <c>added_tokens</c>.</summary>
/// <param name="Id">The id.</param>
/// <param name="Content">The characters.</param>
/// <param name="IsSpecial">Whether it controls the model: then it is never recognised in text that is not trusted.</param>
/// <param name="SingleWord">Whether it counts only where no word character stands beside it.</param>
/// <param name="StripLeft">Whether it swallows the whitespace before it.</param>
/// <param name="StripRight">Whether it swallows the whitespace behind it.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text instead of the original.</param>
public sealed record AddedToken(
    int Id,
    string Content,
    bool IsSpecial = true,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool Normalized = false
);
