using System.Buffers;
using System.Text;

namespace Plumbline.Data.Writing;

/// <summary>Comma-separated values with a header (RFC 4180), for examples in text form; the steps of an answer and their labels are JSON arrays.</summary>
internal sealed class CsvFormatter(string path) : ExampleFormatter(path)
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    /// <inheritdoc/>
    protected override void Format(Example example, bool isFirst)
    {
        var (header, fields) = Fields(example);
        if (isFirst)
        {
            WriteRecord(header);
        }

        WriteRecord(fields);
    }

    private (string[] Header, string?[] Fields) Fields(Example example) =>
        example switch
        {
            LanguageModelingExample row => (["text"], [row.Content.Text]),
            PromptExample row => (["prompt"], [row.Prompt.Text]),
            PromptCompletionExample row => (["prompt", "completion"], [row.Prompt.Text, row.Completion.Text]),
            PreferenceExample row => (["prompt", "chosen", "rejected"], [row.Prompt.Text, row.Chosen.Text, row.Rejected.Text]),
            UnpairedPreferenceExample row => (
                ["prompt", "completion", "label"],
                [row.Prompt.Text, row.Completion.Text, row.Label ? "true" : "false"]
            ),
            StepwiseExample row => (
                ["prompt", "completions", "labels"],
                [row.Prompt.Text, StepwiseJson.Text(row, StepwiseJson.WriteSteps), StepwiseJson.Text(row, StepwiseJson.WriteLabels)]
            ),
            _ => throw NotForCsv("is a ranking"),
        };

    private void WriteRecord(string?[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                Pending.Write(","u8);
            }

            var field = fields[i] ?? throw NotForCsv("holds chat messages");
            var quoted = field.AsSpan().ContainsAny(NeedQuotes);
            Encoding.UTF8.GetBytes(quoted ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field, Pending);
        }

        Pending.Write("\r\n"u8);
    }

    private InvalidInputException NotForCsv(string what) => Refuse($"{what}, which csv cannot hold.", "Write a .jsonl file instead.");
}
