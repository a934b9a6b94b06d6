using System.Globalization;
using System.Text.Json;

namespace Plumbline.Remote.Completions;

/// <summary>Reads the answer of a completions endpoint; what has another shape than the protocol's is refused with its place.</summary>
/// <param name="endpoint">Who answered, for messages.</param>
/// <param name="promptIds">The prompt that was sent, where it was sent as tokens.</param>
/// <param name="options">What was asked.</param>
internal sealed class CompletionReader(Uri endpoint, IReadOnlyList<int>? promptIds, CompletionOptions options)
{
    private const string IdPrefix = "token_id:";

    /// <summary>Reads an answer.</summary>
    /// <exception cref="RemoteModelException">It is no JSON, or not what the protocol says.</exception>
    public CompletionResult Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = Expect(json.RootElement, JsonValueKind.Object, "the answer");
            var choices = Items(root, "choices", "the answer")
                .Select((choice, index) => (Index: IndexOf(choice, index), Choice: Choice(choice)));
            var usage = Find(root, "usage", JsonValueKind.Object, "the answer");
            var result = new CompletionResult(
                [.. choices.OrderBy(choice => choice.Index).Select(choice => choice.Choice)],
                Count(usage, "prompt_tokens"),
                Count(usage, "completion_tokens")
            );
            return result.Choices.Count == options.Choices
                ? result
                : throw Refused($"it holds {result.Choices.Count} answers instead of {options.Choices}");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The reader finds half a surrogate pair only when a string is taken out, and calls that an invalid operation.
            throw Refused($"it is no valid JSON ({failure.Message})", failure);
        }
    }

    private static int IndexOf(JsonElement choice, int otherwise) =>
        choice.ValueKind == JsonValueKind.Object
        && choice.TryGetProperty("index", out var index)
        && index.ValueKind == JsonValueKind.Number
        && index.TryGetInt32(out var value)
            ? value
            : otherwise;

    private CompletionChoice Choice(JsonElement choice)
    {
        Expect(choice, JsonValueKind.Object, "choices");
        var text = Find(choice, "text", JsonValueKind.String, "a choice") is { } found
            ? found.GetString()!
            : throw Refused("a choice has no 'text'");
        var details = Find(choice, "logprobs", JsonValueKind.Object, "a choice");
        var logProbabilities = details is { } given ? Numbers(given, "token_logprobs", "logprobs") : null;
        var offsets = details is { } with ? Numbers(with, "text_offset", "logprobs") : null;
        if (offsets is not null && offsets.Count != logProbabilities?.Count)
        {
            throw Refused("logprobs holds lists of different lengths");
        }

        var echoedIds = Ids(choice, "prompt_token_ids");
        return new CompletionChoice
        {
            Endpoint = endpoint,
            Text = text,
            FinishReason = Find(choice, "finish_reason", JsonValueKind.String, "a choice")?.GetString(),
            LogProbabilities = logProbabilities,
            Offsets = offsets?.Select(offset => (int)Math.Clamp(offset ?? 0, 0, int.MaxValue)).ToList(),
            Ids = NamedIds(choice, details, echoedIds, logProbabilities?.Count),
            PromptIds = echoedIds,
            PromptLogProbabilities = PromptLogProbabilities(choice, echoedIds),
        };
    }

    // The tokens of the text, by the newer way (a list of ids beside it) or the older (names like "token_id:42").
    private List<int>? NamedIds(JsonElement choice, JsonElement? details, List<int>? echoedIds, int? count)
    {
        if (Ids(choice, "token_ids") is { } ids)
        {
            var all = options.Echo && echoedIds is not null && ids.Count != count ? [.. echoedIds, .. ids] : ids;
            return count is null || all.Count == count
                ? all
                : throw Refused($"it names {all.Count} tokens and gives {count} log-probabilities");
        }

        if (details is not { } given || Find(given, "tokens", JsonValueKind.Array, "logprobs") is not { } tokens)
        {
            return null;
        }

        var named = new List<int>();
        foreach (var token in tokens.EnumerateArray())
        {
            var name = token.ValueKind == JsonValueKind.String ? token.GetString()! : string.Empty;
            if (
                !name.StartsWith(IdPrefix, StringComparison.Ordinal)
                || !int.TryParse(name.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            )
            {
                return null;
            }

            named.Add(id);
        }

        return named.Count == count ? named : throw Refused("logprobs holds lists of different lengths");
    }

    private List<double?>? PromptLogProbabilities(JsonElement choice, List<int>? echoedIds)
    {
        if (Find(choice, "prompt_logprobs", JsonValueKind.Array, "a choice") is not { } list)
        {
            return null;
        }

        var known = promptIds ?? echoedIds;
        var values = new List<double?>();
        foreach (var item in list.EnumerateArray())
        {
            values.Add(item.ValueKind == JsonValueKind.Null ? null : LogProbability(item, known, values.Count));
        }

        return values;
    }

    // A position's entries by id: the prompt's own token, and perhaps likelier ones.
    private double LogProbability(JsonElement entries, IReadOnlyList<int>? known, int position)
    {
        Expect(entries, JsonValueKind.Object, "prompt_logprobs");
        JsonElement? entry = null;
        if (known is not null && position < known.Count)
        {
            entry = Find(entries, known[position].ToString(CultureInfo.InvariantCulture), JsonValueKind.Object, "prompt_logprobs");
        }
        else if (entries.EnumerateObject().Count() == 1)
        {
            entry = Expect(entries.EnumerateObject().First().Value, JsonValueKind.Object, "prompt_logprobs");
        }

        return
            entry is { } found
            && Find(found, "logprob", JsonValueKind.Number, "prompt_logprobs") is { } value
            && value.TryGetDouble(out var number)
            ? number
            : throw Refused($"prompt_logprobs does not say which entry of token {position} is the prompt's");
    }

    private List<int>? Ids(JsonElement choice, string name)
    {
        if (Find(choice, name, JsonValueKind.Array, "a choice") is not { } list)
        {
            return null;
        }

        var ids = new List<int>();
        foreach (var item in list.EnumerateArray())
        {
            ids.Add(
                item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id) && id >= 0
                    ? id
                    : throw Refused($"'{name}' holds {item.GetRawText()}")
            );
        }

        return ids;
    }

    private List<double?>? Numbers(JsonElement parent, string name, string where)
    {
        if (Find(parent, name, JsonValueKind.Array, where) is not { } list)
        {
            return null;
        }

        var numbers = new List<double?>();
        foreach (var item in list.EnumerateArray())
        {
            numbers.Add(
                item.ValueKind == JsonValueKind.Null ? null
                : item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) ? number
                : throw Refused($"'{name}' holds {item.GetRawText()}")
            );
        }

        return numbers;
    }

    private JsonElement.ArrayEnumerator Items(JsonElement parent, string name, string where) =>
        Find(parent, name, JsonValueKind.Array, where) is { } list ? list.EnumerateArray() : throw Refused($"{where} has no '{name}'");

    private static long? Count(JsonElement? usage, string name) =>
        usage is { } given
        && given.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var count)
            ? Math.Max(0, count)
            : null;

    private JsonElement? Find(JsonElement parent, string name, JsonValueKind kind, string where) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Expect(value, kind, $"{where}.{name}") : null;

    private JsonElement Expect(JsonElement value, JsonValueKind kind, string where) =>
        value.ValueKind == kind ? value : throw Refused($"{where} is {value.ValueKind}, not {kind}");

    private RemoteModelException Refused(string problem, Exception? inner = null) =>
        new(
            endpoint,
            $"The server's answer cannot be used: {problem}.",
            "Check that the address is an OpenAI-compatible endpoint with /completions.",
            inner: inner
        );
}
