using System.Text.Json;
using Plumbline.Configuration;
using Plumbline.Scoring;

namespace Plumbline.Remote.Completions;

/// <summary>
/// What is asked of <c>/v1/completions</c>. Only what is set is sent, so that servers which know fewer fields still answer. Fields marked vLLM are known to
/// vLLM, and most of them to SGLang and llama.cpp.
/// </summary>
public sealed record CompletionOptions : IValidatedOptions
{
    /// <summary>At most so many new tokens.</summary>
    /// <value>128</value>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Answers to the prompt.</summary>
    /// <value>1</value>
    public int Choices { get; init; } = 1;

    /// <summary>Divides the logits before the softmax; 0 takes the most likely token.</summary>
    /// <value>1</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the smallest set of most likely tokens whose probabilities reach this sum, in (0, 1].</summary>
    /// <value>1</value>
    public double TopP { get; init; } = 1;

    /// <summary>Only the so many most likely tokens (vLLM).</summary>
    /// <value>null: all</value>
    public int? TopK { get; init; }

    /// <summary>Only tokens at least this likely relative to the most likely one (vLLM).</summary>
    /// <value>null: all</value>
    public double? MinP { get; init; }

    /// <summary>Lowers the logits of tokens that were written, per token.</summary>
    /// <value>null: not sent</value>
    public double? PresencePenalty { get; init; }

    /// <summary>Lowers the logits of tokens that were written, per occurrence.</summary>
    /// <value>null: not sent</value>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Divides the logits of tokens that were read or written (vLLM).</summary>
    /// <value>null: not sent</value>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Texts that end an answer, without being part of it.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Tokens that end an answer (vLLM).</summary>
    /// <value>none</value>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>The seed of the draws, where the server knows seeds.</summary>
    /// <value>null: not sent</value>
    public long? Seed { get; init; }

    /// <summary>Whether the answer shall hold each token's log-probability.</summary>
    /// <value>false</value>
    public bool LogProbabilities { get; init; }

    /// <summary>Whether the answer shall name its tokens by id (vLLM).</summary>
    /// <value>false</value>
    public bool TokenIds { get; init; }

    /// <summary>Whether the answer shall begin with the prompt, log-probabilities included.</summary>
    /// <value>false</value>
    public bool Echo { get; init; }

    /// <summary>Whether the answer shall hold the log-probabilities of the prompt's tokens beside it (vLLM).</summary>
    /// <value>false</value>
    public bool PromptLogProbabilities { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (MaxTokens >= 0, nameof(MaxTokens), MaxTokens, "0 or more"),
            (Choices is >= 1 and <= 1024, nameof(Choices), Choices, "between 1 and 1024"),
            (Temperature >= 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "0 (most likely token) or more"),
            (TopP is > 0 and <= 1, nameof(TopP), TopP, "in (0, 1]"),
            (TopK is null or >= 1, nameof(TopK), TopK, "at least 1"),
            (MinP is null or (>= 0 and <= 1), nameof(MinP), MinP, "in [0, 1]"),
            (RepetitionPenalty is null or > 0, nameof(RepetitionPenalty), RepetitionPenalty, "above 0"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    /// <summary>The body to send.</summary>
    internal byte[] ToJson(string model, TokenText prompt)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            WritePrompt(json, prompt);
            json.WriteNumber("max_tokens", MaxTokens);
            json.WriteNumber("temperature", Temperature);
            json.WriteNumber("top_p", TopP);
            WriteNumber(json, "n", Choices == 1 ? null : Choices);
            WriteNumber(json, "top_k", TopK);
            WriteNumber(json, "min_p", MinP);
            WriteNumber(json, "presence_penalty", PresencePenalty);
            WriteNumber(json, "frequency_penalty", FrequencyPenalty);
            WriteNumber(json, "repetition_penalty", RepetitionPenalty);
            WriteNumber(json, "seed", Seed);
            // With 0 some servers return no log-probabilities at all.
            WriteNumber(json, "logprobs", LogProbabilities ? 1 : null);
            WriteNumber(json, "prompt_logprobs", PromptLogProbabilities ? 0 : null);
            WriteFlag(json, "echo", Echo);
            // The older and the newer way of the same server.
            WriteFlag(json, "return_tokens_as_token_ids", TokenIds);
            WriteFlag(json, "return_token_ids", TokenIds);
            WriteStops(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WritePrompt(Utf8JsonWriter json, TokenText prompt)
    {
        if (prompt.Text is { } text)
        {
            json.WriteString("prompt", text);
            return;
        }

        json.WriteStartArray("prompt");
        foreach (var id in prompt.Ids!)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }

    private void WriteStops(Utf8JsonWriter json)
    {
        if (StopStrings.Count > 0)
        {
            json.WriteStartArray("stop");
            foreach (var text in StopStrings)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }

        if (StopTokenIds.Count > 0)
        {
            json.WriteStartArray("stop_token_ids");
            foreach (var id in StopTokenIds)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, value);
        }
    }
}
