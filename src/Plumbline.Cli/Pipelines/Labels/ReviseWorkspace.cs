using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Revising;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>The folder of a revision: <c>revise.yaml</c>, <c>constitution.yaml</c>, <c>revisions.jsonl</c>, the sets made of these, and <c>answers.db</c>.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ReviseWorkspace(string folder)
{
    /// <summary>The revised answers.</summary>
    internal string Revisions => Path.Combine(folder, "revisions.jsonl");

    /// <summary>Whether the folder is one.</summary>
    internal bool Exists => File.Exists(OptionsPath);

    private string OptionsPath => Path.Combine(folder, "revise.yaml");

    private string ConstitutionPath => Path.Combine(folder, "constitution.yaml");

    /// <summary>The options that the answers were revised with.</summary>
    internal ReviseOptions Options() => OptionsFile.Read<ReviseOptions>(OptionsPath);

    /// <summary>The constitution that they were revised by.</summary>
    internal Constitution Constitution() => ConstitutionFile.Read(ConstitutionPath);

    /// <summary>Keeps options and constitution.</summary>
    internal void Keep(ReviseOptions options, Constitution constitution)
    {
        DurableFile.WriteText(OptionsPath, OptionsFile.Write(options));
        ConstitutionFile.Write(ConstitutionPath, constitution);
    }

    /// <summary>The prompts whose answers are revised, each with its situation.</summary>
    internal static IEnumerable<(PromptExample Asked, Situation Situation)> Prompts(ReviseOptions options) =>
        options
            .Data.Open(strict: false)
            .ReadPrompts()
            .Select(prompt =>
                (prompt, RowSituation.Of(options.Situation, prompt.Columns, options.SituationColumns, (options.Data.Path, prompt.Id)))
            );

    /// <summary>The revised answers with the prompts as the data have them; those whose prompt the data no longer have are left out.</summary>
    internal IEnumerable<(RevisedAnswer Answer, Situation Situation)> Revised(ReviseOptions options)
    {
        var prompts = Prompts(options).ToDictionary(prompt => prompt.Asked.Id, StringComparer.Ordinal);
        return RevisionFile
            .Read(Revisions)
            .Where(answer => prompts.ContainsKey(answer.Id))
            .Select(answer => (answer with { Prompt = prompts[answer.Id].Asked.Prompt }, prompts[answer.Id].Situation));
    }
}
