namespace Plumbline.Tokenization;

/// <summary>All tokens by id: their text, and whether they are special.</summary>
internal sealed class TokenTable
{
    private readonly string?[] tokens;
    private readonly bool[] special;
    private readonly Dictionary<string, int> ids;

    /// <summary>Joins the vocabulary and the added tokens.</summary>
    public TokenTable(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added)
    {
        ids = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        foreach (var token in added)
        {
            ids[token.Content] = token.Id;
        }

        var size = ids.Values.Max() + 1;
        tokens = new string?[size];
        special = new bool[size];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        foreach (var token in added)
        {
            special[token.Id] = token.IsSpecial;
        }
    }

    /// <summary>The largest id plus one.</summary>
    public int Size => tokens.Length;

    /// <summary>The id of a token, as the vocabulary writes it.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>The token as the vocabulary writes it; null where no token has the id.</summary>
    public string? TokenOf(int id) => id >= 0 && id < tokens.Length ? tokens[id] : null;

    /// <summary>Whether the id is a special token's.</summary>
    public bool IsSpecial(int id) => special[id];

    /// <summary>Refuses an id that no token can have.</summary>
    public void Check(int id)
    {
        if (id < 0 || id >= tokens.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has the ids 0 to {tokens.Length - 1}.");
        }
    }
}
