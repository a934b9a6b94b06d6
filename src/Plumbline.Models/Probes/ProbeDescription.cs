using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Models.Probes.Training;

namespace Plumbline.Models.Probes;

/// <summary>What a probe's file says of it beside the numbers.</summary>
public sealed record ProbeDescription
{
    internal const int CurrentVersion = 1;
    private const int MostLayers = 4096;
    private const int LongestName = 64;
    private const int HashDigits = 64;

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        MaxDepth = 8,
    };

    /// <summary>The format of the file; 1.</summary>
    public required int Version { get; init; }

    /// <summary>The hash of the model whose hidden states it reads: <see cref="Adapters.BaseFingerprint.OfModel"/>.</summary>
    public required string Model { get; init; }

    /// <summary>The block behind which it reads, from 1.</summary>
    public required int Layer { get; init; }

    /// <summary>How texts become hidden states.</summary>
    public required ProbeReading Reading { get; init; }

    /// <summary>What it tells, in the order of its weights.</summary>
    public required IReadOnlyList<ProbeLabel> Labels { get; init; }

    /// <summary>How it was trained.</summary>
    public required ProbeTrainingOptions Training { get; init; }

    /// <summary>The seed it was trained with.</summary>
    public required ulong Seed { get; init; }

    /// <summary>As one line of JSON.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, Layout);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    internal static ProbeDescription Parse(string json, string path)
    {
        try
        {
            var description = JsonSerializer.Deserialize<ProbeDescription>(json, Layout);
            return description is null ? throw Fault("null", path) : Checked(description, path);
        }
        catch (JsonException failure)
        {
            throw Fault(failure.Message, path, failure);
        }
    }

    private static ProbeDescription Checked(ProbeDescription description, string path)
    {
        if (description.Version != CurrentVersion)
        {
            throw new InvalidInputException(
                $"the probe has format {description.Version}; this program reads {CurrentVersion}.",
                "Train it again, or use the program that wrote it.",
                new InputPosition(path)
            );
        }

        var labels = description.Labels;
        (bool Holds, string What)[] checks =
        [
            (
                description.Model.Length == HashDigits && description.Model.All(char.IsAsciiHexDigitLower),
                $"model is {Short(description.Model)}"
            ),
            (description.Layer is >= 1 and <= MostLayers, $"layer is {description.Layer}"),
            (labels.Count is >= 1 and <= HiddenStateProbe.MostLabels, $"it has {labels.Count} labels"),
            (labels.Select(label => label.Name).Distinct(StringComparer.Ordinal).Count() == labels.Count, "two labels have one name"),
            .. labels.SelectMany(Checks),
        ];
        foreach (var (holds, what) in checks)
        {
            if (!holds)
            {
                throw Fault(what, path);
            }
        }

        try
        {
            return OptionsValidation.ThrowIfInvalid(description);
        }
        catch (InvalidInputException failure)
        {
            throw Fault(failure.Problem, path, failure);
        }
    }

    private static IEnumerable<(bool Holds, string What)> Checks(ProbeLabel label) =>
        [
            (label.Name.Length is >= 1 and <= LongestName, $"a label is called {Short(label.Name)}"),
            (Hazards.Find(label.Hazard) is not null, $"a label speaks for {Short(label.Hazard)}, which is no hazard"),
            (double.IsFinite(label.Slope) && label.Slope >= 0, "a slope is no number from 0 on"),
            (double.IsFinite(label.Offset), "an offset is no number"),
        ];

    private static string Short(string text) => text.Length > HashDigits ? text[..HashDigits] : text;

    private static InvalidInputException Fault(string what, string path, Exception? inner = null) =>
        new(
            $"the file is damaged, or no probe: {what}.",
            "Train it again with plumb guard probe, or fetch it again.",
            new InputPosition(path),
            inner
        );
}
