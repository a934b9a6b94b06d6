using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Plumbline.Moderation.Images;

namespace Plumbline.Moderation.Onnx;

/// <summary>Makes the one input of a model that reads pictures.</summary>
internal sealed class ImageInput
{
    private readonly ImagePreprocessing how;
    private readonly string name;
    private readonly ImageLayout layout;
    private readonly bool isBytes;

    private ImageInput(ImagePreprocessing how, string name, ImageLayout layout, bool isBytes)
    {
        this.how = how;
        this.name = name;
        this.layout = layout;
        this.isBytes = isBytes;
    }

    /// <summary>Recognises the model's input.</summary>
    /// <exception cref="InvalidInputException">It has several, or one of another shape or kind.</exception>
    public static ImageInput Of(OnnxSession session, ImagePreprocessing how)
    {
        if (session.Inputs.Count != 1)
        {
            throw session.Invalid(
                $"The model has the inputs {string.Join(", ", session.Inputs.Keys)}.",
                "Export one that reads a picture alone."
            );
        }

        var (name, about) = session.Inputs.Single();
        var sizes = about.Dimensions;
        if (sizes.Length != 4 || about.ElementDataType is not (TensorElementType.Float or TensorElementType.UInt8))
        {
            throw session.Invalid(
                $"The input '{name}' holds {about.ElementDataType} in {sizes.Length} dimensions.",
                "Export it as float or uint8 of the shape [batch, 3, height, width] or [batch, height, width, 3]."
            );
        }

        var order =
            how.Layout
            ?? (
                sizes[1] == PixelImage.Channels ? ImageLayout.ChannelsFirst
                : sizes[3] == PixelImage.Channels ? ImageLayout.ChannelsLast
                : throw session.Invalid(
                    $"The input '{name}' has the shape [{string.Join(", ", sizes)}], which does not say where the colours are.",
                    "Set layout to channels_first or channels_last."
                )
            );
        long[] expected = order == ImageLayout.ChannelsFirst ? [1, 3, how.Height, how.Width] : [1, how.Height, how.Width, 3];
        return sizes.Zip(expected).All(pair => pair.First < 0 || pair.First == pair.Second)
            ? new ImageInput(how, name, order, about.ElementDataType == TensorElementType.UInt8)
            : throw session.Invalid(
                $"The input '{name}' has the shape [{string.Join(", ", sizes)}], but pictures are made as [{string.Join(", ", expected)}].",
                "Set width, height and layout to what the model reads."
            );
    }

    /// <summary>The input for a picture; whoever asks disposes it.</summary>
    public ModelInputs Make(FittedImage image)
    {
        var values = Values(image.Colors);
        long[] shape = layout == ImageLayout.ChannelsFirst ? [1, 3, how.Height, how.Width] : [1, how.Height, how.Width, 3];
        var tensor = isBytes
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (byte)Math.Clamp(MathF.Round(value), 0, 255)), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
        return new ModelInputs(new Dictionary<string, OrtValue>(StringComparer.Ordinal) { [name] = tensor });
    }

    private float[] Values(float[] colors)
    {
        const int channels = PixelImage.Channels;
        var pixels = how.Width * how.Height;
        var values = new float[colors.Length];
        for (var channel = 0; channel < channels; channel++)
        {
            var factor = (float)(how.Scale / how.Deviation[channel]);
            var offset = (float)(how.Mean[channel] / how.Deviation[channel]);
            var target = how.BlueFirst ? channels - 1 - channel : channel;
            var (at, step) = layout == ImageLayout.ChannelsFirst ? (target * pixels, 1) : (target, channels);
            for (var from = channel; from < colors.Length; from += channels, at += step)
            {
                values[at] = (colors[from] * factor) - offset;
            }
        }

        return values;
    }
}
