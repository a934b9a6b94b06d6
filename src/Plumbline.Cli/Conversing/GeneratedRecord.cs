using Microsoft.Extensions.AI;
using Plumbline.Cli.Pipelines;
using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Lineage;

namespace Plumbline.Cli.Conversing;

/// <summary>Puts answers into a ledger: which model gave them, and what it was asked. So an answer can be walked back to all that the model was made from.</summary>
/// <param name="options">Who answers what.</param>
/// <param name="clock">The time.</param>
/// <exception cref="InvalidInputException">The ledger does not fit; found before anything is asked.</exception>
internal sealed class GeneratedRecord(GenerateOptions options, TimeProvider clock)
{
    private readonly Ledger ledger = Ledger.Open(options.Ledger!, clock);
    private readonly List<(string Row, string Prompt)> rows = [];

    /// <summary>Notes a row.</summary>
    internal void Add(GeneratedRow row)
    {
        var prompt = Content.FromMessages(row.Prompt);
        var answer = Content.FromMessages([new ChatMessage(ChatRole.Assistant, row.Response.Text)]);
        rows.Add((ExampleId.Of(new PromptCompletionExample(string.Empty, prompt, answer)), prompt.ToString()));
    }

    /// <summary>Writes the lineage of the rows beside their file, and the file into the ledger.</summary>
    internal void Write()
    {
        var output = options.Output!;
        Artifact[] made = [Model(), Prompts()];
        RowLineageFile.Write(
            output,
            rows.DistinctBy(row => row.Row, StringComparer.Ordinal)
                .Select(row => new RowLineage(row.Row, [new("prompt", made[1].Id) { Text = row.Prompt }, new("answer", made[0].Id)]))
        );
        var facts = new Dictionary<string, Fact>
        {
            ["command"] = "plumb generate",
            ["options"] = ArtifactId.OfText(OptionsFile.Write(options)),
            ["seed"] = options.Seed.Value,
            ["version"] = Versions.All["plumbline"],
        };
        ledger.AppendAll([
            .. made.Where(artifact => ledger.Find(artifact.Id) is null),
            Artifact.OfDataSet(ledger.Folder, "answers", output, [.. made.Select(artifact => artifact.Id)], facts),
        ]);
    }

    private Artifact Model() =>
        options.Remote is { } remote
            ? Named(new Artifact("model", string.Empty, $"{remote.Model} at {remote.Endpoint}"))
            : new Artifact("model", ArtifactId.OfFolder(options.Model!), options.Model!);

    private Artifact Prompts() =>
        options.Input is { } input
            ? Artifact.OfDataSet(ledger.Folder, "data", input.Path, [])
            : Named(new Artifact("data", string.Empty, string.Join(' ', options.Prompts)));

    // What has no file is named by what it is called.
    private static Artifact Named(Artifact artifact) => artifact with { Id = ArtifactId.OfText(artifact.Name) };
}
