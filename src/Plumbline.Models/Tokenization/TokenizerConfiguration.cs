using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Tokenization;

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

    /// <summary>Reads the files; the configuration wins over the special tokens map, the template's own file over the configuration.</summary>
    public static TokenizerConfiguration Read(TokenizerFiles files, string folder)
    {
        var map = files.SpecialTokensMap is { } mapBytes
            ? JsonInput.Read(mapBytes, Path.Combine(folder, TokenizerFiles.SpecialTokensMapName), ReadObject)
            : new TokenizerConfiguration();
        var main = files.Configuration is { } bytes
            ? JsonInput.Read(bytes, Path.Combine(folder, TokenizerFiles.ConfigurationName), ReadObject)
            : new TokenizerConfiguration();
        return main with
        {
            Bos = main.Bos ?? map.Bos,
            Eos = main.Eos ?? map.Eos,
            Pad = main.Pad ?? map.Pad,
            ChatTemplate = files.ChatTemplate is { } template ? Encoding.UTF8.GetString(template) : main.ChatTemplate,
        };
    }

    /// <summary>The files with another chat template in <c>tokenizer_config.json</c>.</summary>
    public static TokenizerFiles WithChatTemplate(TokenizerFiles files, string template)
    {
        var configuration = files.Configuration is { } bytes
            ? JsonNode.Parse(bytes)!.AsObject()
            : new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast" };
        configuration["chat_template"] = template;
        return files with
        {
            Configuration = JsonSerializer.SerializeToUtf8Bytes(configuration, TokenizerWriter.Layout),
            ChatTemplate = null,
        };
    }

    private static TokenizerConfiguration ReadObject(JsonInput root) =>
        new()
        {
            Bos = ReadToken(root, "bos_token"),
            Eos = ReadToken(root, "eos_token"),
            Pad = ReadToken(root, "pad_token"),
            AddBos = root.Has("add_bos_token") ? root.GetFlag("add_bos_token", false) : null,
            ChatTemplate = ReadTemplate(root),
        };

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
