using System.Text.Json;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx.Import;

/// <summary>A layer as a Keras model describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its class, such as <c>Conv2D</c>.</param>
/// <param name="Config">Its settings.</param>
internal sealed record KerasLayer(string Name, string Kind, JsonInput Config)
{
    private const int MostSize = 1 << 20;

    /// <summary>Reads a layer.</summary>
    public static KerasLayer Of(JsonInput layer)
    {
        // A sequential model that stands in another one has a list in place of settings.
        var kind = layer.GetText("class_name");
        var config = new JsonInput(
            layer.Element.TryGetProperty("config", out var value) ? value : default,
            layer.File,
            $"{layer.Path}.config"
        );
        var name =
            layer.FindText("name")
            ?? (config.Element.ValueKind == JsonValueKind.Object ? config.FindText("name") : null)
            ?? throw layer.Invalid($"{layer.Path} has no name.", TensorflowJsImporter.Mend);
        return new KerasLayer(name, kind, config);
    }

    /// <summary>The error for a layer that cannot be imported.</summary>
    public InvalidInputException Invalid(string problem) =>
        Config.Invalid($"The layer '{Name}' ({Kind}) {problem}.", "Export a model with layers of the kinds that docs/onnx.md lists.");

    /// <summary>A whole number in the settings, above <paramref name="least"/>.</summary>
    public int Count(string name, int least = 1) =>
        AsCount(Config.Get(name, JsonValueKind.Number).Element) is { } value && value >= least
            ? value
            : throw Invalid($"has the {name} {Config.Element.GetProperty(name).GetRawText()}");

    /// <summary>A number in the settings.</summary>
    public double Number(string name, double otherwise) => Config.Find(name, JsonValueKind.Number)?.Element.GetDouble() ?? otherwise;

    /// <summary>Rows and columns in the settings, given as one number or as two.</summary>
    public (int Rows, int Columns) Pair(string name, (int Rows, int Columns)? otherwise = null, int least = 1)
    {
        if (!Config.Has(name))
        {
            return otherwise ?? throw Invalid($"has no {name}");
        }

        var element = Config.Element.GetProperty(name);
        var pair = element.ValueKind == JsonValueKind.Number ? [element, element] : Items(element);
        return pair.Length == 2 && AsCount(pair[0]) is { } rows && AsCount(pair[1]) is { } columns && rows >= least && columns >= least
            ? (rows, columns)
            : throw Invalid($"has the {name} {Shown(element)}");
    }

    /// <summary>Rows above and below, columns at the left and at the right.</summary>
    public (int Top, int Bottom, int Left, int Right) Margins(string name)
    {
        var element = Config.Has(name) ? Config.Element.GetProperty(name) : throw Invalid($"has no {name}");
        if (Items(element) is [{ ValueKind: JsonValueKind.Array } vertical, { ValueKind: JsonValueKind.Array } horizontal])
        {
            var sides = Items(vertical).Concat(Items(horizontal)).Select(AsCount).ToArray();
            return sides is [{ } top, { } bottom, { } left, { } right]
                ? (top, bottom, left, right)
                : throw Invalid($"has the {name} {Shown(element)}");
        }

        var (rows, columns) = Pair(name, least: 0);
        return (rows, rows, columns, columns);
    }

    /// <summary>Whether sizes stay as they are ("same"), or whatever lies outside is missing ("valid").</summary>
    public bool PadsToSame() =>
        (Config.FindText("padding") ?? "valid") switch
        {
            "same" => true,
            "valid" => false,
            var other => throw Invalid($"has the padding '{other}'"),
        };

    /// <summary>Refuses what is not laid out as TensorFlow does.</summary>
    public void RequireChannelsLast()
    {
        if (Config.FindText("data_format") is { } format and not "channels_last")
        {
            throw Invalid($"has the data_format '{format}'");
        }
    }

    /// <summary>The numbers of a list of sizes without the batch; null where it names none.</summary>
    public int[]? InputShape()
    {
        if (!Config.Has("batch_input_shape"))
        {
            return null;
        }

        var sizes = Items(Config.Element.GetProperty("batch_input_shape"));
        var shape = sizes.Skip(1).Select(AsCount).ToArray();
        return sizes.Length is >= 2 and <= 5 && shape.All(size => size is >= 1)
            ? [.. shape.Select(size => size!.Value)]
            : throw Invalid("has an input of open size; it must be known");
    }

    /// <summary>What the settings say under a name, in short.</summary>
    public static string Shown(JsonElement element) => element.GetRawText() is { Length: > 60 } text ? text[..60] : element.GetRawText();

    /// <summary>The items of a list; none where it is no list.</summary>
    public static JsonElement[] Items(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [];

    private static int? AsCount(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value is >= 0 and <= MostSize ? value : null;
}
