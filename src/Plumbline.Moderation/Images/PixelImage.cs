namespace Plumbline.Moderation.Images;

/// <summary>A picture as it is seen: upright, without transparency.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Red, green and blue of each pixel, row by row from the upper left: <c>[height, width, 3]</c>.</param>
public sealed record PixelImage(int Width, int Height, byte[] Pixels)
{
    /// <summary>Colours of a pixel.</summary>
    public const int Channels = 3;
}

/// <summary>A colour.</summary>
/// <param name="Red">Red, from 0.</param>
/// <param name="Green">Green, from 0.</param>
/// <param name="Blue">Blue, from 0.</param>
internal readonly record struct PixelColor(byte Red, byte Green, byte Blue);
