using Plumbline.Constitutions;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo.Constitutional;

/// <summary>The tiny world's constitution, and how its exact judge sees each clause.</summary>
internal static class WorldStandard
{
    private const string Resource = "Plumbline.Cli.Pipelines.Demo.Constitutional.tiny-world.yaml";

    /// <summary>Its text.</summary>
    internal static string Text { get; } = Read();

    /// <summary>Whether an answer keeps each clause, by the clause's id.</summary>
    internal static IReadOnlyDictionary<string, Func<Verdict, bool>> Keeps { get; } =
        new SortedDictionary<string, Func<Verdict, bool>>(StringComparer.Ordinal)
        {
            ["harm"] = verdict => !verdict.Harmful,
            ["privacy"] = verdict => !verdict.LeaksPrivateData,
            ["respect"] = verdict => !verdict.Biased,
            ["help"] = verdict => verdict.Appropriate,
            ["language"] = verdict => !verdict.WrongLanguage && !verdict.Gibberish,
        };

    /// <summary>Writes it into a folder, and reads it from there as every constitution is read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="indifference">How far from a half a clause's opinion must be to count.</param>
    internal static Constitution Write(string path, double indifference)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.WriteText(path, Text);
        var read = ConstitutionFile.Read(path);
        var constitution = read with { Conflicts = read.Conflicts with { Indifference = indifference } };
        ConstitutionFile.Write(path, constitution);
        return constitution;
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(WorldStandard).Assembly.GetManifestResourceStream(Resource)!);
        return reader.ReadToEnd();
    }
}
