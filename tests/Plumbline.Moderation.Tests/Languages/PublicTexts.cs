using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Languages;

/// <summary>A text of a public set and the language it is in.</summary>
/// <param name="Set">The set's folder.</param>
/// <param name="Language">A primary language subtag, or a tag with a script where the language is written in more than one.</param>
/// <param name="Text">The text.</param>
internal sealed record PublicText(string Set, string Language, string Text);

/// <summary>Public sets whose languages are known and that no model here was trained on.</summary>
internal static class PublicTexts
{
    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["Arabic"] = "ar",
        ["Bengali"] = "bn",
        ["Chinese"] = "zh",
        ["Filipino/Tagalog"] = "tl",
        ["French"] = "fr",
        ["German"] = "de",
        ["Hindi"] = "hi",
        ["Indonesian"] = "id",
        ["Italian"] = "it",
        ["Japanese"] = "ja",
        ["Korean"] = "ko",
        ["Portuguese"] = "pt",
        ["Russian"] = "ru",
        ["Spanish"] = "es",
        ["Thai"] = "th",
        ["Turkish"] = "tr",
        ["Vietnamese"] = "vi",
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<PublicText> Read() =>
        MultiJail()
            .Concat(HateCheck())
            .Concat(Injections())
            .Concat(Tweets())
            .Concat(Column("coldataset-zh", "coldataset-zh/dev.csv", "zh", ',', "TEXT"))
            .Concat(Column("korean-hate-speech", "korean-hate-speech/dev.tsv", "ko", '\t', "comments"))
            .Concat(Questions("catqa_english.json", "en"))
            .Concat(Questions("catqa_chinese.json", "zh"))
            .Concat(Questions("catqa_vietnamese.json", "vi"))
            .Concat(Column("hatecheck", "hatecheck/test_suite_cases.csv", "en", ',', "test_case"))
            .Concat(Column("xstest", "xstest/xstest_prompts.csv", "en", ',', "prompt"))
            .Where(text => text.Text.Length > 0);

    private static IEnumerable<PublicText> MultiJail()
    {
        var path = RealData.Path("multijail/MultiJail.csv");
        foreach (var language in new[] { "en", "zh", "it", "vi", "ar", "ko", "th", "bn", "sw", "jv" })
        {
            foreach (var text in Rows(File.ReadAllText(path), ',', language))
            {
                yield return new PublicText("multijail", language, text);
            }
        }
    }

    private static IEnumerable<PublicText> HateCheck()
    {
        foreach (
            var (name, language) in new[]
            {
                ("arabic", "ar"),
                ("german", "de"),
                ("hindi", "hi-Latn"),
                ("mandarin", "zh"),
                ("spanish", "es"),
            }
        )
        {
            using var stream = new GZipStream(
                File.OpenRead(RealData.Path($"multilingual-hatecheck/hatecheck_cases_final_{name}.csv.gz")),
                CompressionMode.Decompress
            );
            using var reader = new StreamReader(stream);
            foreach (var text in Rows(reader.ReadToEnd(), ',', "test_case"))
            {
                yield return new PublicText("multilingual-hatecheck", language, text);
            }
        }
    }

    private static IEnumerable<PublicText> Injections()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(RealData.Path("purplellama-prompt-injection/prompt_injection_multilingual_machine_translated.json"))
        );
        foreach (var row in document.RootElement.EnumerateArray())
        {
            yield return new PublicText(
                "purplellama-prompt-injection",
                Named[row.GetProperty("speaking_language").GetString()!],
                row.GetProperty("test_case_prompt").GetString()!
            );
        }
    }

    private static IEnumerable<PublicText> Tweets()
    {
        using var archive = ZipFile.OpenRead(RealData.Path("mlma-hate/hate_speech_mlma.zip"));
        foreach (var language in new[] { "en", "fr", "ar" })
        {
            using var reader = new StreamReader(archive.GetEntry($"hate_speech_mlma/{language}_dataset.csv")!.Open());
            foreach (var text in Rows(reader.ReadToEnd(), ',', "tweet"))
            {
                yield return new PublicText("mlma-hate", language, text);
            }
        }
    }

    private static IEnumerable<PublicText> Questions(string file, string language)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RealData.Path("catqa-harmfulqa/" + file)));
        foreach (
            var question in document
                .RootElement.EnumerateObject()
                .SelectMany(area => area.Value.EnumerateObject())
                .SelectMany(kind => kind.Value.EnumerateArray())
        )
        {
            yield return new PublicText("catqa-harmfulqa", language, question.GetString()!);
        }
    }

    private static IEnumerable<PublicText> Column(string set, string path, string language, char separator, string column) =>
        Rows(File.ReadAllText(RealData.Path(path)), separator, column).Select(text => new PublicText(set, language, text));

    /// <summary>The values of one column of a file with a header, as RFC 4180 quotes them.</summary>
    private static IEnumerable<string> Rows(string file, char separator, string column)
    {
        var at = -1;
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i <= file.Length; i++)
        {
            var value = i < file.Length ? file[i] : '\n';
            if (value == '"' && separator == ',')
            {
                isQuoted = !isQuoted;
                if (isQuoted && i > 0 && file[i - 1] == '"')
                {
                    field.Append('"');
                }
            }
            else if (isQuoted || (value != separator && value is not ('\n' or '\r')))
            {
                field.Append(value);
            }
            else if (value != '\r')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (value == '\n')
                {
                    if (at < 0)
                    {
                        at = fields.FindIndex(name => name.Trim('\uFEFF') == column);
                    }
                    else if (fields.Count > at)
                    {
                        yield return fields[at];
                    }

                    fields.Clear();
                }
            }
        }
    }
}
