using System.Security.Cryptography;

namespace Plumbline.Studio.Hosting;

/// <summary>A file that pages need beside their HTML. Its address names its content, so that browsers keep it for good and never hold an old one.</summary>
internal sealed class StudioAsset
{
    private StudioAsset(string name, string extension, string media)
    {
        using var stream =
            typeof(StudioAsset).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        (Content, Media) = (memory.ToArray(), media);
        Path = $"/assets/{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}.{extension}";
    }

    /// <summary>The style sheet.</summary>
    public static StudioAsset Css { get; } = new("studio.css", "css", "text/css; charset=utf-8");

    /// <summary>The script.</summary>
    public static StudioAsset Script { get; } = new("studio.js", "js", "text/javascript; charset=utf-8");

    /// <summary>Both.</summary>
    public static IReadOnlyList<StudioAsset> All { get; } = [Css, Script];

    /// <summary>Its address.</summary>
    public string Path { get; }

    /// <summary>Its media type.</summary>
    public string Media { get; }

    /// <summary>What it holds.</summary>
    public byte[] Content { get; }
}
