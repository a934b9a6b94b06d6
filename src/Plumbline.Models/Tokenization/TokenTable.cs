namespace Plumbline.Models.Tokenization;

/// <summary>All tokens by id: their text, their bytes, and whether they are special.</summary>
internal sealed class TokenTable
{
    private readonly string?[] tokens;
    private readonly bool[] special;
    private readonly int[] ends;
    private readonly byte[] bytes;
    private readonly Dictionary<string, int> ids;

    /// <summary>Joins the vocabulary and the added tokens.</summary>
    public TokenTable(Dictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added)
    {
        ids = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        var size = vocabulary.Values.Max() + 1;
        foreach (var token in added)
        {
            ids[token.Content] = token.Id;
            size = Math.Max(size, token.Id + 1);
        }

        tokens = new string?[size];
        special = new bool[size];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        foreach (var token in added)
        {
            tokens[token.Id] = token.Content;
            special[token.Id] = token.IsSpecial;
        }

        ends = new int[size];
        var all = new List<byte>(size * 8);
        for (var id = 0; id < size; id++)
        {
            all.AddRange(tokens[id] is { } token ? ByteAlphabet.BytesOf(token) : []);
            ends[id] = all.Count;
        }

        bytes = [.. all];
    }

    /// <summary>The largest id plus one.</summary>
    public int Size => tokens.Length;

    /// <summary>The id of a token, as the vocabulary writes it.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>The token as the vocabulary writes it; null where no token has the id.</summary>
    public string? TokenOf(int id) => id >= 0 && id < tokens.Length ? tokens[id] : null;

    /// <summary>Whether the id is a special token's.</summary>
    public bool IsSpecial(int id) => special[id];

    /// <summary>The bytes the token stands for.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) => bytes.AsSpan(id == 0 ? 0 : ends[id - 1], ends[id] - (id == 0 ? 0 : ends[id - 1]));

    /// <summary>Refuses an id that no token can have.</summary>
    public void Check(int id)
    {
        if (id < 0 || id >= tokens.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has the ids 0 to {tokens.Length - 1}.");
        }
    }
}
