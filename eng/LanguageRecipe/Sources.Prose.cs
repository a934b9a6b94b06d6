using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Plumbline.LanguageRecipe;

/// <summary>Help pages, prose, sayings, names of emoji, program text.</summary>
internal static partial class Sources
{
    private static readonly SearchValues<char> Syntax = SearchValues.Create("{};()=");

    private static readonly Dictionary<string, string> DasherNames = new(StringComparer.Ordinal)
    {
        ["albanian"] = "sq",
        ["basque"] = "eu",
        ["bengali"] = "bn",
        ["canna"] = "ja",
        ["czech"] = "cs",
        ["danish"] = "da",
        ["dutch"] = "nl",
        ["english"] = "en",
        ["finnish"] = "fi",
        ["french"] = "fr",
        ["german"] = "de",
        ["greek"] = "el",
        ["hebrew"] = "he",
        ["hungarian"] = "hu",
        ["italian"] = "it",
        ["mongolian"] = "mn",
        ["persian"] = "fa",
        ["polish"] = "pl",
        ["portuguese"] = "pt",
        ["russian"] = "ru",
        ["spanish"] = "es",
        ["swahili"] = "sw",
        ["swedish"] = "sv",
        ["turkish"] = "tr",
        ["welsh"] = "cy",
    };

    private static IEnumerable<SourceLine> Help(string unpacked)
    {
        foreach (var package in new[] { "gnome-user-docs" }.Select(name => Path.Combine(unpacked, name)))
        {
            foreach (var file in Files(package, "*.page"))
            {
                var code = file[(file.IndexOf("/help/", StringComparison.Ordinal) + 6)..].Split('/')[0];
                foreach (var line in Paragraphs(file))
                {
                    yield return new SourceLine("gnome-help", code == "C" ? "en" : code, line);
                }
            }
        }

        foreach (var package in Packages(unpacked, "gimp-help").Concat(Packages(unpacked, "libreoffice-help")))
        {
            foreach (var file in Files(package, "*.html"))
            {
                var code = file[(file.IndexOf("/help/", StringComparison.Ordinal) + 6)..].Split('/')[0];
                foreach (var line in Paragraphs(file))
                {
                    yield return new SourceLine(Path.GetFileName(package).Split('-')[0] + "-help", code, line);
                }
            }
        }

        foreach (var file in Files(Path.Combine(unpacked, "stellarium-data"), "description.*.utf8"))
        {
            foreach (var line in Paragraphs(file))
            {
                yield return new SourceLine("stellarium", Path.GetFileName(file).Split('.')[1], line);
            }
        }
    }

    /// <summary>Blocks of a marked-up file, each on one line.</summary>
    private static IEnumerable<string> Paragraphs(string file) => Markup.Lines(File.ReadAllText(file).ReplaceLineEndings(" "));

    /// <summary>Sayings, jokes and quotations: how people talk.</summary>
    private static IEnumerable<SourceLine> Fortunes(string unpacked)
    {
        foreach (var package in Packages(unpacked, "fortunes"))
        {
            var code = Path.GetFileName(package).Split('-')[^1] is { Length: 2 } language ? language : "en";
            foreach (var file in Files(package, "*").Where(file => Path.GetExtension(file).Length == 0))
            {
                var text = File.ReadAllText(file);
                // Some files are in other encodings, some in other languages.
                if (
                    !text.Contains('\uFFFD', StringComparison.Ordinal)
                    && Path.GetFileName(file) is not ("translate-me" or "ascii-art" or "klasik-sk")
                )
                {
                    foreach (var saying in text.Split("\n%\n"))
                    {
                        yield return new SourceLine("fortunes", code, saying.Split("\n\t\t")[0]);
                    }
                }
            }
        }
    }

    private static IEnumerable<SourceLine> Plain(string unpacked)
    {
        foreach (var file in Files(Path.Combine(unpacked, "dasher-data"), "training_*.txt"))
        {
            var name = Path.GetFileNameWithoutExtension(file)["training_".Length..].Split('_')[0];
            if (!name.EndsWith('C') && DasherNames.TryGetValue(name, out var code))
            {
                foreach (var line in Joined(File.ReadAllLines(file)))
                {
                    yield return new SourceLine("dasher", code, line);
                }
            }
        }

        foreach (var file in Files(Path.Combine(unpacked, "klavaro"), "*.paragraphs"))
        {
            var code = Path.GetFileNameWithoutExtension(file);
            foreach (var line in File.ReadAllLines(file))
            {
                yield return new SourceLine("klavaro", code == "C" ? "en" : code, line);
            }
        }
    }

    /// <summary>Paragraphs of files that break lines at a width, in runs of at most some 600 characters.</summary>
    private static IEnumerable<string> Joined(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (text.Length > 0 && (line.Length == 0 || text.Length > 600))
            {
                yield return text.ToString();
                text.Clear();
            }

            text.Append(line).Append(' ');
        }

        yield return text.ToString();
    }

    private static IEnumerable<SourceLine> Emoji(string unpacked)
    {
        foreach (var file in Files(Path.Combine(unpacked, "cldr-annotations-full", "package", "annotations"), "annotations.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var known = document.RootElement.GetProperty("annotations").TryGetProperty("annotations", out var symbols);
            foreach (var symbol in known ? symbols.EnumerateObject() : default)
            {
                if (symbol.Value.TryGetProperty("default", out var words))
                {
                    yield return new SourceLine(
                        "cldr",
                        Path.GetFileName(Path.GetDirectoryName(file))!,
                        string.Join(", ", words.EnumerateArray().Select(word => word.GetString()))
                    );
                }
            }
        }
    }

    private static IEnumerable<SourceLine> DokuWiki(string unpacked)
    {
        foreach (var file in Files(Path.Combine(unpacked, "dokuwiki"), "*.txt"))
        {
            var at = file.IndexOf("/lang/", StringComparison.Ordinal);
            if (at >= 0 && !file.EndsWith("stopwords.txt", StringComparison.Ordinal))
            {
                foreach (var line in File.ReadAllLines(file))
                {
                    yield return new SourceLine(
                        CorpusWriter.Development,
                        file[(at + 6)..].Split('/')[0],
                        Markup.WithoutPlaceholders(line.Replace('@', ' '))
                    );
                }
            }
        }
    }

    private static IEnumerable<SourceLine> Code(string unpacked)
    {
        foreach (var pattern in new[] { "*.php", "*.js", "*.css" })
        {
            foreach (
                var file in Files(Path.Combine(unpacked, "mediawiki"), pattern)
                    .Where(file => !file.Contains("/i18n/", StringComparison.Ordinal))
            )
            {
                foreach (
                    var line in File.ReadLines(file)
                        .Where(line => line.AsSpan().ContainsAny(Syntax) && !line.Contains('*', StringComparison.Ordinal))
                )
                {
                    yield return new SourceLine("code", CorpusWriter.Code, line.Trim());
                }
            }
        }
    }
}
