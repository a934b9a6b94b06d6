using Plumbline.Configuration;

namespace Plumbline.Moderation.Images;

/// <summary>A format of pictures that can be read.</summary>
public enum ImageFormat
{
    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP.</summary>
    Webp,

    /// <summary>GIF.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,
}

/// <summary>What pictures from outside may be. All is checked before a pixel is decoded.</summary>
public sealed record ImageLimits : IValidatedOptions
{
    /// <summary>The formats that are read.</summary>
    /// <value>JPEG, PNG, WebP and GIF</value>
    public IReadOnlyList<ImageFormat> Formats { get; init; } = [ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Webp, ImageFormat.Gif];

    /// <summary>The most bytes of a file.</summary>
    /// <value>33554432 (32 MiB)</value>
    public int MaxBytes { get; init; } = 32 << 20;

    /// <summary>The most pixels of a picture, which are 4 bytes each while they are decoded.</summary>
    /// <value>40000000</value>
    public int MaxPixels { get; init; } = 40_000_000;

    /// <summary>The most frames of an animation, every one of which is looked at; 1 refuses animations.</summary>
    /// <value>16</value>
    public int MaxFrames { get; init; } = 16;

    /// <summary>The colour behind transparent pixels, as <c>#rrggbb</c>.</summary>
    /// <value>#ffffff</value>
    public string Background { get; init; } = "#ffffff";

    /// <summary>The colour behind transparent pixels.</summary>
    internal PixelColor BackgroundColor => new(Part(1), Part(3), Part(5));

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Formats.Count > 0 && Formats.All(Enum.IsDefined), nameof(Formats), null, "a list of jpeg, png, webp, gif and bmp"),
            (MaxBytes >= 1, nameof(MaxBytes), MaxBytes, "at least 1"),
            (MaxPixels is >= 1 and <= 500_000_000, nameof(MaxPixels), MaxPixels, "between 1 and 500000000"),
            (MaxFrames is >= 1 and <= 1024, nameof(MaxFrames), MaxFrames, "between 1 and 1024"),
            (
                Background.Length == 7 && Background[0] == '#' && Background[1..].All(char.IsAsciiHexDigit),
                nameof(Background),
                Background,
                "a colour such as #ffffff"
            ),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }

    private byte Part(int at) => Convert.FromHexString(Background.AsSpan(at, 2))[0];
}
