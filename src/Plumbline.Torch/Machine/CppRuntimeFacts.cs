namespace Plumbline.Torch.Machine;

/// <summary>
/// The C++ runtime that libtorch's binding runs on, on Linux. The binding asks for a newer version of it than Debian 12 has, on behalf of one symbol that
/// nothing calls; the build therefore ships a copy of the binding in which that requirement is marked weak (eng/Libtorch.targets).
/// </summary>
/// <param name="Path">The libstdc++ that was loaded.</param>
/// <param name="HighestVersion">The highest version it provides, such as <c>GLIBCXX_3.4.30</c>.</param>
/// <param name="RequiredVersion">The highest version that libLibTorchSharp.so asks for.</param>
/// <param name="IsRequirementWeak">Whether the copy with the weak requirement is the one in use.</param>
public sealed record CppRuntimeFacts(string? Path, string? HighestVersion, string? RequiredVersion, bool? IsRequirementWeak)
{
    private const string Prefix = "GLIBCXX_3.4.";

    /// <summary>What is loaded; null where there is no libstdc++ in this process.</summary>
    internal static CppRuntimeFacts? Read()
    {
        var path = LoadedLibraries.Find("libstdc++");
        if (path is null)
        {
            return null;
        }

        var binding = LoadedLibraries.Find("libLibTorchSharp");
        var needs = binding is not null && SystemFile.Bytes(binding) is { } elf ? ElfVersionNeeds.Read(elf) : [];
        var required = needs.Where(need => Number(need.Version) >= 0).MaxBy(need => Number(need.Version));
        return new CppRuntimeFacts(
            path,
            SystemFile.Bytes(path) is { } library ? Highest(library) : null,
            required?.Version,
            required?.IsWeak
        );
    }

    /// <summary>The highest <c>GLIBCXX_3.4.n</c> that is named in a library.</summary>
    internal static string? Highest(ReadOnlySpan<byte> library)
    {
        var highest = -1;
        for (var at = library.IndexOf("GLIBCXX_3.4."u8); at >= 0; at = library.IndexOf("GLIBCXX_3.4."u8))
        {
            library = library[(at + Prefix.Length)..];
            var digits = library[..Math.Min(library.Length, 4)].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits > 0 && int.TryParse(library[..digits], out var number))
            {
                highest = Math.Max(highest, number);
            }
        }

        return highest < 0 ? null : $"{Prefix}{highest}";
    }

    private static int Number(string version) =>
        version.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(version.AsSpan(Prefix.Length), out var number) ? number : -1;
}
