using System.Text.Json.Nodes;
using Plumbline.Cli.Pipelines.Labels;
using Plumbline.Constitutions;

namespace Plumbline.Cli.Commands.Constitutions;

/// <summary>What a changed constitution does to the labels of a workspace, told and done.</summary>
/// <param name="environment">The process around the command.</param>
/// <param name="folder">The workspace.</param>
/// <param name="files">The constitution's file and overlays.</param>
/// <param name="asJson">Whether everything goes into the document, and nothing is printed.</param>
internal sealed class LabelsAndChange(
    CommandEnvironment environment,
    string folder,
    (string File, IReadOnlyList<string> Overlays) files,
    bool asJson
)
{
    /// <summary>Tells what is touched, and labels it anew where that is asked for.</summary>
    /// <param name="constitution">The constitution after the change.</param>
    /// <param name="relabel">Whether to.</param>
    /// <param name="document">Receives the figures.</param>
    internal async Task RunAsync(Constitution constitution, bool relabel, JsonObject document)
    {
        var pipeline = new RelabelPipeline(folder);
        var preview = pipeline.Preview(constitution);
        document["workspace"] = preview.Json();
        if (!asJson)
        {
            preview.Write(environment.Output);
        }

        if (!relabel)
        {
            return;
        }

        var result = await pipeline.RunAsync(
            preview,
            constitution,
            files,
            ConstitutionRunCommand.Context(environment, preview.Options, "diff") with
            {
                Folder = folder,
            }
        );
        document["relabelled"] = new JsonObject
        {
            ["changed"] = result.Changed,
            ["turned"] = result.Turned,
            ["preferences"] = result.Preferences,
            ["asked"] = result.Usage.Asked,
            ["from_cache"] = result.Usage.FromCache,
        };
        if (!asJson)
        {
            environment.Output.WriteLine(
                $"Labelled anew: {result.Changed} labels changed, in {result.Turned} pairs the other answer prevails; {result.Usage.Asked} questions asked, {result.Usage.FromCache} answered before; {result.Preferences} preferences."
            );
        }
    }
}
