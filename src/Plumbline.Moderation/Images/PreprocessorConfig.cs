using System.Text.Json;
using Plumbline.Moderation.Onnx;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Images;

/// <summary>Reads the <c>preprocessor_config.json</c> of a Hugging Face folder.</summary>
internal static class PreprocessorConfig
{
    private const string Mend = "State the preprocessing in the options instead.";
    private const long MaximumBytes = 1 << 20;

    /// <summary>The preprocessing that the file describes; null where there is no file.</summary>
    /// <exception cref="InvalidInputException">The file is broken, or asks for something that is not done here.</exception>
    public static ImagePreprocessing? Read(string path) =>
        File.Exists(path) ? JsonInput.Read(BoundedFile.Read(path, MaximumBytes, "a preprocessor_config.json"), path, Of) : null;

    private static ImagePreprocessing Of(JsonInput root)
    {
        if (root.Has("crop_pct") || root.GetFlag("do_pad", otherwise: false))
        {
            throw root.Invalid("The preprocessing uses crop_pct or do_pad, which are not done here.", Mend);
        }

        if (!root.GetFlag("do_resize", otherwise: true))
        {
            throw root.Invalid("The preprocessing does not resize, but a model reads one size.", Mend);
        }

        var crops = root.GetFlag("do_center_crop", otherwise: false);
        var (width, height, shortest) = Size(root, "size", isEdge: crops);
        var fit = shortest is null ? ImageFit.Squash : ImageFit.Crop;
        if (crops)
        {
            var resized = (width, height);
            (width, height, _) = Size(root, root.Has("crop_size") ? "crop_size" : "size", isEdge: false);
            // A square that is cut to itself is only stretched; any other cut of a stretched picture is none of the ways here.
            if (shortest is null && resized != (width, height))
            {
                throw root.Invalid("The preprocessing stretches and then crops, which is not done here.", Mend);
            }
        }
        else if (shortest is not null)
        {
            throw root.Invalid("The preprocessing gives pictures of different sizes, but a model reads one size.", Mend);
        }

        var normalizes = root.GetFlag("do_normalize", otherwise: true);
        return new ImagePreprocessing
        {
            Width = width,
            Height = height,
            Fit = fit,
            ShortestEdge = shortest,
            Filter = Filter(root),
            Scale = root.GetFlag("do_rescale", otherwise: true) ? Number(root, "rescale_factor", 1.0 / 255) : 1,
            Mean = normalizes ? Numbers(root, "image_mean") : [0, 0, 0],
            Deviation = normalizes ? Numbers(root, "image_std") : [1, 1, 1],
        };
    }

    private static (int Width, int Height, int? Shortest) Size(JsonInput root, string name, bool isEdge)
    {
        if (!root.Has(name))
        {
            throw root.Invalid($"The preprocessing has no {name}.", Mend);
        }

        if (root.Element.GetProperty(name).ValueKind == JsonValueKind.Number)
        {
            var side = root.GetCount(name);
            return (side, side, isEdge ? side : null);
        }

        var size = root.Get(name, JsonValueKind.Object);
        if (size.Has("shortest_edge") && !size.Has("longest_edge"))
        {
            var edge = size.GetCount("shortest_edge");
            return (edge, edge, edge);
        }

        return size.Has("width") && size.Has("height")
            ? (size.GetCount("width"), size.GetCount("height"), null)
            : throw root.Invalid($"The preprocessing's {name} has neither width and height nor shortest_edge alone.", Mend);
    }

    /// <summary>Pillow's numbers of its filters.</summary>
    private static ResizeFilter Filter(JsonInput root) =>
        (root.Has("resample") ? root.GetCount("resample") : 2) switch
        {
            0 => ResizeFilter.Nearest,
            1 => ResizeFilter.Lanczos,
            2 => ResizeFilter.Triangle,
            3 => ResizeFilter.Cubic,
            4 => ResizeFilter.Box,
            var other => throw root.Invalid($"The resample filter {other} is not known.", Mend),
        };

    private static double Number(JsonInput root, string name, double otherwise) =>
        root.Find(name, JsonValueKind.Number)?.Element.GetDouble() ?? otherwise;

    private static double[] Numbers(JsonInput root, string name)
    {
        var items = root.Get(name, JsonValueKind.Array).Items().ToList();
        return items.Count == 3
            ? [.. items.Select(item => item.Expect(JsonValueKind.Number).Element.GetDouble())]
            : throw root.Invalid($"The preprocessing's {name} has {items.Count} numbers, not 3.", Mend);
    }
}
