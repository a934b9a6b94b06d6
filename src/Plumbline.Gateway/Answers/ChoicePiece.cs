using System.Text.Json;
using Plumbline.Gateway.Wire;
using Plumbline.Moderation;

namespace Plumbline.Gateway.Answers;

/// <summary>What of one choice may leave now: all of it, or the next piece.</summary>
internal sealed class ChoicePiece(int index)
{
    /// <summary>Which choice.</summary>
    internal int Index { get; } = index;

    /// <summary>Who speaks; null where it was said before.</summary>
    internal string? Role { get; set; }

    /// <summary>Texts by field.</summary>
    internal List<KeyValuePair<string, string>> Texts { get; } = [];

    /// <summary>Tool calls, and the function call of the protocol's first version (index −1).</summary>
    internal List<ToolPiece> Tools { get; } = [];

    /// <summary>Why the answer ends; null where it does not.</summary>
    internal string? Finish { get; set; }

    /// <summary>The decision about it, where it ends.</summary>
    internal GuardDecision? Decision { get; set; }

    /// <summary>Whether what left before is to be retracted.</summary>
    internal bool Retracts { get; set; }

    /// <summary>The log-probabilities; null for none.</summary>
    internal JsonElement? LogProbabilities { get; set; }

    internal bool IsEmpty => Role is null && Texts.Count == 0 && Tools.Count == 0 && Finish is null;

    /// <summary>Writes the choice.</summary>
    internal void WriteTo(Utf8JsonWriter json, AnswerShape shape, bool isPiece)
    {
        json.WriteStartObject();
        json.WriteNumber("index", Index);
        if (shape.Holder(isPiece) is { } holder)
        {
            json.WriteStartObject(holder);
        }

        if (Role is not null && shape.IsChat)
        {
            json.WriteString("role", Role);
        }

        WriteTexts(json, shape, isPiece);
        WriteTools(json, isPiece);
        if (shape.IsChat)
        {
            json.WriteEndObject();
        }

        if (LogProbabilities is { } probabilities)
        {
            json.WritePropertyName("logprobs");
            probabilities.WriteTo(json);
        }

        json.WriteString("finish_reason", Finish);
        if (!isPiece && Decision is not null)
        {
            json.WritePropertyName("guard");
            GuardJson.Write(json, Decision, Retracts);
        }

        json.WriteEndObject();
    }

    private void WriteTexts(Utf8JsonWriter json, AnswerShape shape, bool isPiece)
    {
        var hasMain = false;
        foreach (var (name, text) in Texts)
        {
            json.WriteString(name, text);
            hasMain |= name == shape.Main;
        }

        if (!hasMain && (!isPiece || !shape.IsChat))
        {
            // A whole message always has content; a piece of a legacy completion always has text.
            json.WriteString(shape.Main, shape.IsChat ? null : string.Empty);
        }
    }

    private void WriteTools(Utf8JsonWriter json, bool isPiece)
    {
        if (Tools.Exists(tool => tool.Index >= 0))
        {
            json.WriteStartArray("tool_calls");
            foreach (var tool in Tools.Where(tool => tool.Index >= 0))
            {
                tool.WriteTo(json, isPiece);
            }

            json.WriteEndArray();
        }

        if (Tools.Find(tool => tool.Index < 0) is { } function)
        {
            json.WritePropertyName("function_call");
            function.WriteFunction(json);
        }
    }
}

/// <summary>A tool call, or the next piece of one.</summary>
/// <param name="Index">Which of the answer's calls; −1 for the function call of the protocol's first version.</param>
internal sealed record ToolPiece(int Index)
{
    /// <summary>Its id; null where it was said before.</summary>
    internal string? Id { get; init; }

    /// <summary>Whether it is a custom tool, which takes text instead of JSON.</summary>
    internal bool IsCustom { get; init; }

    /// <summary>The tool; null where it was said before.</summary>
    internal string? Name { get; set; }

    /// <summary>What it is called with.</summary>
    internal string Input { get; set; } = string.Empty;

    internal void WriteTo(Utf8JsonWriter json, bool isPiece)
    {
        json.WriteStartObject();
        if (isPiece)
        {
            json.WriteNumber("index", Index);
        }

        if (Name is not null)
        {
            json.WriteString("id", Id ?? string.Empty);
            json.WriteString("type", IsCustom ? "custom" : "function");
        }

        json.WritePropertyName(IsCustom ? "custom" : "function");
        WriteFunction(json);
        json.WriteEndObject();
    }

    internal void WriteFunction(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Name is not null)
        {
            json.WriteString("name", Name);
        }

        json.WriteString(IsCustom ? "input" : "arguments", Input);
        json.WriteEndObject();
    }
}
