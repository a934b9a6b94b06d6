using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Finds the pictures that a file names, in its own folder and below: a file from elsewhere cannot have others read.</summary>
/// <param name="importPath">The file.</param>
internal sealed class PictureFiles(string importPath)
{
    private const string Mend = "Give the path of a PNG, JPEG, WebP or GIF file relative to the file that names it.";

    private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(importPath))! + Path.DirectorySeparatorChar;

    /// <summary>The address of a picture that a row names, and where it lies.</summary>
    /// <exception cref="LeftOutException">It cannot be used.</exception>
    public (string Address, string File) Find(string name)
    {
        var isUsable = name.Length > 0 && !name.Contains('\0');
        var file =
            !isUsable || Path.IsPathRooted(name) || name.Contains("://", StringComparison.Ordinal) ? null : Path.GetFullPath(name, folder);
        if (file is null || !file.StartsWith(folder, StringComparison.Ordinal))
        {
            throw Refuse(name, "lies outside the folder of the file", Mend);
        }

        return (PictureAddress.Of(Read(name, file).Content), file);
    }

    /// <summary>A picture's bytes and media type.</summary>
    /// <param name="name">What the row calls it.</param>
    /// <param name="file">Where it lies.</param>
    /// <exception cref="LeftOutException">It cannot be used.</exception>
    public static (byte[] Content, string Media) Read(string name, string file)
    {
        byte[] content;
        try
        {
            if (new FileInfo(file).Length is > ProjectLimits.LargestPicture and var length)
            {
                throw Refuse(name, $"has {length} bytes", $"It may have {ProjectLimits.LargestPicture}: make it smaller.");
            }

            content = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refuse(name, "cannot be read", Mend);
        }

        return PictureMedia.Of(content) is { } media ? (content, media)
            : content.AsSpan().IndexOf("<svg"u8) >= 0
                ? throw Refuse(name, "is SVG, which a browser would run as a program", "Render it to PNG first.")
            : throw Refuse(name, "is neither PNG, JPEG, WebP nor GIF", Mend);
    }

    private static LeftOutException Refuse(string name, string problem, string mend) =>
        new(LeftOutReason.Picture, $"the picture '{(name.Length > 100 ? name[..100] + "…" : name)}' {problem}.", mend);
}
