using Plumbline.Constitutions;
using Plumbline.Lineage;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>Something that a stage is made from, as the ledger names it.</summary>
internal sealed class StageSource
{
    private readonly Func<string> id;
    private readonly Func<string, string, Artifact>? describe;

    /// <param name="id">Its id; asked for when a stage is recorded.</param>
    /// <param name="describe">What the ledger in a folder says of that id; null for stages, which are there already.</param>
    private StageSource(Func<string> id, Func<string, string, Artifact>? describe)
    {
        // A model folder that several stages start from is hashed once.
        var once = new Lazy<string>(id);
        (this.id, this.describe) = (() => once.Value, describe);
    }

    /// <summary>Its id.</summary>
    internal string Id => id();

    /// <summary>An earlier stage.</summary>
    internal static StageSource Of(Stage stage) => new(() => stage.Record.Id(stage), describe: null);

    /// <summary>A model folder of the user's.</summary>
    internal static StageSource OfModel(string folder) =>
        new(() => ArtifactId.OfFolder(folder), (_, id) => new Artifact("model", id, folder, []));

    /// <summary>A file of the user's, with the lineage of its rows where that stands beside it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it is.</param>
    internal static StageSource OfFile(InputFact file, string kind = "data") =>
        new(() => ArtifactId.Of(file), (ledgerFolder, _) => Artifact.OfDataSet(ledgerFolder, kind, file, []));

    /// <summary>What a text describes in full, such as a generated world.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="text">Everything that decides it.</param>
    internal static StageSource OfText(string kind, string name, string text) =>
        new(() => ArtifactId.OfText(text), (_, id) => new Artifact(kind, id, name, []));

    /// <summary>A constitution.</summary>
    internal static StageSource OfConstitution(Constitution constitution) =>
        new(() => ArtifactId.Of(constitution), (_, id) => new Artifact("constitution", id, constitution.Name, []));

    /// <summary>What is written down before the stage; null where the ledger knows it.</summary>
    internal Artifact? Unknown(Ledger ledger) => describe is null || ledger.Find(Id) is not null ? null : describe(ledger.Folder, Id);
}
