using Plumbline.Cli.Pipelines;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Probes;
using Plumbline.Tokenization;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>A probe of a guard's file.</summary>
internal sealed record GuardProbeOptions : HiddenStateProbeOptions
{
    /// <summary>The file that <c>plumb guard probe</c> wrote.</summary>
    public required string File { get; init; }

    /// <summary>The Hugging Face folder of the model that it was trained on.</summary>
    public required string Model { get; init; }
}

/// <summary>Loads models that probes look into, each once. Owns them.</summary>
internal sealed class GuardProbes : IDisposable
{
    private readonly Dictionary<string, HiddenStateReader> readers = new(StringComparer.Ordinal);
    private readonly List<IDisposable> owned = [];

    /// <summary>A probe with its model.</summary>
    /// <exception cref="InvalidInputException">File or folder is not usable, or they do not belong together.</exception>
    internal HiddenStateProbeDetector Load(GuardProbeOptions options)
    {
        // First the small file: a wrong path is told before gigabytes are read.
        var probe = HiddenStateProbe.Load(options.File);
        try
        {
            return new HiddenStateProbeDetector(probe, Reader(options.Model), options);
        }
        catch (InvalidInputException failure) when (failure.Position is null)
        {
            throw new InvalidInputException(failure.Problem, failure.Mend, new InputPosition(options.File), failure);
        }
    }

    /// <summary>The model of a folder.</summary>
    /// <exception cref="InvalidInputException">The folder is not usable.</exception>
    internal HiddenStateReader Reader(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (!readers.TryGetValue(path, out var reader))
        {
            var tokenizer = Tokenizer.Load(folder);
            var decoder = ModelFolder.Load(folder);
            owned.Add(decoder);
            readers[path] = reader = new HiddenStateReader(decoder, TrainingStage.Chat(tokenizer), folder);
            owned.Add(reader);
        }

        return reader;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in Enumerable.Reverse(owned))
        {
            one.Dispose();
        }
    }
}
