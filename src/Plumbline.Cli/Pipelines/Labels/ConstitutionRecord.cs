using Plumbline.Constitutions;
using Plumbline.Lineage;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>What a run by a constitution writes into the ledger of its folder: the constitution, what it read, who answered, and what it made.</summary>
/// <param name="context">The pipeline.</param>
/// <param name="constitution">The constitution.</param>
/// <param name="options">The run's options.</param>
internal sealed class ConstitutionRecord(PipelineContext context, Constitution constitution, ConstitutionRunOptions options)
{
    // Gigabytes are hashed once.
    private readonly Dictionary<JudgeModelOptions, string> models = [];

    /// <summary>The constitution's id, which rows are traced back to.</summary>
    internal string ConstitutionId { get; } = ArtifactId.Of(constitution);

    /// <summary>Writes down what was made; files with the lineage of their rows beside them are found by their rows too.</summary>
    /// <param name="files">The kinds and paths of the files; those that are not there are left out.</param>
    /// <param name="data">The file of rows that was read.</param>
    /// <param name="answering">Who answered.</param>
    internal void Write(IReadOnlyList<(string Kind, string Path)> files, string data, IReadOnlyList<JudgeModelOptions> answering)
    {
        var ledger = Ledger.Open(context.Folder, context.Clock);
        var read = Artifact.OfDataSet(context.Folder, "data", data, []);
        List<Artifact> made =
        [
            new("constitution", ConstitutionId, constitution.Name),
            read,
            .. answering.Select(model => new Artifact("model", ModelId(model), AskedModel.NameOf(model))),
        ];
        string[] from = [.. made.Select(artifact => artifact.Id).Distinct(StringComparer.Ordinal)];
        var run = new RunFacts(context.Command, options, options.Seed.Value, Versions.All, RunMachine.Facts(context.Threads), []);
        var facts = new Dictionary<string, Fact>
        {
            ["command"] = context.Command,
            ["options"] = ArtifactId.OfText(run.OptionsText()),
            ["seed"] = options.Seed.Value,
            ["version"] = Versions.All["plumbline"],
        };
        made.AddRange(
            files
                .Where(file => File.Exists(file.Path))
                .Select(file => Artifact.OfDataSet(context.Folder, file.Kind, file.Path, from, facts))
        );
        ledger.AppendAll(made);
    }

    /// <summary>The id of a model: of a folder's content, or, of one at an address, of its name there.</summary>
    internal string ModelId(JudgeModelOptions model)
    {
        if (!models.TryGetValue(model, out var id))
        {
            id = model.Model is { } folder ? ArtifactId.OfFolder(folder) : ArtifactId.OfText(AskedModel.NameOf(model));
            models.Add(model, id);
        }

        return id;
    }
}
