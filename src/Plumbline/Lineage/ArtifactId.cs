using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Constitutions;
using Plumbline.Runs;

namespace Plumbline.Lineage;

/// <summary>Names for contents: the same bytes have the same id, whatever they are called and wherever they lie.</summary>
public static class ArtifactId
{
    private const string Sha256 = "sha256:";
    private const string OfConstitutions = "constitution:";
    private const int DeepestFolder = 16;
    private const int MostFiles = 100_000;

    /// <summary>The id of a file's content: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static string OfFile(string path) => Of(InputFact.Of(path));

    /// <summary>The id of a file that is hashed already.</summary>
    public static string Of(InputFact file) => Sha256 + file.Sha256;

    /// <summary>The id of a text, as UTF-8.</summary>
    public static string OfText(string text) => OfHash(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The id of what a constitution says (<see cref="ConstitutionHash"/>), which comments and line breaks do not change.</summary>
    public static string Of(Constitution constitution) => OfConstitutions + ConstitutionHash.Of(constitution);

    /// <summary>
    /// The id of a folder, such as a model's: the hash over the relative names of its files in ordinal order and the hash of each. Empty folders count for nothing.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such folder, it cannot be read, holds no file or more than 100,000, or is deeper than 16 folders.</exception>
    public static string OfFolder(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, file) in Files(path))
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            var length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
            hash.AppendData(Convert.FromHexString(InputFact.Of(file).Sha256));
        }

        return OfHash(hash.GetHashAndReset());
    }

    /// <summary>The id of a content whose SHA-256 is known.</summary>
    internal static string OfHash(byte[] hash) => Sha256 + Convert.ToHexStringLower(hash);

    /// <summary>Whether a text is the id of a file's or a folder's content.</summary>
    public static bool IsHash(string id) =>
        id.StartsWith(Sha256, StringComparison.Ordinal)
        && id.Length == Sha256.Length + (SHA256.HashSizeInBytes * 2)
        && id.Skip(Sha256.Length).All(char.IsAsciiHexDigitLower);

    private static List<(string Name, string Path)> Files(string folder)
    {
        var found = new List<(string Name, string Path)>();
        try
        {
            var all = new EnumerationOptions
            {
                RecurseSubdirectories = true,
                MaxRecursionDepth = DeepestFolder,
                AttributesToSkip = FileAttributes.None,
                IgnoreInaccessible = false,
            };
            foreach (var file in Directory.EnumerateFiles(folder, "*", all).Take(MostFiles + 1))
            {
                found.Add((Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The folder cannot be read: {failure.Message}",
                "Check the path and its permissions.",
                new InputPosition(folder),
                failure
            );
        }

        if (found.Count is 0 or > MostFiles)
        {
            throw new InvalidInputException(
                found.Count == 0 ? "The folder holds no files." : $"The folder holds more than {MostFiles} files.",
                "Name the folder of one model or data set.",
                new InputPosition(folder)
            );
        }

        found.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return found;
    }
}
