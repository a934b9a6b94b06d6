using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plumbline.Data.Writing;

/// <summary>Comma-separated values with a header (RFC 4180), for examples in text form; the steps of an answer and their labels are JSON arrays.</summary>
internal sealed class CsvFormatter(string path) : ExampleFormatter(path)
{
    private static readonly string[] PairHeader = ["prompt", "chosen", "rejected"];
    private static readonly string[] HarmHeader = ["chosen_harmful", "rejected_harmful", "more_harmful"];

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    private string[] header = [];

    /// <inheritdoc/>
    protected override void Format(Example example, bool isFirst)
    {
        var (names, fields) = Fields(example);
        if (isFirst)
        {
            header = names;
            WriteRecord(names);
        }

        if (!names.SequenceEqual(header))
        {
            throw Refuse(
                $"has the columns {string.Join(", ", names)}, and the first one {string.Join(", ", header)}.",
                "Write a .jsonl file, where rows may leave columns out."
            );
        }

        WriteRecord(fields);
    }

    private (string[] Header, string?[] Fields) Fields(Example example) =>
        example switch
        {
            LanguageModelingExample row => (["text"], [row.Content.Text]),
            PromptExample row => (["prompt"], [row.Prompt.Text]),
            PromptCompletionExample row => (["prompt", "completion"], [row.Prompt.Text, row.Completion.Text]),
            PreferenceExample row => Pair(row),
            UnpairedPreferenceExample row => (["prompt", "completion", "label"], [row.Prompt.Text, row.Completion.Text, Truth(row.Label)]),
            StepwiseExample row => (
                ["prompt", "completions", "labels"],
                [row.Prompt.Text, StepwiseJson.Text(row, StepwiseJson.WriteSteps), StepwiseJson.Text(row, StepwiseJson.WriteLabels)]
            ),
            _ => throw NotForCsv("is a ranking"),
        };

    private static (string[] Header, string?[] Fields) Pair(PreferenceExample row) =>
        (
            [
                .. PairHeader,
                .. row.Gold is null ? Array.Empty<string>() : ["gold"],
                .. row.Margin is null ? Array.Empty<string>() : ["margin"],
                .. row.Confidence is null ? Array.Empty<string>() : ["confidence"],
                .. row.Harm is null ? [] : HarmHeader,
            ],
            [
                row.Prompt.Text,
                row.Chosen.Text,
                row.Rejected.Text,
                .. row.Gold is { } gold ? new[] { gold.Text } : [],
                .. row.Margin is { } margin ? new[] { Number(margin) } : [],
                .. row.Confidence is { } confidence ? new[] { Number(confidence) } : [],
                .. row.Harm is { } harm
                    ? new[] { Truth(harm.Chosen), Truth(harm.Rejected), harm.ChosenIsWorse ? "chosen" : "rejected" }
                    : [],
            ]
        );

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Truth(bool value) => value ? "true" : "false";

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
