using System.Text.Json.Nodes;
using Plumbline.Constitutions;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>What another constitution would change of revised answers, and the change itself.</summary>
/// <param name="folder">The folder of the revision.</param>
internal sealed class ReviseAnewPipeline(string folder)
{
    private readonly ReviseWorkspace workspace = new(folder);

    /// <summary>What would change, without asking anybody.</summary>
    /// <param name="constitution">The other constitution.</param>
    internal RevisePreview Preview(Constitution constitution)
    {
        var options = workspace.Options();
        var before = new RevisionRules(workspace.Constitution(), options.Revision, options.Seed);
        var after = new RevisionRules(constitution, options.Revision, options.Seed);
        var rows = new RevisedRows(options.Revision);
        var answers = workspace.Revised(options).ToList();
        return new RevisePreview(
            options,
            answers.Count,
            [
                .. answers
                    .Where(each => before.Asked(each.Answer.Id, each.Situation) != after.Asked(each.Answer.Id, each.Situation))
                    .Select(each => new TouchedItem(
                        each.Answer.Id,
                        [.. rows.Ids(each.Answer)],
                        new[] { before, after }
                            .SelectMany(rules => rules.Clauses(each.Answer.Id, each.Situation))
                            .ToHashSet(StringComparer.Ordinal)
                    )),
            ]
        );
    }

    /// <summary>Revises what is touched anew: everything else stands in the memory of the run, and nobody is asked about it.</summary>
    /// <param name="preview">What is touched.</param>
    /// <param name="files">The other constitution's file and overlays.</param>
    /// <param name="context">The pipeline.</param>
    internal async Task<ReviseAnewResult> RunAsync(
        RevisePreview preview,
        (string File, IReadOnlyList<string> Overlays) files,
        PipelineContext context
    )
    {
        var before = Rows(preview.Options);
        var options = preview.Options with { Constitution = files.File, Overlays = files.Overlays };
        var result = await new RevisePipeline(options, context).RunAsync();
        var after = Rows(options);
        return new ReviseAnewResult(before.Count, after.Count, before.Except(after).Count(), after.Except(before).Count(), result);
    }

    private HashSet<string> Rows(ReviseOptions options)
    {
        var rows = new RevisedRows(options.Revision);
        return workspace.Revised(options).SelectMany(each => rows.Ids(each.Answer)).ToHashSet(StringComparer.Ordinal);
    }
}

/// <summary>What another constitution would change of revised answers.</summary>
/// <param name="Options">How they were made.</param>
/// <param name="Answers">How many there are.</param>
/// <param name="Touched">Those that are asked about otherwise.</param>
internal sealed record RevisePreview(ReviseOptions Options, int Answers, IReadOnlyList<TouchedItem> Touched)
{
    /// <summary>The figures for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["revised"] = Answers,
            ["touched"] = Touched.Count,
            ["training_rows"] = Touched.Sum(item => item.Rows.Count),
            ["saved"] = Saved,
            ["items"] = new JsonArray([.. Touched.Select(item => (JsonNode)item.Id)]),
        };

    /// <summary>The figures for readers.</summary>
    internal void Write(TextWriter output) =>
        output.WriteLine(
            $"{Touched.Count} of {Answers} revised answers are touched, with {Touched.Sum(item => item.Rows.Count)} training rows; {Saved:P1} need no revision."
        );

    private double Saved => Answers == 0 ? 1 : 1 - ((double)Touched.Count / Answers);
}

/// <summary>What revising anew changed.</summary>
/// <param name="Before">Training rows before, without what is mixed in.</param>
/// <param name="After">Training rows now.</param>
/// <param name="Gone">Rows that are no more.</param>
/// <param name="Come">Rows that are new.</param>
/// <param name="Revision">The revision.</param>
internal sealed record ReviseAnewResult(int Before, int After, int Gone, int Come, ReviseResult Revision)
{
    /// <summary>What the models were asked.</summary>
    internal JudgeUsage Usage => Revision.Usage;

    /// <summary>The figures for machines.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["training_rows_before"] = Before,
            ["training_rows_after"] = After,
            ["gone"] = Gone,
            ["come"] = Come,
            ["asked"] = Usage.Asked,
            ["from_cache"] = Usage.FromCache,
        };

    /// <summary>The figures for readers.</summary>
    internal void Write(TextWriter output) =>
        output.WriteLine(
            $"Revised anew: {Before} training rows before and {After} now, {Gone} gone and {Come} new; {Usage.Asked} questions asked, {Usage.FromCache} answered before."
        );
}
