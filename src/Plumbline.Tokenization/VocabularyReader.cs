using System.Text.Json;

namespace Plumbline.Tokenization;

/// <summary>Reads the vocabulary and the added tokens of a <c>tokenizer.json</c>, and refuses those that contradict themselves.</summary>
internal static class VocabularyReader
{
    /// <summary>The vocabulary of BPE and WordPiece: an object of token to id.</summary>
    public static Dictionary<string, int> ReadMap(JsonInput model)
    {
        var entries = model.Get("vocab", JsonValueKind.Object);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries.Element.EnumerateObject())
        {
            CheckLength(entries, entry.Name);
            var id = new JsonInput(entry.Value, model.File, $"{entries.Path}['{entry.Name}']").AsId();
            if (!vocabulary.TryAdd(entry.Name, id))
            {
                throw entries.Invalid($"{entries.Path} has the token '{entry.Name}' twice.");
            }
        }

        return RequireUnique(entries, vocabulary);
    }

    /// <summary>The vocabulary of Unigram: an array of tokens with their scores; the position is the id.</summary>
    public static (Dictionary<string, int> Vocabulary, double[] Scores) ReadScored(JsonInput model)
    {
        var entries = model.Get("vocab", JsonValueKind.Array);
        var count = entries.Element.GetArrayLength();
        if (count is 0 or > TokenizerDefinition.MaximumVocabulary)
        {
            throw entries.Invalid(
                $"{entries.Path} has {count} entries; at least 1 and at most {TokenizerDefinition.MaximumVocabulary} are read."
            );
        }

        var vocabulary = new Dictionary<string, int>(count, StringComparer.Ordinal);
        var scores = new double[count];
        foreach (var entry in entries.Element.EnumerateArray())
        {
            var id = vocabulary.Count;
            if (
                entry.ValueKind != JsonValueKind.Array
                || entry.GetArrayLength() != 2
                || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number
                || !entry[1].TryGetDouble(out scores[id])
                || !double.IsFinite(scores[id])
            )
            {
                throw entries.Invalid($"{entries.Path}[{id}] is {entry.GetRawText()}, not a token and its score.");
            }

            var token = entry[0].GetString()!;
            CheckLength(entries, token);
            if (!vocabulary.TryAdd(token, id))
            {
                throw entries.Invalid($"{entries.Path} has the token '{token}' twice: at {vocabulary[token]} and at {id}.");
            }
        }

        return (vocabulary, scores);
    }

    /// <summary>The <c>added_tokens</c>.</summary>
    public static List<AddedToken> ReadAdded(JsonInput root, IReadOnlyDictionary<string, int> vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (root.Find("added_tokens", JsonValueKind.Array) is not { } list)
        {
            return tokens;
        }

        var tokenById = vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
        var contents = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in list.Items())
        {
            var entry = item.Expect(JsonValueKind.Object);
            var token = ReadOne(entry, entry.Get("id", JsonValueKind.Number).AsId());
            if (vocabulary.TryGetValue(token.Content, out var known) && known != token.Id)
            {
                throw entry.Invalid($"{entry.Path} gives '{token.Content}' the id {token.Id}, the vocabulary {known}.");
            }

            if (tokenById.TryGetValue(token.Id, out var other) && other != token.Content)
            {
                throw entry.Invalid($"{entry.Path} gives '{token.Content}' the id {token.Id}, which '{other}' has already.");
            }

            if (!contents.TryAdd(token.Content, token.Id))
            {
                throw entry.Invalid($"{entry.Path} gives '{token.Content}' the id {token.Id}, an earlier entry {contents[token.Content]}.");
            }

            tokenById[token.Id] = token.Content;
            tokens.Add(token);
        }

        return tokens;
    }

    /// <summary>One added token, as <c>tokenizer.json</c> and <c>tokenizer_config.json</c> write it.</summary>
    public static AddedToken ReadOne(JsonInput entry, int id)
    {
        var content = entry.GetText("content");
        CheckLength(entry, content);
        var special = entry.GetFlag("special", false);
        return new AddedToken(
            id,
            content,
            special,
            entry.GetFlag("single_word", false),
            entry.GetFlag("lstrip", false),
            entry.GetFlag("rstrip", false),
            entry.GetFlag("normalized", !special)
        );
    }

    private static Dictionary<string, int> RequireUnique(JsonInput entries, Dictionary<string, int> vocabulary)
    {
        if (vocabulary.Count == 0)
        {
            throw entries.Invalid($"{entries.Path} is empty.");
        }

        var owners = new Dictionary<int, string>(vocabulary.Count);
        foreach (var (token, id) in vocabulary)
        {
            if (!owners.TryAdd(id, token))
            {
                throw entries.Invalid($"{entries.Path} gives the id {id} to both '{owners[id]}' and '{token}'.");
            }
        }

        return vocabulary;
    }

    private static void CheckLength(JsonInput input, string token)
    {
        if (token.Length is 0 or > TokenizerDefinition.MaximumTokenLength)
        {
            throw input.Invalid(
                $"{input.Path} has a token of {token.Length} characters; 1 to {TokenizerDefinition.MaximumTokenLength} are allowed."
            );
        }
    }
}
