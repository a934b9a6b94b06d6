namespace Plumbline.Moderation.Images;

/// <summary>How a picture is brought to another size. A classifier expects the way that it was trained with.</summary>
public enum ResizeFilter
{
    /// <summary>The nearest pixel, by the centres of pixels.</summary>
    Nearest,

    /// <summary>Between the four nearest pixels, by their centres, whatever the scale: TensorFlow 2 and PyTorch without antialiasing.</summary>
    Bilinear,

    /// <summary>Between the four nearest pixels, where the outer pixels of both sizes lie on each other: TensorFlow with aligned corners.</summary>
    BilinearAligned,

    /// <summary>Between the four nearest pixels, by their upper left corners: TensorFlow 1's default.</summary>
    BilinearAsymmetric,

    /// <summary>A triangle as wide as the scale, rounded to bytes between the two passes: Pillow's bilinear, which Hugging Face's processors use.</summary>
    Triangle,

    /// <summary>Catmull and Rom's cubic (a = -0.5) as wide as the scale, rounded likewise: Pillow's bicubic.</summary>
    Cubic,

    /// <summary>Lanczos' windowed sinc of three lobes as wide as the scale, rounded likewise: Pillow's Lanczos.</summary>
    Lanczos,

    /// <summary>The mean of what a pixel covers, rounded likewise: Pillow's box.</summary>
    Box,
}
