using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Cli.Pipelines;

/// <summary>
/// A finished piece of a pipeline: a folder whose name carries a hash of everything that decides its content (its options, its inputs' hashes, seed, threads and software versions).
/// The same inputs find the same folder and are not computed again; other inputs get a folder of their own, so nothing is overwritten.
/// </summary>
/// <param name="Name">The stage's name, such as <c>sft</c>.</param>
/// <param name="Key">The hash.</param>
/// <param name="Folder">The folder.</param>
internal sealed record Stage(string Name, string Key, string Folder)
{
    private const string FinishedMark = "finished";

    /// <summary>The stage of these inputs, finished or not.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="name">The stage's name.</param>
    /// <param name="inputs">What it is made from: its options as text, hashes of files, seeds, keys of earlier stages.</param>
    internal static Stage Of(PipelineContext context, string name, params string[] inputs)
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
        return new Stage(name, key, Path.Combine(context.Folder, $"{name}-{key}"));
    }

    /// <summary>The folder of the stage's model.</summary>
    internal string ModelFolder => Path.Combine(Folder, "model");

    /// <summary>Whether the stage was computed to its end.</summary>
    internal bool IsFinished => File.Exists(Path.Combine(Folder, FinishedMark));

    /// <summary>Computes the stage unless it is finished; the mark is set only after <paramref name="compute"/> has returned.</summary>
    internal Stage Ensure(Action compute)
    {
        if (!IsFinished)
        {
            Directory.CreateDirectory(Folder);
            compute();
            DurableFile.WriteText(Path.Combine(Folder, FinishedMark), Key + "\n");
        }

        return this;
    }
}
