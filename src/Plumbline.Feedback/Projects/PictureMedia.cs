namespace Plumbline.Feedback.Projects;

/// <summary>
/// Tells the kinds of pictures that are kept by their first bytes: PNG (RFC 2083, 3.1), JPEG (ISO 10918-1, B.1.1), GIF (GIF89a, 17) and WebP (RFC 9649, 2.4). Nothing is decoded. SVG is none of
/// them on purpose: it is a program that a browser runs.
/// </summary>
public static class PictureMedia
{
    private static readonly (string Media, string Extension)[] Known =
    [
        ("image/png", "png"),
        ("image/jpeg", "jpg"),
        ("image/gif", "gif"),
        ("image/webp", "webp"),
    ];

    /// <summary>The endings of their files' names, without the dot.</summary>
    public static IEnumerable<string> Extensions => Known.Select(kind => kind.Extension);

    /// <summary>The media type of a picture, such as image/png; null where it is of none of the four kinds.</summary>
    /// <param name="content">The file, or its first 12 bytes.</param>
    public static string? Of(ReadOnlySpan<byte> content) =>
        content is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] ? "image/png"
        : content is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8) ? "image/gif"
        : content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;

    /// <summary>The ending of a file's name, without the dot.</summary>
    /// <param name="media">One of the media types that <see cref="Of"/> gives.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static string Extension(string media) =>
        Array.Find(Known, kind => kind.Media == media).Extension
        ?? throw new ArgumentException($"'{media}' is no kind of picture that is kept.", nameof(media));
}
