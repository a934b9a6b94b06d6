using System.Runtime.InteropServices;
using System.Text.Json;
using Plumbline.Data.Layouts;
using Plumbline.Data.Rows;

namespace Plumbline.Data;

/// <summary>Reads prompts and answers out of JSON that no layout of <see cref="DatasetShape"/> describes.</summary>
public static class ContentJson
{
    /// <summary>Reads a text, a message or an array of messages (<c>role</c> and <c>content</c>, or ShareGPT's <c>from</c> and <c>value</c>).</summary>
    /// <param name="value">The JSON.</param>
    /// <param name="name">What it is called in a problem.</param>
    /// <param name="problem">Why it cannot be used, such as that it is empty; null where it can.</param>
    /// <returns>What was read; null where there is a problem.</returns>
    public static Content? Read(JsonElement value, string name, out string? problem)
    {
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object))
        {
            problem = $"'{name}' is {value.ValueKind}; text or messages are needed.";
            return null;
        }

        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value), new JsonReaderOptions { MaxDepth = JsonRowIndex.MaxDepth });
        reader.Read();
        var fault = ContentReader.Read(ref reader, name, BadRowReason.EmptyPrompt, out var content);
        problem = fault?.Problem;
        return fault is null ? content : null;
    }
}
