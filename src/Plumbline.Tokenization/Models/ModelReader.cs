using System.Text.Json;
using Plumbline.Tokenization.Decoders;

namespace Plumbline.Tokenization.Models;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
internal sealed class ModelReader
{
    private readonly JsonInput model;
    private readonly Dictionary<string, int> vocabulary;
    private readonly double[] scores = [];

    /// <summary>Reads the vocabulary.</summary>
    public ModelReader(JsonInput model)
    {
        this.model = model;
        // Old files leave the type out; only BPE has merges.
        Type = model.FindText("type") ?? (model.Has("merges") ? "BPE" : "unknown");
        switch (Type)
        {
            case "Unigram":
                (vocabulary, scores) = VocabularyReader.ReadScored(model);
                break;
            case "BPE" or "WordPiece":
                vocabulary = VocabularyReader.ReadMap(model);
                break;
            default:
                throw model.Invalid(
                    $"The tokenizer's model is of type {Type}, which is not supported.",
                    "Use a model with a BPE, Unigram or WordPiece tokenizer."
                );
        }
    }

    /// <summary>The kind of model.</summary>
    public string Type { get; }

    /// <summary>Token to id.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    /// <summary>Whether a BPE model marks parts of words, so that its symbols are characters whatever comes before.</summary>
    public bool MarksWordParts => ReadAffix("continuing_subword_prefix").Length + ReadAffix("end_of_word_suffix").Length > 0;

    /// <summary>Makes the model.</summary>
    /// <param name="added">The added tokens: special ones are out of the model's reach, so that no text becomes one.</param>
    /// <param name="onBytes">Whether a BPE model takes bytes.</param>
    public SubwordModel Read(IReadOnlyList<AddedToken> added, bool onBytes)
    {
        var specials = added.Where(token => token.IsSpecial).Select(token => token.Id).ToHashSet();
        return Type switch
        {
            "Unigram" => ReadUnigram(specials),
            "WordPiece" => ReadWordPiece(specials),
            _ => ReadBytePairs(specials, added, onBytes),
        };
    }

    private UnigramModel ReadUnigram(HashSet<int> specials)
    {
        int? unknown = model.Find("unk_id", JsonValueKind.Number) is { } input ? input.AsId() : null;
        if (unknown >= vocabulary.Count)
        {
            throw model.Invalid($"{model.Path}.unk_id is {unknown}; the vocabulary has the ids 0 to {vocabulary.Count - 1}.");
        }

        var bytes = model.GetFlag("byte_fallback", false) ? ByteTokens.IdsIn(vocabulary) : null;
        var complete = bytes is not null && Array.TrueForAll(bytes, id => id >= 0);
        var reachable = vocabulary
            .Where(token =>
                !specials.Contains(token.Value) && token.Value != unknown && !(complete && ByteTokens.TryParse(token.Key, out _))
            )
            .ToArray();
        return new UnigramModel(reachable, scores, scores.Min(), unknown, complete ? bytes : null, model.File);
    }

    private WordPieceModel ReadWordPiece(HashSet<int> specials)
    {
        var name = model.FindText("unk_token") ?? "[UNK]";
        var unknown = vocabulary.TryGetValue(name, out var id)
            ? id
            : throw model.Invalid($"{model.Path}.unk_token is '{name}', which the vocabulary lacks.");
        var longest = model.Find("max_input_chars_per_word", JsonValueKind.Number) is null
            ? 100
            : model.GetCount("max_input_chars_per_word");
        var prefix = model.FindText("continuing_subword_prefix") ?? "##";
        var reachable = vocabulary.Where(token => !specials.Contains(token.Value)).ToArray();
        return new WordPieceModel(reachable, prefix, unknown, longest);
    }

    private BytePairModel ReadBytePairs(HashSet<int> specials, IReadOnlyList<AddedToken> added, bool onBytes)
    {
        // A single character must stay within reach even where a file calls it special ("!" pads for some): texts are made of them.
        var reachable = vocabulary
            .Where(token => !specials.Contains(token.Value) || (onBytes && token.Key.Length == 1))
            .ToDictionary(token => token.Key, token => token.Value, StringComparer.Ordinal);
        var settings = new BytePairSettings(reachable, ReadMerges(specials))
        {
            IgnoreMerges = model.GetFlag("ignore_merges", false),
            UnknownId = ReadUnknown(added, onBytes),
            FuseUnknown = model.GetFlag("fuse_unk", false),
            ContinuingPrefix = ReadAffix("continuing_subword_prefix"),
            EndSuffix = ReadAffix("end_of_word_suffix"),
            ByteIds = model.GetFlag("byte_fallback", false) ? ByteTokens.IdsIn(vocabulary) : null,
        };
        return onBytes ? new ByteLevelBytePairModel(settings) : new CharacterBytePairModel(settings);
    }

    private int? ReadUnknown(IReadOnlyList<AddedToken> added, bool onBytes)
    {
        if (model.FindText("unk_token") is not { Length: > 0 } token)
        {
            return null;
        }

        if (vocabulary.TryGetValue(token, out var id))
        {
            return id;
        }

        // Where every byte has its token nothing is ever unknown, and such files name what they like.
        return added.FirstOrDefault(entry => entry.Content == token)?.Id
            ?? (
                onBytes && Enumerable.Range(0, 256).All(value => vocabulary.ContainsKey(ByteAlphabet.CharacterOf((byte)value).ToString()))
                    ? null
                    : throw model.Invalid($"{model.Path}.unk_token is '{token}', which the vocabulary lacks.")
            );
    }

    private MergeTable ReadMerges(HashSet<int> specials)
    {
        var list = model.Get("merges", JsonValueKind.Array);
        var prefix = ReadAffix("continuing_subword_prefix");
        var merges = new MergeTable(list.Element.GetArrayLength());
        var rank = 0;
        foreach (var item in list.Element.EnumerateArray())
        {
            var (left, right) = ReadMerge(item) ?? throw list.Invalid($"{list.Path}[{rank}] is {item.GetRawText()}, not two tokens.");
            var tail = right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right;
            var merged = IdOf(left + tail);
            // A merge into a special token would make one from a user's text.
            if (!specials.Contains(merged))
            {
                merges.Add(IdOf(left), IdOf(right), rank, merged);
            }

            rank++;
        }

        return merges;

        int IdOf(string token) =>
            vocabulary.TryGetValue(token, out var id)
                ? id
                : throw list.Invalid($"{list.Path}[{rank}] needs the token '{token}', which the vocabulary lacks.");
    }

    private static (string Left, string Right)? ReadMerge(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            var text = item.GetString()!;
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            return space > 0 && space < text.Length - 1 && text.IndexOf(' ', space + 1) < 0 ? (text[..space], text[(space + 1)..]) : null;
        }

        return
            item.ValueKind == JsonValueKind.Array
            && item.GetArrayLength() == 2
            && item[0].ValueKind == JsonValueKind.String
            && item[1].ValueKind == JsonValueKind.String
            ? (item[0].GetString()!, item[1].GetString()!)
            : null;
    }

    private string ReadAffix(string name) => model.FindText(name) ?? string.Empty;
}
