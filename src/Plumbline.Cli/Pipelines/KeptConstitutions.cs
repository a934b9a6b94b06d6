using Plumbline.Constitutions;

namespace Plumbline.Cli.Pipelines;

/// <summary>The constitutions that labels or decisions of a folder were made under: <c>constitutions/HASH.yaml</c>.</summary>
/// <param name="folder">The folder.</param>
internal sealed class KeptConstitutions(string folder)
{
    private readonly string kept = Path.Combine(folder, "constitutions");

    /// <summary>Keeps one.</summary>
    internal void Keep(Constitution constitution)
    {
        Directory.CreateDirectory(kept);
        ConstitutionFile.Write(Path.Combine(kept, $"{ConstitutionHash.Of(constitution)}.yaml"), constitution);
    }

    /// <summary>The file of a kept constitution; null where none, or several, have such a hash.</summary>
    /// <param name="hash">Its hash, or the beginning of it.</param>
    internal string? Version(string hash)
    {
        var isHash = hash.Length > 0 && hash.All(char.IsAsciiHexDigitLower);
        return isHash && Directory.Exists(kept) && Directory.GetFiles(kept, $"{hash}*.yaml") is [var only] ? only : null;
    }
}
