using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>What is found where nothing personal stands, or hardly anything.</summary>
public sealed class FalsePositiveTests(ITestOutputHelper output)
{
    private static readonly PersonalDataScanner Scanner = new();

    // Among them are letters with senders, a form with a name and a telephone number, addresses of houses: real personal data, and few of it.
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
        var matches = Found(text);
        var numbers = matches.Count(match =>
            match.Kind
                is not (
                    PersonalDataKinds.Email
                    or PersonalDataKinds.Phone
                    or PersonalDataKinds.PostalAddress
                    or PersonalDataKinds.BirthDate
                )
        );
        var millions = text.Length / 1e6;
        var kinds = matches.CountBy(match => match.Kind).Select(kind => $"{kind.Value} {kind.Key}");
        output.WriteLine($"{file}: {matches.Count / millions:F1} matches a million characters ({string.Join(", ", kinds)})");

        Assert.InRange(matches.Count / millions, 0, 100);
        Assert.InRange(numbers / millions, 0, 20);
    }

    // Without the rules themselves, which show how numbers are written.
    [Fact]
    public void Source_code_holds_few_matches()
    {
        var characters = 0L;
        var found = new List<PersonalDataMatch>();
        foreach (
            var file in Directory
                .EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("obj", StringComparison.Ordinal) && !file.Contains("PersonalData", StringComparison.Ordinal))
        )
        {
            var text = File.ReadAllText(file);
            characters += text.Length;
            found.AddRange(Found(text));
        }

        output.WriteLine($"{found.Count / (characters / 1e6):F1} matches a million characters of source code ({Rules(found)})");
        Assert.InRange(found.Count / (characters / 1e6), 0, 10);
    }

    [Fact]
    public void Dumps_of_random_bytes_hold_next_to_nothing()
    {
        var random = new Seed(9).Source();
        var text = new StringBuilder();
        for (var line = 0; line < 4000; line++)
        {
            var bytes = new byte[16];
            foreach (ref var value in bytes.AsSpan())
            {
                value = (byte)random.NextInt(256);
            }

            var hex = Convert.ToHexStringLower(bytes);
            text.Append(line.ToString("x8")).Append("  ").AppendJoin(' ', hex.Chunk(2).Select(pair => new string(pair))).Append('\n');
            text.AppendJoin(' ', hex.Chunk(4).Select(four => new string(four))).Append('\n');
            text.AppendJoin(':', hex.Chunk(2).Select(pair => new string(pair))).Append('\n');
            text.Append(hex).Append(' ').Append(Convert.ToBase64String(bytes)).Append(' ').Append(new Guid(bytes)).Append('\n');
            text.Append("0x").Append(hex[..8]).Append(", 0x").Append(hex[8..16]).Append('\n');
        }

        var found = Found(text.ToString());
        output.WriteLine($"{found.Count / (text.Length / 1e6):F1} matches a million characters of dumps ({Rules(found)})");

        // 64,000 groups of two digits are many chances for a number of groups to pass a check digit.
        Assert.InRange(found.Count / (text.Length / 1e6), 0, 10);
    }

    private static string Rules(List<PersonalDataMatch> found) =>
        string.Join(", ", found.CountBy(match => match.Rule.Name).Select(rule => $"{rule.Value} {rule.Key}"));

    private static List<PersonalDataMatch> Found(string text)
    {
        var matches = new List<PersonalDataMatch>();
        Scanner.Scan(text, matches);
        return matches;
    }

    private static string SourceFolder([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "src"));

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
