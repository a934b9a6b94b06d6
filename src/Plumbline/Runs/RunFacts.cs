using System.Security.Cryptography;
using Plumbline.Configuration;

namespace Plumbline.Runs;

/// <summary>What has to be known to repeat a run; written to <c>run.json</c>.</summary>
/// <param name="Command">The command that ran, such as <c>plumb prefer</c>.</param>
/// <param name="Options">The resolved options: an options record of the Configuration namespace's kind.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Versions">Name and version of the software that computed (<c>plumbline</c>, <c>libtorch</c>).</param>
/// <param name="Machine">Facts on which results depend to the last bit: processor, its instructions, thread count, .NET version.</param>
/// <param name="Inputs">The files the run read.</param>
public sealed record RunFacts(
    string Command,
    object Options,
    ulong Seed,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Machine,
    IReadOnlyList<InputFact> Inputs
)
{
    /// <summary>The options as <c>options.yaml</c> holds them, every default spelled out.</summary>
    public string OptionsText() => OptionsTree.ToYaml(OptionsTree.Describe(Options, Options.GetType()));
}

/// <summary>A file a run read, and what was in it.</summary>
/// <param name="Path">Its path as the user gave it.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal digits.</param>
public sealed record InputFact(string Path, long Bytes, string Sha256)
{
    /// <summary>Reads the file once and hashes it.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static InputFact Of(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var hash = SHA256.HashData(stream);
            return new InputFact(path, stream.Length, Convert.ToHexStringLower(hash));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The input cannot be read: {failure.Message}",
                "Check the path and its permissions.",
                new(path),
                failure
            );
        }
    }
}
