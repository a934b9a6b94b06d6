using System.Text;
using System.Text.Json;
using Plumbline.Moderation.PersonalData;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>What is found where nothing personal stands, or hardly anything.</summary>
public sealed class FalsePositiveTests(ITestOutputHelper output)
{
    private static readonly PersonalDataScanner Scanner = new();

    [Theory]
    [InlineData("self-instruct-human/user_oriented_instructions.jsonl")]
    [InlineData("self-instruct-human/seed_tasks.jsonl")]
    [InlineData("openai-model-spec/model_spec-2025-09-12.md")]
    [InlineData("xstest/xstest_prompts.csv")]
    [InlineData("multijail/MultiJail.csv")]
    [InlineData("oasst-ranked-trees/en_100_tree.jsonl")]
    public void Benign_real_text_holds_few_matches(string file)
    {
        var path = RealData.Path(file);
        var text = path.EndsWith(".jsonl", StringComparison.Ordinal) ? Strings(path) : File.ReadAllText(path);
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        foreach (var m in matches)
            output.WriteLine(
                $"{m.Rule} {m.Confidence:F2} {text.Substring(Math.Max(0, m.Span.Start - 30), Math.Min(30, m.Span.Start))}[[{text.Substring(m.Span.Start, m.Span.Length)}]]"
            );
        output.WriteLine($"{file}: {matches.Count} matches, {matches.Count / (text.Length / 1e6):F1} a million characters");
    }

    private static string Strings(string path)
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            Add(row.RootElement, text);
        }

        return text.ToString();
    }

    private static void Add(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                text.Append(element.GetString()).Append('\n');
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Add(item, text);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Add(property.Value, text);
                }

                break;
        }
    }
}
