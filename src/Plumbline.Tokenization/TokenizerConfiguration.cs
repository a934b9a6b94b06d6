using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Tokenization;

/// <summary>What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>chat_template.jinja</c> say beside the tokenizer itself.</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>The token that begins a text.</summary>
    public string? Bos { get; init; }

    /// <summary>The token that ends a text.</summary>
    public string? Eos { get; init; }

    /// <summary>The token that fills batches.</summary>
    public string? Pad { get; init; }

    /// <summary>Whether texts begin with <see cref="Bos"/>; null where nothing is said.</summary>
    public bool? AddBos { get; init; }

    /// <summary>The chat template's source.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Tokens with their ids, for tokenizers whose own file does not have them (<c>added_tokens_decoder</c>, <c>added_tokens.json</c>).</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The tokens that have a role of any kind, which makes them special.</summary>
    public IReadOnlySet<string> SpecialTokens { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Reads the files; the configuration wins over the special tokens map, the template's own file over the configuration.</summary>
    public static TokenizerConfiguration Read(TokenizerFiles files, string folder)
    {
        // What a tokenizer.json has beside its tokens is not read twice.
        var readsTokens = files.Tokenizer is null;
        var map = files.SpecialTokensMap is { } mapBytes
            ? JsonInput.Read(mapBytes, Path.Combine(folder, TokenizerFiles.SpecialTokensMapName), root => ReadObject(root, readsTokens))
            : new TokenizerConfiguration();
        var main = files.Configuration is { } bytes
            ? JsonInput.Read(bytes, Path.Combine(folder, TokenizerFiles.ConfigurationName), root => ReadObject(root, readsTokens))
            : new TokenizerConfiguration();
        var added =
            readsTokens && files.AddedTokens is { } addedBytes
                ? JsonInput.Read(addedBytes, Path.Combine(folder, TokenizerFiles.AddedTokensName), ReadAddedIds)
                : [];
        var known = main.AddedTokens.Select(token => token.Id).ToHashSet();
        return main with
        {
            AddedTokens = [.. main.AddedTokens, .. added.Where(token => !known.Contains(token.Id))],
            SpecialTokens = main.SpecialTokens.Union(map.SpecialTokens).ToHashSet(StringComparer.Ordinal),
            Bos = main.Bos ?? map.Bos,
            Eos = main.Eos ?? map.Eos,
            Pad = main.Pad ?? map.Pad,
            ChatTemplate = files.ChatTemplate is { } template ? Encoding.UTF8.GetString(template) : main.ChatTemplate,
        };
    }

    /// <summary>The files with another chat template in <c>tokenizer_config.json</c>.</summary>
    public static TokenizerFiles WithChatTemplate(TokenizerFiles files, string template)
    {
        var configuration =
            files.Configuration is { } bytes ? JsonNode.Parse(bytes)!.AsObject()
            : files.Tokenizer is null ? []
            : new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast" };
        configuration["chat_template"] = template;
        return files with
        {
            Configuration = JsonSerializer.SerializeToUtf8Bytes(configuration, TokenizerWriter.Layout),
            ChatTemplate = null,
        };
    }

    private static TokenizerConfiguration ReadObject(JsonInput root, bool readsTokens) =>
        new()
        {
            Bos = ReadToken(root, "bos_token"),
            Eos = ReadToken(root, "eos_token"),
            Pad = ReadToken(root, "pad_token"),
            AddBos = root.Has("add_bos_token") ? root.GetFlag("add_bos_token", false) : null,
            ChatTemplate = ReadTemplate(root),
            AddedTokens = readsTokens ? [.. ReadAddedTokens(root)] : [],
            SpecialTokens = (readsTokens ? ReadSpecialTokens(root) : []).ToHashSet(StringComparer.Ordinal),
        };

    private static IEnumerable<AddedToken> ReadAddedTokens(JsonInput root)
    {
        if (root.Find("added_tokens_decoder", JsonValueKind.Object) is not { } entries)
        {
            yield break;
        }

        foreach (var property in entries.Element.EnumerateObject())
        {
            var entry = new JsonInput(property.Value, root.File, $"{entries.Path}['{property.Name}']").Expect(JsonValueKind.Object);
            yield return int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && id < TokenizerDefinition.MaximumVocabulary
                ? VocabularyReader.ReadOne(entry, id)
                : throw entries.Invalid($"{entries.Path} has the key '{property.Name}', which is no id.");
        }
    }

    private static List<AddedToken> ReadAddedIds(JsonInput root) =>
        [
            .. root
                .Element.EnumerateObject()
                .Select(property => new AddedToken(
                    new JsonInput(property.Value, root.File, $"{root.Path}['{property.Name}']").AsId(),
                    property.Name.Length > 0 ? property.Name : throw root.Invalid($"{root.Path} has a token without characters."),
                    IsSpecial: false
                )),
        ];

    private static IEnumerable<string> ReadSpecialTokens(JsonInput root)
    {
        foreach (var role in (string[])["bos_token", "eos_token", "pad_token", "unk_token", "cls_token", "sep_token", "mask_token"])
        {
            if (ReadToken(root, role) is { } token)
            {
                yield return token;
            }
        }

        if (root.Has("additional_special_tokens") && root.Element.GetProperty("additional_special_tokens").ValueKind == JsonValueKind.Array)
        {
            foreach (var item in root.Get("additional_special_tokens", JsonValueKind.Array).Items())
            {
                yield return item.Element.ValueKind == JsonValueKind.Object
                    ? item.GetText("content")
                    : item.Expect(JsonValueKind.String).Element.GetString()!;
            }
        }
    }

    private static string? ReadToken(JsonInput root, string name)
    {
        if (!root.Has(name))
        {
            return null;
        }

        // Older files write the whole added token where newer ones write its text.
        return root.Element.GetProperty(name).ValueKind == JsonValueKind.Object
            ? root.Get(name, JsonValueKind.Object).GetText("content")
            : root.GetText(name);
    }

    private static string? ReadTemplate(JsonInput root)
    {
        if (!root.Has("chat_template") || root.Element.GetProperty("chat_template").ValueKind != JsonValueKind.Array)
        {
            return root.FindText("chat_template");
        }

        foreach (var item in root.Get("chat_template", JsonValueKind.Array).Items())
        {
            var entry = item.Expect(JsonValueKind.Object);
            if (entry.GetText("name") == "default")
            {
                return entry.GetText("template");
            }
        }

        return null;
    }
}
