using System.Text;

namespace Plumbline.Constitutions.Importing;

/// <summary>
/// Reads constitutions of other makes: llm-swarm's JSON (pairs of critique and revision), Markdown whose sections are clauses (OpenAI's Model Spec), and plain lists.
/// </summary>
public static class ConstitutionImport
{
    private const int MostBytes = 4 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file of any of the three makes, told apart by what is in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the constitution is to be called; null for the file's name.</param>
    /// <exception cref="InvalidInputException">It cannot be read, or holds no clause.</exception>
    public static Constitution Read(string path, string? name = null) =>
        Parse(Text(path), path, name ?? Slug.Of(Path.GetFileNameWithoutExtension(path)));

    /// <summary>The same from a text: what fuzzing drives.</summary>
    internal static Constitution Parse(string text, string path, string name)
    {
        if (text.AsSpan().TrimStart() is ['{' or '[', ..] && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return CritiquePairs.Read(text, path, name);
        }

        var sections = MarkdownSection.Split(text);
        var constitution = sections.Exists(section => section.Anchor is not null)
            ? SectionClauses.Read(sections, name)
            : ListClauses.Read(sections, name);
        return constitution.Clauses.Count switch
        {
            0 => throw new InvalidInputException(
                "There is no clause in this file.",
                "Give a list with a principle an item, Markdown with a section a clause, or llm-swarm's JSON.",
                new InputPosition(path)
            ),
            > Constitution.MostClauses => throw new InvalidInputException(
                $"There are {constitution.Clauses.Count} clauses in this file, and a constitution has {Constitution.MostClauses} at most.",
                "Split it, or keep the items that say what a model should do.",
                new InputPosition(path)
            ),
            _ => Configuration.OptionsValidation.ThrowIfInvalid(constitution),
        };
    }

    private static string Text(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                throw new InvalidInputException(
                    $"The file is larger than {MostBytes >> 20} MiB.",
                    "Check that this is the right file.",
                    new InputPosition(path)
                );
            }

            using var reader = new StreamReader(file, StrictUtf8);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidInputException("The file is not UTF-8 text.", "Save it as UTF-8.", new InputPosition(path), failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                "Check the path and its permissions.",
                new InputPosition(path),
                failure
            );
        }
    }
}
