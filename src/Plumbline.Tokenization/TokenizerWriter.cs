using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Tokenization;

/// <summary>Writes a trained vocabulary as the files that Hugging Face's tokenizers and transformers load.</summary>
internal static class TokenizerWriter
{
    /// <summary>Readable JSON: indented, and letters beyond ASCII as they are, as Hugging Face writes it.</summary>
    public static JsonSerializerOptions Layout { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The files of a trained tokenizer.</summary>
    /// <param name="tokens">The vocabulary by id, in byte-level characters; special tokens first.</param>
    /// <param name="merges">The merges in order.</param>
    /// <param name="options">What the training was asked for.</param>
    public static TokenizerFiles Write(IReadOnlyList<string> tokens, IReadOnlyList<(int Left, int Right)> merges, BpeTrainerOptions options)
    {
        var root = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = AddedTokens(options.SpecialTokens),
            ["normalizer"] = null,
            ["pre_tokenizer"] = PreTokenizer(options.Pattern),
            ["post_processor"] = ByteLevel(useRegex: false),
            ["decoder"] = ByteLevel(useRegex: true),
            ["model"] = Model(tokens, merges),
        };
        return new TokenizerFiles(
            JsonSerializer.SerializeToUtf8Bytes(root, Layout),
            JsonSerializer.SerializeToUtf8Bytes(Configuration(options), Layout),
            JsonSerializer.SerializeToUtf8Bytes(RoleTokens(options), Layout)
        );
    }

    private static JsonArray AddedTokens(IReadOnlyList<string> specialTokens)
    {
        var list = new JsonArray();
        for (var id = 0; id < specialTokens.Count; id++)
        {
            list.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = id,
                        ["content"] = specialTokens[id],
                        ["single_word"] = false,
                        ["lstrip"] = false,
                        ["rstrip"] = false,
                        ["normalized"] = false,
                        ["special"] = true,
                    }
            );
        }

        return list;
    }

    private static JsonObject PreTokenizer(string pattern) =>
        new()
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = pattern },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                },
                ByteLevel(useRegex: false)
            ),
        };

    private static JsonObject ByteLevel(bool useRegex) =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["trim_offsets"] = true,
            ["use_regex"] = useRegex,
        };

    private static JsonObject Model(IReadOnlyList<string> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokens.Count; id++)
        {
            vocabulary[tokens[id]] = id;
        }

        var list = new JsonArray();
        foreach (var (left, right) in merges)
        {
            list.Add((JsonNode)new JsonArray(tokens[left], tokens[right]));
        }

        return new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = vocabulary,
            ["merges"] = list,
        };
    }

    private static JsonObject Configuration(BpeTrainerOptions options)
    {
        var configuration = RoleTokens(options);
        configuration["tokenizer_class"] = "PreTrainedTokenizerFast";
        configuration["clean_up_tokenization_spaces"] = false;
        if (options.ChatTemplate is { } template)
        {
            configuration["chat_template"] = template;
        }

        return configuration;
    }

    private static JsonObject RoleTokens(BpeTrainerOptions options)
    {
        var roles = new JsonObject();
        foreach (
            var (name, token) in (ReadOnlySpan<(string, string?)>)
                [("bos_token", options.BosToken), ("eos_token", options.EosToken), ("pad_token", options.PadToken)]
        )
        {
            if (token is not null)
            {
                roles[name] = token;
            }
        }

        return roles;
    }
}
