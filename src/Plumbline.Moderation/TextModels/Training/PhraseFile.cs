using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>
/// A file of phrases in one language, whose tag its name begins with (<c>de.txt</c>, <c>de.more.txt</c>): a line a phrase, under headings such as <c>[S2]</c>, the label that holds of them, or <c>[safe]</c>, where none does.
/// <c>{group}</c> in a phrase stands for lines of the section <c>[groups]</c>. Blank lines and lines that begin with <c>#</c> say nothing.
/// </summary>
public static class PhraseFile
{
    /// <summary>The label that holds of every phrase that is not safe.</summary>
    public const string AnyHarm = "unsafe";

    private const string Safe = "safe";
    private const string Groups = "groups";
    private const string Slot = "{group}";

    // A phrase about groups is learnt with so many of them, so that none of them stands for the harm.
    private const int GroupsPerPhrase = 6;

    /// <summary>The phrases of all files of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labels">Every label there is; all but a phrase's own and <see cref="AnyHarm"/> do not hold of it.</param>
    /// <param name="part">Which phrases are read. They are dealt by their places in their sections: phrases of several languages that say the same stand at about the same places.</param>
    /// <param name="seed">What groups are chosen by.</param>
    /// <exception cref="InvalidInputException">The folder is missing, or a file has a heading that is no label.</exception>
    public static IEnumerable<LabelledText> ReadFolder(string folder, IReadOnlyList<string> labels, SourcePart part, Seed seed)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException("there is no such folder.", "Give the folder of the phrase files.", new InputPosition(folder));
        }

        return Directory
            .EnumerateFiles(folder, "*.txt")
            .Order(StringComparer.Ordinal)
            .SelectMany(path => Read(path, labels, part, seed.Derive(Path.GetFileName(path))));
    }

    /// <summary>The phrases of one file, each with its groups filled in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">Every label there is; all but a phrase's own and <see cref="AnyHarm"/> do not hold of it.</param>
    /// <param name="part">Which phrases are read.</param>
    /// <param name="seed">What groups are chosen by.</param>
    /// <exception cref="InvalidInputException">A heading is no label, a phrase stands before the first one, or groups are missing.</exception>
    public static IReadOnlyList<LabelledText> Read(string path, IReadOnlyList<string> labels, SourcePart part, Seed seed)
    {
        var lines = Sections(path, labels);
        var groups = lines.Where(line => line.Section == Groups).Select(line => line.Text).ToList();
        var source = seed.Source();
        var language = Path.GetFileName(path).Split('.')[0];
        var texts = new List<LabelledText>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, section, phrase) in lines.Where(line => line.Section != Groups))
        {
            var place = places[section] = places.GetValueOrDefault(section, -1) + 1;
            if (!part.Take.Contains(place % part.Of))
            {
                continue;
            }

            var known = labels.ToDictionary(label => label, label => section != Safe && (label == section || label == AnyHarm));
            foreach (var (text, group) in Filled(path, number, phrase, groups, source))
            {
                texts.Add(new LabelledText(text, language, known) { Language = language, Group = group });
            }
        }

        return texts;
    }

    private static IEnumerable<(string Text, string? Group)> Filled(
        string path,
        long line,
        string phrase,
        List<string> groups,
        RandomSource source
    )
    {
        if (!phrase.Contains(Slot, StringComparison.Ordinal))
        {
            yield return (phrase, null);
            yield break;
        }

        if (groups.Count == 0)
        {
            throw new InvalidInputException(
                $"a phrase has {Slot}, and the file has no [{Groups}].",
                "Add them.",
                new InputPosition(path, line)
            );
        }

        for (var i = 0; i < GroupsPerPhrase; i++)
        {
            var group = source.Choose(groups);
            yield return (phrase.Replace(Slot, group, StringComparison.Ordinal), group);
        }
    }

    // A phrase may stand in brackets too: a heading is one word.
    private static string? Heading(string line) =>
        line[0] == '[' && line[^1] == ']' && line[1..^1].All(char.IsAsciiLetterOrDigit) ? line[1..^1] : null;

    private static List<(long Number, string Section, string Text)> Sections(string path, IReadOnlyList<string> labels)
    {
        var lines = new List<(long, string, string)>();
        var section = string.Empty;
        var number = 0L;
        foreach (var raw in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (Heading(line) is { } heading)
            {
                section = heading;
                if (section is not (Safe or Groups) && !labels.Contains(section, StringComparer.Ordinal))
                {
                    throw new InvalidInputException(
                        $"[{section}] is no label.",
                        $"Use one of {string.Join(", ", labels)}, {Safe} or {Groups}.",
                        new InputPosition(path, number)
                    );
                }
            }
            else if (section.Length == 0)
            {
                throw new InvalidInputException(
                    "a phrase stands before the first heading.",
                    "Put [safe] or a label above it.",
                    new InputPosition(path, number)
                );
            }
            else
            {
                lines.Add((number, section, line));
            }
        }

        return lines;
    }
}
