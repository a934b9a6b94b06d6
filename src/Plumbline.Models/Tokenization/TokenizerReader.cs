using System.Text.Json;

namespace Plumbline.Models.Tokenization;

/// <summary>Reads the <c>tokenizer.json</c> of a byte-level BPE model.</summary>
internal static class TokenizerReader
{
    /// <summary>Understands the file's content, or says why not.</summary>
    /// <exception cref="InvalidInputException">The file is broken or of a kind that is not supported.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> json, string file) => JsonInput.Read(json, file, Read);

    private static TokenizerDefinition Read(JsonInput root)
    {
        var model = root.Get("model", JsonValueKind.Object);
        RequireBytePairs(model);
        var vocabulary = ReadVocabulary(model);
        var normalization = root.Find("normalizer", JsonValueKind.Object) is { } normalizer
            ? ReadNormalizer(normalizer)
            : NormalizationKind.None;
        var preTokenizer =
            root.Find("pre_tokenizer", JsonValueKind.Object)
            ?? throw root.Invalid(
                "There is no pre_tokenizer: this is no byte-level BPE.",
                "SentencePiece-like BPE models are not supported."
            );
        var (prefix, suffix) = PostProcessorReader.Read(root);
        return new TokenizerDefinition(
            vocabulary,
            ReadModel(model, vocabulary),
            normalization,
            PreTokenizerReader.Read(preTokenizer),
            ReadAddedTokens(root, vocabulary),
            prefix,
            suffix
        );
    }

    private static void RequireBytePairs(JsonInput model)
    {
        // Old files leave the type out; only BPE has merges.
        var type = model.FindText("type") ?? (model.Has("merges") ? "BPE" : "unknown");
        if (type != "BPE")
        {
            throw model.Invalid(
                $"The tokenizer's model is of type {type}; only byte-level BPE is supported.",
                "Use a model with a BPE tokenizer."
            );
        }

        foreach (var affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.FindText(affix) is { Length: > 0 } value)
            {
                throw model.Invalid(
                    $"The model marks word parts with {affix} '{value}', which is not supported.",
                    "Use a model with a byte-level BPE tokenizer."
                );
            }
        }

        if (model.GetFlag("byte_fallback", false))
        {
            throw model.Invalid(
                "The model is a SentencePiece-like BPE with byte_fallback, which is not supported.",
                "Use a model with a byte-level BPE tokenizer."
            );
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonInput model)
    {
        var entries = model.Get("vocab", JsonValueKind.Object);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries.Element.EnumerateObject())
        {
            if (entry.Name.Length is 0 or > TokenizerDefinition.MaximumTokenLength)
            {
                throw entries.Invalid($"{entries.Path} has a token of {entry.Name.Length} characters.");
            }

            vocabulary[entry.Name] = new JsonInput(entry.Value, model.File, $"{entries.Path}['{entry.Name}']").AsId();
        }

        if (vocabulary.Count == 0)
        {
            throw entries.Invalid($"{entries.Path} is empty.");
        }

        return vocabulary;
    }

    private static BytePairModel ReadModel(JsonInput model, Dictionary<string, int> vocabulary)
    {
        var list = model.Get("merges", JsonValueKind.Array);
        var merges = new MergeTable(list.Element.GetArrayLength());
        var rank = 0;
        foreach (var item in list.Element.EnumerateArray())
        {
            var (left, right) = ReadMerge(item) ?? throw list.Invalid($"{list.Path}[{rank}] is {item.GetRawText()}, not two tokens.");
            merges.Add(IdOf(left), IdOf(right), rank, IdOf(left + right));
            rank++;
        }

        int? unknown = model.FindText("unk_token") is { } token && vocabulary.TryGetValue(token, out var id) ? id : null;
        return new BytePairModel(vocabulary, merges, model.GetFlag("ignore_merges", false), unknown, model.GetFlag("fuse_unk", false));

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

    private static NormalizationKind ReadNormalizer(JsonInput normalizer)
    {
        var type = normalizer.GetText("type");
        switch (type)
        {
            case "NFC":
                return NormalizationKind.FormC;
            case "NFD":
                return NormalizationKind.FormD;
            case "Sequence":
                // The last of several canonical forms decides: each is a function of the other.
                var kind = NormalizationKind.None;
                foreach (var step in normalizer.Get("normalizers", JsonValueKind.Array).Items())
                {
                    kind = ReadNormalizer(step.Expect(JsonValueKind.Object)) is var next and not NormalizationKind.None ? next : kind;
                }

                return kind;
            default:
                throw normalizer.Invalid($"{normalizer.Path} is of type {type}; only NFC and NFD are supported.", "Use another model.");
        }
    }

    private static List<AddedToken> ReadAddedTokens(JsonInput root, Dictionary<string, int> vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (root.Find("added_tokens", JsonValueKind.Array) is not { } list)
        {
            return tokens;
        }

        foreach (var item in list.Items())
        {
            var entry = item.Expect(JsonValueKind.Object);
            var content = entry.GetText("content");
            var id = entry.Get("id", JsonValueKind.Number).AsId();
            if (content.Length is 0 or > TokenizerDefinition.MaximumTokenLength)
            {
                throw entry.Invalid($"{entry.Path} has a content of {content.Length} characters.");
            }

            if (vocabulary.TryGetValue(content, out var known) && known != id)
            {
                throw entry.Invalid($"{entry.Path} gives '{content}' the id {id}, the vocabulary {known}.");
            }

            var special = entry.GetFlag("special", false);
            tokens.Add(
                new AddedToken(
                    id,
                    content,
                    special,
                    entry.GetFlag("single_word", false),
                    entry.GetFlag("lstrip", false),
                    entry.GetFlag("rstrip", false),
                    entry.GetFlag("normalized", !special)
                )
            );
        }

        return tokens;
    }
}
