using System.Security.Cryptography;
using System.Text;
using Plumbline.Runs;

namespace Plumbline.Cli.Pipelines;

/// <summary>
/// A finished piece of a pipeline: a folder whose name carries a hash of everything that decides its content (its options, its inputs' hashes, seed, threads and software versions).
/// The same inputs find the same folder and are not computed again; other inputs get a folder of their own, so nothing is overwritten.
/// </summary>
/// <param name="Name">The stage's name, such as <c>sft</c>.</param>
/// <param name="Key">The hash.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Record">Puts it into the ledger.</param>
internal sealed record Stage(string Name, string Key, string Folder, StageRecord Record)
{
    private const string FinishedMark = "finished";
    private const string ModelName = "model";

    /// <summary>The stage of these inputs, finished or not.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="name">The stage's name.</param>
    /// <param name="madeFrom">What the ledger will say that it was made from.</param>
    /// <param name="inputs">What decides its content: its options as text, hashes of files, seeds, keys of earlier stages.</param>
    /// <param name="output">What it leaves in its folder, and what the ledger names it by.</param>
    internal static Stage Of(
        PipelineContext context,
        string name,
        IReadOnlyList<StageSource> madeFrom,
        string[] inputs,
        string output = ModelName
    )
    {
        var text = new StringBuilder().Append(name).Append('\n').Append(context.Threads).Append('\n');
        foreach (var (software, version) in Versions.All)
        {
            text.Append(software).Append(' ').Append(version).Append('\n');
        }

        foreach (var input in inputs)
        {
            text.Append(input).Append('\n');
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
        return new Stage(name, key, Path.Combine(context.Folder, $"{name}-{key}"), new StageRecord(context, madeFrom, output));
    }

    /// <summary>The folder of the stage's model.</summary>
    internal string ModelFolder => Path.Combine(Folder, ModelName);

    /// <summary>Whether the stage was computed to its end.</summary>
    internal bool IsFinished => File.Exists(Path.Combine(Folder, FinishedMark));

    /// <summary>
    /// Computes the stage unless it is finished, and puts it into the ledger; the mark is set only after both, so what is finished is recorded. A kill in between
    /// computes the same bits again, which the ledger knows.
    /// </summary>
    /// <param name="facts">The record of the run.</param>
    /// <param name="compute">Leaves the stage's output in its folder.</param>
    internal Stage Ensure(RunFacts facts, Action compute)
    {
        if (IsFinished)
        {
            Record.Keep(this, facts);
            return this;
        }

        Record.Begin(this);
        compute();
        Record.Write(this, facts);
        DurableFile.WriteText(Path.Combine(Folder, FinishedMark), Key + "\n");
        return this;
    }
}
