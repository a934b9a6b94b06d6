using System.Text.Json.Nodes;
using Plumbline.Cli.Conversing;
using Plumbline.Cli.Pipelines;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary>What a changed constitution does to a folder of labels or of revised answers, told and done.</summary>
/// <param name="environment">The process around the command.</param>
/// <param name="folder">The folder.</param>
/// <param name="files">The constitution's file and overlays.</param>
/// <param name="asJson">Whether everything goes into the document, and nothing is printed.</param>
internal sealed class WorkspaceAndChange(
    CommandEnvironment environment,
    string folder,
    (string File, IReadOnlyList<string> Overlays) files,
    bool asJson
)
{
    /// <summary>Tells what is touched, and makes it anew where that is asked for.</summary>
    /// <param name="constitution">The constitution after the change.</param>
    /// <param name="changes">What changed.</param>
    /// <param name="anew">Whether to.</param>
    /// <param name="document">Receives the figures.</param>
    /// <returns>What was not answered; null where everything was.</returns>
    internal async Task<string?> RunAsync(Constitution constitution, IReadOnlyList<ClauseChange> changes, bool anew, JsonObject document)
    {
        if (new ReviseWorkspace(folder).Exists)
        {
            return await RevisionsAsync(constitution, changes, anew, document);
        }

        await LabelsAsync(constitution, changes, anew, document);
        return null;
    }

    private async Task LabelsAsync(Constitution constitution, IReadOnlyList<ClauseChange> changes, bool anew, JsonObject document)
    {
        var pipeline = new RelabelPipeline(folder);
        var preview = pipeline.Preview(constitution);
        document["workspace"] = preview.Json();
        Show(preview.Write);
        Reach(changes, preview.Items, "labels", document);
        if (anew)
        {
            var result = await pipeline.RunAsync(preview, constitution, files, Context(preview.Options));
            document["relabelled"] = result.Json();
            Show(result.Write);
        }
    }

    private async Task<string?> RevisionsAsync(
        Constitution constitution,
        IReadOnlyList<ClauseChange> changes,
        bool anew,
        JsonObject document
    )
    {
        var pipeline = new ReviseAnewPipeline(folder);
        var preview = pipeline.Preview(constitution);
        document["workspace"] = preview.Json();
        Show(preview.Write);
        Reach(changes, preview.Touched, "revised answers", document);
        if (!anew)
        {
            return null;
        }

        var result = await pipeline.RunAsync(preview, files, Context(preview.Options));
        document["revised_anew"] = result.Json();
        Show(result.Write);
        return result.Revision.Unfinished;
    }

    private void Reach(IReadOnlyList<ClauseChange> changes, IReadOnlyList<TouchedItem> touched, string what, JsonObject document)
    {
        var reaches = ChangeReach.Of(changes, touched);
        document["reach"] = new JsonObject(reaches.Select(reach => KeyValuePair.Create(reach.Clause, (JsonNode?)reach.Json())));
        Show(output =>
        {
            foreach (var reach in reaches)
            {
                output.WriteLine(
                    TerminalText.Escape(
                        $"  {reach.Clause}: {reach.Items.Count} {what}, {reach.Rows.Count} training rows, {reach.Tests.Count} tests"
                    )
                );
            }
        });
    }

    private PipelineContext Context(ConstitutionRunOptions options) =>
        ConstitutionRunCommand.Context(environment, options, "diff") with
        {
            Folder = folder,
        };

    private void Show(Action<TextWriter> write)
    {
        if (!asJson)
        {
            write(environment.Output);
        }
    }
}
