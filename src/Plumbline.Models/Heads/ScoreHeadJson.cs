using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Configuration;
using Plumbline.Models.Architectures;
using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;

namespace Plumbline.Models.Heads;

/// <summary>The fields of a <c>config.json</c> that say what kind of head a model has.</summary>
internal static class ScoreHeadJson
{
    private const string Sequence = "ForSequenceClassification";
    private const string Token = "ForTokenClassification";

    // Fields of ours, which transformers keeps as it found them.
    private const string ScaleMean = "plumbline_score_mean";
    private const string ScaleDeviation = "plumbline_score_std";

    // transformers gives a classifier that says nothing of its labels two of them.
    private const int UnsaidLabels = 2;

    // In the order of the enumeration.
    private static readonly string[] ProblemTypes = ["regression", "single_label_classification", "multi_label_classification"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The head that a model folder has; null where it is a language model.</summary>
    /// <exception cref="InvalidInputException">The fields contradict each other or are out of range.</exception>
    internal static ScoreHeadOptions? Read(string path)
    {
        var json = ConfigJson.Parse(path);
        var fields = new ConfigFields(path, json);
        var architecture = json["architectures"] switch
        {
            null => string.Empty,
            JsonArray { Count: > 0 } many when many[0] is JsonValue value && value.TryGetValue<string>(out var name) => name,
            var other => throw fields.Problem($"architectures is {other.ToJsonString()}.", "It must be a list with the model's class."),
        };
        if (!architecture.EndsWith(Sequence, StringComparison.Ordinal) && !architecture.EndsWith(Token, StringComparison.Ordinal))
        {
            return null;
        }

        var options = new ScoreHeadOptions
        {
            Kind = architecture.EndsWith(Token, StringComparison.Ordinal) ? ScoreHeadKind.Token : ScoreHeadKind.Sequence,
            Labels = Labels(json, fields),
            ProblemType = json["problem_type"] is null ? null : ProblemType(fields),
        };
        try
        {
            return OptionsValidation.ThrowIfInvalid(options);
        }
        catch (InvalidInputException failure)
        {
            throw fields.Problem(failure.Problem, "Give every label in id2label a name of its own.");
        }
    }

    /// <summary>The scale that was measured for the model; null where none was.</summary>
    /// <exception cref="InvalidInputException">One of its numbers is missing or out of range.</exception>
    internal static ScoreScale? ReadScale(string path)
    {
        var json = ConfigJson.Parse(path);
        if (json[ScaleMean] is null && json[ScaleDeviation] is null)
        {
            return null;
        }

        return
            Number(json[ScaleMean]) is { } mean
            && double.IsFinite(mean)
            && Number(json[ScaleDeviation]) is > 0 and { } deviation
            && double.IsFinite(deviation)
            ? new ScoreScale(mean, deviation)
            : throw new ConfigFields(path, json).Problem(
                $"{ScaleMean} is {Said(json[ScaleMean])} and {ScaleDeviation} is {Said(json[ScaleDeviation])}.",
                "Both must be finite numbers, the second above 0; or leave both out."
            );
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static string Said(JsonNode? node) => node?.ToJsonString() ?? "missing";

    /// <summary>The text of a <c>config.json</c> that transformers loads as the same classifier.</summary>
    internal static string Write(DecoderConfig config, ScoreHeadOptions options, ScoreScale? scale = null)
    {
        var json = JsonNode.Parse(ConfigJson.Write(config))!.AsObject();
        var stem = Architecture.Of(config.ModelType).ClassStem;
        json["architectures"] = new JsonArray(stem + (options.Kind == ScoreHeadKind.Sequence ? Sequence : Token));
        json["num_labels"] = options.Labels.Count;
        json["id2label"] = new JsonObject(
            options.Labels.Select((label, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)label))
        );
        json["label2id"] = new JsonObject(options.Labels.Select((label, id) => KeyValuePair.Create(label, (JsonNode?)id)));
        json["problem_type"] = options.ProblemType is { } type ? ProblemTypes[(int)type] : null;
        if (scale is { } measured)
        {
            json[ScaleMean] = measured.Mean;
            json[ScaleDeviation] = measured.Deviation;
        }

        return json.ToJsonString(Indented);
    }

    private static IReadOnlyList<string> Labels(JsonObject json, ConfigFields fields)
    {
        var count = fields.OptionalCount("num_labels");
        if (json["id2label"] is not JsonObject named)
        {
            var labels = count ?? UnsaidLabels;
            return labels <= ScoreHeadOptions.MostLabels
                ? [.. Enumerable.Range(0, labels).Select(id => $"LABEL_{id}")]
                : throw fields.Problem($"num_labels is {labels}.", $"At most {ScoreHeadOptions.MostLabels} labels are read.");
        }

        if (count is { } said && said != named.Count)
        {
            throw fields.Problem($"num_labels is {said}, and id2label names {named.Count}.", "Both must say the same.");
        }

        return [.. Enumerable.Range(0, named.Count).Select(id => Label(named, id, fields))];
    }

    private static string Label(JsonObject named, int id, ConfigFields fields) =>
        named[id.ToString(CultureInfo.InvariantCulture)] is JsonValue value && value.TryGetValue<string>(out var label)
            ? label
            : throw fields.Problem($"id2label has no name for label {id}.", $"It must name every label from 0 to {named.Count - 1}.");

    private static ScoreProblemType ProblemType(ConfigFields fields)
    {
        var text = fields.Text("problem_type");
        var index = Array.IndexOf(ProblemTypes, text);
        return index >= 0
            ? (ScoreProblemType)index
            : throw fields.Problem($"problem_type is '{text}'.", $"It must be {string.Join(", ", ProblemTypes)}.");
    }
}
