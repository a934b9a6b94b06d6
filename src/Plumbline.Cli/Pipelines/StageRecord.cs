using Plumbline.Lineage;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>How a stage is put into the ledger of its pipeline's folder.</summary>
/// <param name="context">The pipeline.</param>
/// <param name="madeFrom">What the stage is made from.</param>
/// <param name="output">The file or folder that it leaves in its own folder.</param>
internal sealed class StageRecord(PipelineContext context, IReadOnlyList<StageSource> madeFrom, string output)
{
    /// <summary>Makes the stage's folder; a ledger that is not whole is found before anything is computed.</summary>
    internal void Begin(Stage stage)
    {
        Open();
        Directory.CreateDirectory(stage.Folder);
        File.Delete(HashFile(stage));
    }

    /// <summary>Records the stage, and what it is made from where the ledger does not know it.</summary>
    internal void Write(Stage stage, RunFacts facts)
    {
        var ledger = Open();
        var known = new Dictionary<string, Fact>
        {
            [Artifact.KeyFact] = stage.Key,
            ["command"] = facts.Command,
            ["options"] = ArtifactId.OfText(facts.OptionsText()),
            ["seed"] = facts.Seed,
            ["version"] = facts.Versions["plumbline"],
        };
        string[] from = [.. madeFrom.Select(source => source.Id).Distinct(StringComparer.Ordinal)];
        var file = Path.Combine(stage.Folder, output);
        var artifact = File.Exists(file)
            ? Artifact.OfDataSet(context.Folder, Kind(stage.Name), file, from, known) with
            {
                Name = Name(stage),
            }
            : new Artifact(Kind(stage.Name), Id(stage), Name(stage), from, known);
        ledger.AppendAll([.. madeFrom.Select(source => source.Unknown(ledger)).OfType<Artifact>(), artifact]);
    }

    /// <summary>Records a finished stage that the ledger does not know, such as one of an earlier version.</summary>
    internal void Keep(Stage stage, RunFacts facts)
    {
        if (!Open().Entries.Any(entry => entry.Artifact.Facts.TryGetValue(Artifact.KeyFact, out var key) && key.Text == stage.Key))
        {
            Write(stage, facts);
        }
    }

    /// <summary>The id of what the stage left; hashed once, and kept beside it.</summary>
    internal string Id(Stage stage)
    {
        var kept = HashFile(stage);
        if (File.Exists(kept) && File.ReadAllText(kept).TrimEnd() is var known && ArtifactId.IsHash(known))
        {
            return known;
        }

        var path = Path.Combine(stage.Folder, output);
        var id = Directory.Exists(path) ? ArtifactId.OfFolder(path) : ArtifactId.OfFile(path);
        DurableFile.WriteText(kept, id + "\n");
        return id;
    }

    private Ledger Open() => Ledger.Open(context.Folder, context.Clock);

    private string Name(Stage stage) => $"{Path.GetFileName(stage.Folder)}/{output}";

    private string HashFile(Stage stage) => Path.Combine(stage.Folder, $"{output}.sha256");

    // The members of an ensemble are numbered, and all of one kind.
    private static string Kind(string name)
    {
        var end = name.TrimEnd([.. "0123456789"]);
        return end.Length < name.Length && end.EndsWith('-') ? end[..^1] : name;
    }
}
